// SPDX-License-Identifier: Apache-2.0
// The JSON description inside a model file.
#pragma once

#include <string>
#include <string_view>

#include "model/network.hpp"

namespace xpike {

// Everything of the network but its matrices. Sizes are checked against each other by
// check_shape(), which the reader calls. Throws Error(place, field, ...).
Network parse_model_json(std::string_view text, std::string_view place);

std::string model_json(const Network& network);

}  // namespace xpike
