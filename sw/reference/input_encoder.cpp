// SPDX-License-Identifier: Apache-2.0
#include "reference/input_encoder.hpp"

#include "reference/bernoulli.hpp"

namespace xpike::reference {

bool encode_row(const InputSpec& spec, int n_tokens, int n, int f, int value, std::uint8_t byte) {
  if (spec.position_base && f >= *spec.position_base && f < *spec.position_base + n_tokens) {
    return f == *spec.position_base + n;
  }
  if (spec.is_binary(f)) return value != 0;
  return bernoulli(value, byte, spec.exponent);
}

SpikeTensor encode_input(const InputSpec& spec, const TokenImage& image, int steps,
                         LaneBank& bank) {
  SpikeTensor spikes(steps, image.tokens, image.rows);
  for (int n = 0; n < image.tokens; ++n) {
    for (int t = 0; t < steps; ++t) {
      bank.draw();
      for (int f = 0; f < image.rows; ++f) {
        if (encode_row(spec, image.tokens, n, f, image.at(n, f), bank.byte(f))) {
          spikes.set(t, n, f, true);
        }
      }
    }
  }
  return spikes;
}

}  // namespace xpike::reference
