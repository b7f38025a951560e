// SPDX-License-Identifier: Apache-2.0
// split.json of a data folder of 1000 images.
#include <algorithm>

#include "fuzz/check.hpp"
#include "model/data_set.hpp"
#include "model/error.hpp"

using namespace xpike;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::value_or_refusal<Error>([&] {
    const auto indices = parse_split(fuzz::text(data, size), "file", "test", 1000);
    fuzz::require(!indices.empty(), "at least one image");
    fuzz::require(std::ranges::all_of(indices, [](std::size_t i) { return i < 1000; }),
                  "indices of images");
  });
  return 0;
}
