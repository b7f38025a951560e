// SPDX-License-Identifier: Apache-2.0
// Bernoulli encoder (docs/numerics.md, section 3).
#pragma once

#include <cstdint>

namespace xpike::reference {

// The definition, which the kernels are tested against. Spike of integer value >= 0 with exponent k
// in 0..8: true for min(value, 2^k) of every 2^k bytes.
constexpr bool bernoulli(int value, std::uint8_t byte, int k) {
  return value > (int{byte} & ((1 << k) - 1));
}

}  // namespace xpike::reference
