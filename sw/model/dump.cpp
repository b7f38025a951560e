// SPDX-License-Identifier: Apache-2.0
#include "model/dump.hpp"

#include <fmt/format.h>

#include <utility>

#include "model/file_io.hpp"
#include "model/tensor_list.hpp"

namespace xpike {

std::string dump_folder(std::uint32_t image_number) {
  return fmt::format("img{:05}", image_number);
}

NpyArray npy_of(const SpikeTensor& spikes, int heads) {
  const auto size = [](int value) { return static_cast<std::size_t>(value); };
  NpyArray array;
  array.type = DataType::kU8;
  array.shape = {size(spikes.steps())};
  if (heads > 0) {
    array.shape.push_back(size(heads));
    array.shape.push_back(size(spikes.tokens() / heads));
  } else {
    array.shape.push_back(size(spikes.tokens()));
  }
  array.shape.push_back(size(spikes.features()));
  array.data.assign(size(spikes.steps()) * size(spikes.tokens()) * size(spikes.features()), 0);
  std::size_t row_start = 0;
  for (int t = 0; t < spikes.steps(); ++t) {
    for (int n = 0; n < spikes.tokens(); ++n) {
      for_each_one(spikes.row(t, n), [&](std::size_t f) { array.data[row_start + f] = 1; });
      row_start += size(spikes.features());
    }
  }
  return array;
}

NpyArray npy_of(std::span<const std::int32_t> values, std::vector<std::size_t> shape) {
  NpyArray array{DataType::kI32, std::move(shape), {}};
  array.data.reserve(4 * values.size());
  for (const std::int32_t value : values) {
    const auto bits = static_cast<std::uint32_t>(value);
    for (int b = 0; b < 4; ++b) array.data.push_back(static_cast<std::uint8_t>(bits >> (8 * b)));
  }
  return array;
}

void write_dump(const Tensors& tensors, const std::filesystem::path& folder) {
  for (const NamedTensor& item : list_tensors(tensors)) {
    write_file(folder / (item.name + ".npy"), npy_bytes(npy_of(*item.spikes, item.heads)));
  }
  const auto classes = static_cast<std::size_t>(tensors.classes);
  const NpyArray head = npy_of(tensors.head, {tensors.head.size() / classes, classes});
  write_file(folder / "head.npy", npy_bytes(head));
}

}  // namespace xpike
