// SPDX-License-Identifier: Apache-2.0
// Columns in strips of 64, each at the start of a cache line.
#pragma once

#include <array>
#include <vector>

#include "reference/kernels/kernels.hpp"

namespace xpike::reference {

template <class Value>
struct alignas(64) Strip {
  std::array<Value, kStrip> at;
};

// Values of all columns, the last strip filled up with `filler`.
template <class Value>
class Strips {
 public:
  Strips() = default;
  template <class Values>
  Strips(const Values& values, Value filler) : strips_((values.size() + kStrip - 1) / kStrip) {
    for (Strip<Value>& strip : strips_) strip.at.fill(filler);
    for (std::size_t c = 0; c < values.size(); ++c) {
      strips_[c / kStrip].at[c % kStrip] = static_cast<Value>(values[c]);
    }
  }
  const Value* data(std::size_t strip) const { return strips_[strip].at.data(); }

 private:
  std::vector<Strip<Value>> strips_;
};

}  // namespace xpike::reference
