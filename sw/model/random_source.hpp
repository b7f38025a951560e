// SPDX-License-Identifier: Apache-2.0
// Random integers that are the same on every machine and with every standard library.
#pragma once

#include <cstdint>
#include <random>

namespace xpike {

class RandomSource {
 public:
  explicit RandomSource(std::uint32_t seed) : engine_(seed) {}
  // Streams of one seed are unrelated.
  RandomSource(std::uint32_t seed, std::uint32_t stream) {
    std::seed_seq words{seed, stream};
    engine_.seed(words);
  }

  // 32 uniform bits.
  std::uint32_t word() { return static_cast<std::uint32_t>(engine_()); }

  // Uniform in low..high. The bias of the remainder is below (high - low + 1) / 2^32.
  int integer(int low, int high) {
    const auto range = static_cast<std::uint32_t>(high - low) + 1;
    const std::uint32_t value = word();
    return low + static_cast<int>(range == 0 ? value : value % range);
  }
  bool chance(double probability) {
    return static_cast<double>(word()) < probability * 4294967296.0;
  }

 private:
  std::mt19937 engine_;
};

}  // namespace xpike
