// SPDX-License-Identifier: Apache-2.0
// The same network on three other kinds of hardware: operations and activation traffic, times
// unit energies of the same table. No wires, control or leakage are charged: the baselines are
// lower bounds in that respect.
#pragma once

#include "energy/activity.hpp"
#include "energy/breakdown.hpp"
#include "energy/design.hpp"
#include "energy/units.hpp"

namespace xpike::energy {

// A transformer, as far as its work depends on it.
struct TransformerShape {
  int tokens = 0;
  int inputs = 0;  // values of a token
  int dim = 0;
  int ff = 0;
  int heads = 0;
  int depth = 0;
  int classes = 0;
};

// Per image; those of a spiking network per time step where it says so.
struct OperationCounts {
  double fc_macs = 0.0;         // Q, K, V, PROJ, FF1, FF2
  double outer_macs = 0.0;      // embedding, and the head on one token
  double attention_macs = 0.0;  // Q K^T and S V
  double softmax = 0.0;         // elements
  double gelu = 0.0;
  double layer_norm = 0.0;
  double ann_bytes = 0.0;         // INT8; every operator reads its inputs and writes its outputs
  double ann_fused_bytes = 0.0;   // scores, normalisations and residuals stay where they are made
  double linear_values = 0.0;     // outputs of linear layers, per time step
  double attention_values = 0.0;  // scores and outputs of the attention, per time step
  double spike_bits = 0.0;        // of linear layers and scores, written and read, per time step
};
OperationCounts operation_counts(const TransformerShape& shape);

TransformerShape shape_of(const Config& config, int tokens, int depth, int inputs);

// INT8 transformer, all digital.
Breakdown ann_quant(const OperationCounts& counts, const Units& units);

// The same with the fully connected layers on arrays as ours, inputs bit by bit (eight planes).
Breakdown ann_quant_aimc(const OperationCounts& counts, const Design& design, int tokens, int depth,
                         const Units& units);

// The spiking network as ideal digital hardware: an INT8 addition for every spike and synapse.
Breakdown snn_digi_opt(const OperationCounts& counts, const Design& design,
                       const Activity& activity, const Units& units);

}  // namespace xpike::energy
