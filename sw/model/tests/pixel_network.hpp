// SPDX-License-Identifier: Apache-2.0
// The network that the tests of data folders read for, and what it says of a folder.
#pragma once

#include <filesystem>
#include <string>

#include "model/data_set.hpp"
#include "model/error.hpp"
#include "model/fit.hpp"
#include "model/random_model.hpp"

namespace xpike {

// Network of 2 x 3 pixel images: six windows of one pixel.
inline Network pixel_network() {
  Network network = random_model(config_by_name("nano"), 1);
  network.input.tokenizer = PatchTokenizer{2, 3, 1, 1, 0};
  return network;
}

// Why the split is refused, or "accepted".
inline std::string refusal(const std::filesystem::path& path, const std::string& split) {
  try {
    DataSet(path, split).check(pixel_network(), 4);
  } catch (const Error& error) {
    return error.what();
  }
  return "accepted";
}

}  // namespace xpike
