// SPDX-License-Identifier: Apache-2.0
// Leaky integrate-and-fire neuron (docs/numerics.md, section 6).
#pragma once

#include <algorithm>

namespace xpike::reference {

inline constexpr int kMinMembrane = -2048;
inline constexpr int kMaxMembrane = 2047;

// The definition, which the kernels are tested against. One time step: adds 4 * code_sum + bias to
// the halved membrane, saturates once, then compares. Returns the spike; the membrane is updated in
// place and reset by a spike.
constexpr bool lif_update(int& membrane, int code_sum, int bias, int threshold) {
  const int u = std::clamp((membrane >> 1) + 4 * code_sum + bias, kMinMembrane, kMaxMembrane);
  const bool spike = u >= threshold;
  membrane = spike ? 0 : u;
  return spike;
}

}  // namespace xpike::reference
