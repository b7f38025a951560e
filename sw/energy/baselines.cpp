// SPDX-License-Identifier: Apache-2.0
#include "energy/baselines.hpp"

#include "energy/model.hpp"

namespace xpike::energy {
namespace {

constexpr int kInputPlanes = 8;  // bits of an INT8 activation
constexpr double kBitsPerByte = 8;
constexpr std::string_view kCompute = "compute";
constexpr std::string_view kTraffic = "activation memory";
constexpr std::string_view kNonlinear = "nonlinear functions";
constexpr std::string_view kArrays = "arrays";

void add_nonlinear(const OperationCounts& n, const Units& u, Breakdown& out) {
  out.add(kNonlinear, "softmax", "element", n.softmax, u.softmax);
  out.add(kNonlinear, "GELU", "element", n.gelu, u.gelu);
  out.add(kNonlinear, "layer normalisation", "element", n.layer_norm, u.layer_norm);
}

void add_ann_traffic(const OperationCounts& n, const Units& u, Breakdown& out) {
  const Range bytes{n.ann_fused_bytes, n.ann_bytes, n.ann_bytes};
  out.add(kTraffic, "activations; low: fused operators", "image", 1.0, bytes * u.baseline_memory);
}

// Arrays, sums and wires of fully connected layers whose input lines are 1 with this probability.
Breakdown serial_arrays(const Design& design, int tokens, double density, const Units& u) {
  const Activity activity =
      assumed_activity(design.config, tokens, kInputPlanes, uniform_rates(density), "bit planes");
  Breakdown all;
  add_arrays(design, activity, u, all);
  add_neurons(design, activity, u, all);
  add_transport(design, activity, u, all);
  Breakdown out;
  for (const EnergyItem& item : all.items()) {
    const bool neuron = item.group == kAccumulation && item.name != "sums of codes";
    const bool output = item.name == "output spikes" || item.name.starts_with("spikes between");
    if (!neuron && !output) out.add(kArrays, item.name, item.event, 1.0, item.fj);
  }
  out.add(kArrays, "weighting of bit planes", "conversion", activity.at("conversions"),
          u.shift_add);
  return out;
}

}  // namespace

OperationCounts operation_counts(const TransformerShape& s) {
  const double tokens = s.tokens;
  const double token_layers = tokens * s.depth;
  const double d = s.dim;
  const double f = s.ff;
  const double scores = static_cast<double>(s.heads) * tokens;  // of one token and layer
  OperationCounts n;
  n.fc_macs = token_layers * (4 * d * d + 2 * d * f);
  n.outer_macs = tokens * s.inputs * d + d * s.classes;
  n.attention_macs = token_layers * 2 * tokens * d;
  n.softmax = token_layers * scores;
  n.gelu = token_layers * f;
  n.layer_norm = token_layers * 2 * d;
  // Values of a token and layer that are read and written, operator by operator.
  const double norms = 2 * 2 * d;                   // two normalisations
  const double residuals = 2 * 3 * d;               // two sums of two
  const double qkv = d + 3 * d;                     // one matrix
  const double attention = 3 * d + 4 * scores + d;  // Q, K, V in, S out, in, out, in, A out
  const double projection = 2 * d;
  const double feed_forward = (d + f) + 2 * f + (f + d);  // FF1, GELU, FF2
  n.ann_bytes = token_layers * (norms + residuals + qkv + attention + projection + feed_forward);
  // GELU joins FF1, the softmax works on scores while they are made, and PROJ and FF2 add the
  // residual and write the sum as well as its normalisation.
  const double fused = qkv + (4 * d + 2 * scores) + 4 * d + (d + f) + (f + 3 * d);
  n.ann_fused_bytes = token_layers * fused;
  n.linear_values = token_layers * (5 * d + f);
  n.attention_values = token_layers * (scores + d);
  n.spike_bits = token_layers * 2 * (5 * d + f + scores);
  return n;
}

TransformerShape shape_of(const Config& c, int tokens, int depth, int inputs) {
  return {tokens, inputs, c.dim, c.ff, c.heads, depth, c.classes};
}

Breakdown ann_quant(const OperationCounts& n, const Units& u) {
  Breakdown out;
  out.add(kCompute, "fully connected layers", "INT8 MAC", n.fc_macs + n.outer_macs, u.int8_mac);
  out.add(kCompute, "attention", "INT8 MAC", n.attention_macs, u.int8_mac);
  add_nonlinear(n, u, out);
  add_ann_traffic(n, u, out);
  return out;
}

Breakdown ann_quant_aimc(const OperationCounts& n, const Design& design, int tokens, int depth,
                         const Units& u) {
  Design run = design;
  run.config.depth = depth;
  Breakdown out;
  const Breakdown low = serial_arrays(run, tokens, u.serial_density.low, u);
  const Breakdown mid = serial_arrays(run, tokens, u.serial_density.mid, u);
  const Breakdown high = serial_arrays(run, tokens, u.serial_density.high, u);
  for (std::size_t i = 0; i < mid.items().size(); ++i) {
    const EnergyItem& item = mid.items()[i];
    out.add(kArrays, item.name, "image", 1.0,
            {low.items()[i].fj.low, item.fj.mid, high.items()[i].fj.high});
  }
  out.add(kCompute, "attention", "INT8 MAC", n.attention_macs, u.int8_mac);
  add_nonlinear(n, u, out);
  add_ann_traffic(n, u, out);
  return out;
}

Breakdown snn_digi_opt(const OperationCounts& n, const Design& design, const Activity& a,
                       const Units& u) {
  Breakdown out;
  double adds = 0.0;
  for (const Stage& stage : stages_of(design.config)) {
    adds += vectors(a, stage) * stage.in * input_rate(a, stage) * stage.out;
  }
  out.add(kCompute, "fully connected layers", "INT8 add", adds, u.int8_ac);
  out.add(kCompute, "attention", "INT8 add", (a.at("spikes_q") + a.at("spikes_v")) * a.tokens,
          u.int8_ac);
  out.add(kCompute, "membranes", "INT8 add", a.at("lif_updates"), u.int8_ac);
  // Pre-activations are written and read. low: none is stored; high: all are.
  const double attention = 2.0 * n.attention_values;
  const Range values{0.0, attention, attention + 2.0 * n.linear_values};
  out.add(kTraffic, "pre-activations; low: none, mid: of the attention", "time step", a.steps,
          values * u.baseline_memory);
  out.add(kTraffic, "spikes", "bit", a.steps * n.spike_bits,
          (1.0 / kBitsPerByte) * u.baseline_memory);
  return out;
}

}  // namespace xpike::energy
