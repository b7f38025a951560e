// SPDX-License-Identifier: Apache-2.0
// NumPy files.
#include "model/npy.hpp"

#include "fuzz/check.hpp"
#include "model/error.hpp"

using namespace xpike;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::value_or_refusal<Error>([&] {
    const NpyArray array = parse_npy(fuzz::bytes(data, size), "file");
    fuzz::require(shape_bytes(array.shape, array.type) == array.data.size(), "shape and data");
    if (array.size() > 0) {
      array.value(0);
      array.value(array.size() - 1);
    }
    fuzz::require(parse_npy(npy_bytes(array), "file") == array, "round trip");
  });
  return 0;
}
