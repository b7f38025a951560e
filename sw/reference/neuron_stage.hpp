// SPDX-License-Identifier: Apache-2.0
// One matrix with its LIF neurons: spikes in, spikes out (docs/numerics.md, sections 5 and 6).
#pragma once

#include <vector>

#include "model/network.hpp"
#include "model/spike_tensor.hpp"
#include "reference/synaptic_matrix.hpp"

namespace xpike::reference {

class NeuronStage {
 public:
  NeuronStage(const Matrix& matrix, int array_rows, int array_cols);

  // Membranes start at 0 for every token and live through its time steps.
  SpikeTensor run(const SpikeTensor& input) const;

 private:
  SynapticMatrix synapses_;
  std::vector<std::int16_t> bias_;
  std::vector<std::int16_t> threshold_;
};

}  // namespace xpike::reference
