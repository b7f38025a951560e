// SPDX-License-Identifier: Apache-2.0
// One matrix with its LIF neurons: spikes in, spikes out (docs/numerics.md, sections 5 and 6).
#pragma once

#include "model/network.hpp"
#include "model/spike_tensor.hpp"
#include "reference/active_rows.hpp"
#include "reference/synaptic_matrix.hpp"

namespace xpike::reference {

class NeuronStage {
 public:
  NeuronStage(const Matrix& matrix, int array_rows, int array_cols, const Kernels& kernels);

  // Membranes start at 0 for every token and live through its time steps.
  SpikeTensor run(const ActiveRows& input) const;

 private:
  SynapticMatrix synapses_;
  Neurons neurons_;
};

}  // namespace xpike::reference
