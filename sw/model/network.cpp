// SPDX-License-Identifier: Apache-2.0
#include "model/network.hpp"

#include <algorithm>

namespace xpike {

std::string_view to_text(Residual value) {
  switch (value) {
    case Residual::kOr:
      return "or";
    case Residual::kXor:
      return "xor";
    case Residual::kIand:
      break;
  }
  return "iand";
}

std::string_view to_text(Pooling value) {
  switch (value) {
    case Pooling::kFirst:
      return "first";
    case Pooling::kLast:
      return "last";
    case Pooling::kAll:
      break;
  }
  return "all";
}

bool InputSpec::is_binary(int row) const {
  return std::ranges::any_of(
      binary, [row](const auto& range) { return row >= range.first && row < range.second; });
}

}  // namespace xpike
