// SPDX-License-Identifier: Apache-2.0
// One random lane (docs/numerics.md, section 2).
#pragma once

#include <array>
#include <cstdint>

namespace xpike::reference {

// One step of the 32-bit Galois register x^32 + x^22 + x^2 + x + 1. Maps non-zero to non-zero.
constexpr std::uint32_t lfsr_step(std::uint32_t state) {
  return (state >> 1) ^ ((state & 1U) != 0 ? 0x80200003U : 0U);
}

// State after `leap` steps: one draw.
constexpr std::uint32_t lfsr_draw(std::uint32_t state, int leap) {
  for (int i = 0; i < leap; ++i) state = lfsr_step(state);
  return state;
}

// Byte b (0..3) that a state offers.
constexpr std::uint8_t lfsr_byte(std::uint32_t state, int b) {
  return static_cast<std::uint8_t>(state >> (8 * b));
}

// A fixed number of steps as one linear map over GF(2), tabulated per input byte.
class LfsrJump {
 public:
  explicit LfsrJump(std::uint32_t steps);
  std::uint32_t operator()(std::uint32_t state) const {
    return table_[0][state & 0xff] ^ table_[1][(state >> 8) & 0xff] ^
           table_[2][(state >> 16) & 0xff] ^ table_[3][state >> 24];
  }

 private:
  std::array<std::array<std::uint32_t, 256>, 4> table_{};
};

// J of the numerics page: 2^20 steps, from the start of one lane to the start of the next.
const LfsrJump& lane_jump();

}  // namespace xpike::reference
