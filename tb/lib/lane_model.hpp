// SPDX-License-Identifier: Apache-2.0
// A random lane, bit by bit from its polynomial, for the benches (docs/numerics.md, section 2).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace xpike::tb {

class LaneModel {
 public:
  explicit LaneModel(std::uint32_t state = 1, unsigned leap = 1) : leap_(leap) {
    for (std::size_t i = 0; i < 32; ++i) {
      bits_[i] = ((state >> i) & 1U) != 0;
    }
  }

  /// Shifts right; the bit that leaves enters where the polynomial has a term, x^e at bit e - 1.
  void step() {
    const bool out = bits_[0];
    for (std::size_t i = 0; i < 31; ++i) {
      bits_[i] = bits_[i + 1];
    }
    bits_[31] = false;
    for (const std::size_t exponent : {32U, 22U, 2U, 1U}) {
      bits_[exponent - 1] = bits_[exponent - 1] != out;
    }
  }

  void draw() {
    for (unsigned i = 0; i < leap_; ++i) {
      step();
    }
  }

  std::uint32_t state() const {
    std::uint32_t word = 0;
    for (std::size_t i = 0; i < 32; ++i) {
      word |= (bits_[i] ? 1U : 0U) << i;
    }
    return word;
  }

 private:
  std::array<bool, 32> bits_{};
  unsigned leap_;
};

}  // namespace xpike::tb
