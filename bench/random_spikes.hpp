// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/random_source.hpp"
#include "model/spike_tensor.hpp"

namespace xpike::bench {

// Spikes that are independent and fire at the given rate.
inline SpikeTensor random_spikes(int steps, int tokens, int features, double rate) {
  RandomSource random(1);
  SpikeTensor spikes(steps, tokens, features);
  for (int t = 0; t < steps; ++t) {
    for (int n = 0; n < tokens; ++n) {
      for (int f = 0; f < features; ++f) spikes.set(t, n, f, random.chance(rate));
    }
  }
  return spikes;
}

}  // namespace xpike::bench
