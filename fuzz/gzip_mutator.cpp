// SPDX-License-Identifier: Apache-2.0
// Mutates the contents of a gzip file and packs them again, with a valid checksum; makes gzip files
// of plain ones now and then. Random changes alone would stop at the checksum.
#include <algorithm>
#include <cstdint>

#include "model/error.hpp"
#include "model/gzip.hpp"
#include "model/tests/gzip_bytes.hpp"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

namespace {

constexpr std::size_t kMostContents = 1U << 12;

// Contents of a gzip file, or the file itself where there is none to unpack.
xpike::Bytes contents_of(const std::uint8_t* data, std::size_t size) {
  try {
    return xpike::gunzip_start({data, size}, kMostContents, "mutator");
  } catch (const xpike::Error&) {
    return {data, data + size};
  }
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t most, unsigned seed) {
  const bool packed = xpike::is_gzip({data, size});
  if (seed % 4 == 0 || (!packed && seed % 16 != 1)) return LLVMFuzzerMutate(data, size, most);
  xpike::Bytes contents = contents_of(data, size);
  const std::size_t length = contents.size();
  contents.resize(std::max(length, kMostContents));
  contents.resize(LLVMFuzzerMutate(contents.data(), length, contents.size()));
  const xpike::Bytes file = gzip_bytes(contents);
  if (file.size() > most) return LLVMFuzzerMutate(data, size, most);
  std::ranges::copy(file, data);
  return file.size();
}
