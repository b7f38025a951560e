// SPDX-License-Identifier: Apache-2.0
// One matrix with its LIF neurons: spikes in, spikes out (docs/numerics.md, sections 5 and 6).
#pragma once

#include <optional>

#include "model/network.hpp"
#include "model/spike_tensor.hpp"
#include "reference/active_rows.hpp"
#include "reference/faults.hpp"
#include "reference/plain_matrix.hpp"
#include "reference/synaptic_matrix.hpp"

namespace xpike::reference {

class NeuronStage {
 public:
  NeuronStage(const Matrix& matrix, int array_rows, int array_cols, const Kernels& kernels,
              ConverterShape converter = {});

  // Membranes start at 0 for every token and live through its time steps.
  SpikeTensor run(const ActiveRows& input) const;

 private:
  void fire(const PlainMatrix& synapses, const ActiveRows& input, SpikeTensor& output) const;

  SynapticMatrix synapses_;
  std::optional<PlainMatrix> other_;  // with converters of another shape
  Neurons neurons_;
};

}  // namespace xpike::reference
