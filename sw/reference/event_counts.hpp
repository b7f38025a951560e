// SPDX-License-Identifier: Apache-2.0
// Counts the events of the matrices and tensors while the reference computes them.
#pragma once

#include <string>
#include <xpike/configs.hpp>

#include "model/engine.hpp"
#include "model/spike_tensor.hpp"

namespace xpike::reference {

// A matrix as built on the chip: the configuration's sizes, which may exceed the network's.
struct BuiltMatrix {
  int in = 0;
  int out = 0;
};

// Array multiplications, word lines, conversions and (lif) neuron updates of one matrix that has
// worked on the whole tensor `input`.
void count_matrix(Events& events, const std::string& matrix, const BuiltMatrix& built,
                  const Config& config, const SpikeTensor& input, bool lif);

// Adds the spikes of one tensor to the event "spikes_<tensor>".
void count_spikes(Events& events, const std::string& tensor, const SpikeTensor& spikes);

}  // namespace xpike::reference
