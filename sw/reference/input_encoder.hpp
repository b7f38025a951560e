// SPDX-License-Identifier: Apache-2.0
// Input encoding of a tokenised image (docs/numerics.md, section 4).
#pragma once

#include <cstdint>

#include "model/engine.hpp"
#include "model/network.hpp"
#include "model/spike_tensor.hpp"
#include "reference/streams.hpp"

namespace xpike::reference {

// Spike of input row f of token n: value I of the row, byte of the row in this token-step.
bool encode_row(const InputSpec& spec, int n_tokens, int n, int f, int value, std::uint8_t byte);

// Spikes of the whole image. The bank has one byte for every input row of the configuration and
// draws once per token-step, tokens outer, time steps inner.
SpikeTensor encode_input(const InputSpec& spec, const TokenImage& image, int steps, LaneBank& bank);

}  // namespace xpike::reference
