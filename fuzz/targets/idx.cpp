// SPDX-License-Identifier: Apache-2.0
// MNIST's files, plain and compressed, as labels and as images.
#include "model/idx.hpp"

#include "fuzz/check.hpp"
#include "model/error.hpp"

using namespace xpike;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  for (const std::size_t rank : {std::size_t{1}, std::size_t{3}}) {
    fuzz::value_or_refusal<Error>([&] {
      const NpyArray array = parse_idx(fuzz::bytes(data, size), rank, "file");
      fuzz::require(array.shape.size() == rank, "rank");
      fuzz::require(shape_bytes(array.shape, DataType::kU8) == array.data.size(), "shape and data");
    });
  }
  return 0;
}
