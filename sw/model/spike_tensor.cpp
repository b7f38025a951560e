// SPDX-License-Identifier: Apache-2.0
#include "model/spike_tensor.hpp"

#include <algorithm>

namespace xpike {

BitMatrix SpikeTensor::step_columns(int t, int begin, int width) const {
  BitMatrix step(static_cast<std::size_t>(tokens_), static_cast<std::size_t>(features_));
  for (int n = 0; n < tokens_; ++n) {
    std::ranges::copy(row(t, n), step.row(static_cast<std::size_t>(n)).begin());
  }
  return step.columns(static_cast<std::size_t>(begin), static_cast<std::size_t>(width));
}

}  // namespace xpike
