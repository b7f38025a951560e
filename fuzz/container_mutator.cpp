// SPDX-License-Identifier: Apache-2.0
// Mutates header or data of a safetensors file and keeps the header's length right, which random
// changes would not: most inputs then get past the first check.
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

namespace {

constexpr std::size_t kLengthBytes = 8;

std::size_t header_length(const std::uint8_t* data, std::size_t size) {
  std::uint64_t length = 0;
  for (std::size_t i = kLengthBytes; i-- > 0;) length = length << 8 | data[i];
  return static_cast<std::size_t>(std::min<std::uint64_t>(length, size - kLengthBytes));
}

void mutate(std::vector<std::uint8_t>& part, std::size_t most) {
  if (most == 0) return;
  const std::size_t size = part.size();
  part.resize(most);
  part.resize(LLVMFuzzerMutate(part.data(), size, most));
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t most, unsigned seed) {
  // Now and then as if the file had no structure.
  if (size < kLengthBytes || most <= kLengthBytes || seed % 8 == 0) {
    return LLVMFuzzerMutate(data, size, most);
  }
  const std::uint8_t* const end = data + size;
  const std::uint8_t* const middle = data + kLengthBytes + header_length(data, size);
  std::vector<std::uint8_t> header(static_cast<const std::uint8_t*>(data) + kLengthBytes, middle);
  std::vector<std::uint8_t> contents(middle, end);
  const std::size_t room = most - kLengthBytes;
  if (seed % 4 == 1) {
    mutate(contents, room - header.size());
  } else {
    mutate(header, room - contents.size());
  }
  for (std::size_t i = 0; i < kLengthBytes; ++i) {
    data[i] = static_cast<std::uint8_t>(std::uint64_t{header.size()} >> (8 * i));
  }
  std::copy(header.begin(), header.end(), data + kLengthBytes);
  std::copy(contents.begin(), contents.end(), data + kLengthBytes + header.size());
  return kLengthBytes + header.size() + contents.size();
}
