// SPDX-License-Identifier: Apache-2.0
// Input encoding of a tokenised image (docs/numerics.md, section 4).
#pragma once

#include <cstdint>

#include "model/engine.hpp"
#include "model/network.hpp"
#include "model/spike_tensor.hpp"
#include "reference/kernels/kernels.hpp"
#include "reference/streams.hpp"

namespace xpike::reference {

// Spikes of the whole image. The bank has one byte for every row of the image, or more, and draws
// once per token-step, tokens outer, time steps inner.
SpikeTensor encode_input(const InputSpec& spec, const TokenImage& image, int steps, LaneBank& bank,
                         const Kernels& kernels = default_kernels());

// Spikes of a stream: position rows by their rule, the others as they are, the first `steps` time
// steps. Draws nothing.
SpikeTensor pass_stream(const InputSpec& spec, const SpikeTensor& stream, int steps);

}  // namespace xpike::reference
