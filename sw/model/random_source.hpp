// SPDX-License-Identifier: Apache-2.0
// Random integers that are the same on every machine and with every standard library.
#pragma once

#include <cstdint>
#include <random>

namespace xpike {

class RandomSource {
 public:
  explicit RandomSource(std::uint32_t seed) : engine_(seed) {}

  // Uniform in low..high. The bias of the remainder is below (high - low + 1) / 2^32.
  int integer(int low, int high) {
    const auto range = static_cast<std::uint32_t>(high - low) + 1;
    const auto value = static_cast<std::uint32_t>(engine_());
    return low + static_cast<int>(range == 0 ? value : value % range);
  }
  bool chance(double probability) {
    return static_cast<double>(static_cast<std::uint32_t>(engine_())) < probability * 4294967296.0;
  }

 private:
  std::mt19937 engine_;
};

}  // namespace xpike
