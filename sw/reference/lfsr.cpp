// SPDX-License-Identifier: Apache-2.0
#include "reference/lfsr.hpp"

#include <bit>

namespace xpike::reference {
namespace {

// Column c is the image of the state with only bit c set.
using BitColumns = std::array<std::uint32_t, 32>;

std::uint32_t apply(const BitColumns& map, std::uint32_t state) {
  std::uint32_t out = 0;
  for (; state != 0; state &= state - 1) {
    out ^= map[static_cast<std::size_t>(std::countr_zero(state))];
  }
  return out;
}

// First `inner`, then `outer`.
BitColumns compose(const BitColumns& outer, const BitColumns& inner) {
  BitColumns out{};
  for (std::size_t c = 0; c < 32; ++c) out[c] = apply(outer, inner[c]);
  return out;
}

}  // namespace

LfsrJump::LfsrJump(std::uint32_t steps) {
  BitColumns power{};   // 2^i steps
  BitColumns result{};  // the steps of the bits of `steps` seen so far
  for (std::size_t c = 0; c < 32; ++c) {
    result[c] = std::uint32_t{1} << c;
    power[c] = lfsr_step(result[c]);
  }
  for (; steps != 0; steps >>= 1) {
    if ((steps & 1U) != 0) result = compose(power, result);
    power = compose(power, power);
  }
  for (std::size_t byte = 0; byte < 4; ++byte) {
    for (std::uint32_t value = 0; value < 256; ++value) {
      table_[byte][value] = apply(result, value << (8 * byte));
    }
  }
}

const LfsrJump& lane_jump() {
  static const LfsrJump jump(std::uint32_t{1} << 20);
  return jump;
}

}  // namespace xpike::reference
