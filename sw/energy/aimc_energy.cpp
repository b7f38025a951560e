// SPDX-License-Identifier: Apache-2.0
// Synaptic arrays and neuron tiles.
#include <fmt/format.h>

#include <cmath>

#include "energy/model.hpp"
#include "model/network.hpp"

namespace xpike::energy {
namespace {

constexpr double kMembraneBits = 12;
constexpr double kParameterBits = 23;  // threshold and bias of a column
constexpr double kLifAdds = 3;         // input, bias, threshold
constexpr double kScoreBits = 32;
constexpr double kAddBits = 8;    // of the unit add_8bit
constexpr double kCarryBits = 3;  // that the sum of a row block is wider than a code

struct ArrayTotals {
  double mvms = 0.0;
  double active_rows = 0.0;
};

ArrayTotals totals(const Design& design, const Activity& activity) {
  ArrayTotals out;
  for (const Stage& stage : stages_of(design.config)) {
    out.mvms += activity.at(fmt::format("mvms_{}", stage.name));
    out.active_rows += activity.at(fmt::format("active_rows_{}", stage.name));
  }
  return out;
}

double levels(int bits) { return std::exp2(bits) - 1.0; }
double sar_work(int bits) { return (2.1691 * bits + 16.693) * (bits + 1.0); }

Range conversion_energy(const Design& design, const Units& u) {
  if (design.converter == Converter::kSar) {
    return sar_work(design.bits) / sar_work(kConverterBits) * u.sar_conversion;
  }
  return levels(design.bits) / levels(kConverterBits) * u.mlsa_conversion;
}

}  // namespace

void add_arrays(const Design& design, const Activity& a, const Units& u, Breakdown& out) {
  const Config& c = design.config;
  const ArrayTotals sum = totals(design, a);
  const double width = static_cast<double>(c.array_cols) / kArraySide;  // of the table's rows
  const double row_steps = sum.active_rows * mux_steps(c);
  out.add(kDrive, "word lines", "active row and mux step", row_steps, width * u.word_line);
  out.add(kDrive, "switch matrix, active rows", "active row and mux step", row_steps,
          u.switch_active_row);
  out.add(kDrive, "switch matrix, all rows", "row and mux step",
          sum.mvms * c.array_rows * mux_steps(c), u.switch_row);
  out.add(kDrive, "column multiplexers", "conversion", a.at("conversions"), u.column_mux);
  const bool sar = design.converter == Converter::kSar;
  out.add(kConverterGroup, "conversions", "conversion", a.at("conversions"),
          conversion_energy(design, u));
  out.add(kConverterGroup, "column currents", "active row", sum.active_rows,
          width * (sar ? u.sar_column : u.mlsa_column));
}

void add_neurons(const Design& design, const Activity& a, const Units& u, Breakdown& out) {
  double sums = 0.0;        // one per column and vector
  double scores = 0.0;      // those of the head
  double input_bits = 0.0;  // of every row block
  for (const Stage& stage : stages_of(design.config)) {
    const double some = vectors(a, stage);
    sums += some * stage.out;
    if (stage.head()) scores += some * stage.out;
    input_bits += some * stage.in * stage.blocks;
  }
  const double updates = a.at("lif_updates");
  const double sum_bits = design.bits + kCarryBits;
  out.add(kAccumulation, "sums of codes", "add", a.at("conversions") - sums,
          sum_bits / kAddBits * u.add_8bit);
  out.add(kAccumulation, "code and sum registers", "bit",
          a.at("conversions") * design.bits + sums * sum_bits, u.flip_flop);
  out.add(kAccumulation, "LIF adds", "LIF update", updates,
          kLifAdds * kMembraneBits / kAddBits * u.add_8bit);
  out.add(kAccumulation, "membranes", "bit", updates * kMembraneBits,
          u.buffer_read + u.buffer_write);
  out.add(kAccumulation, "thresholds and biases", "bit", updates * kParameterBits, u.buffer_read);
  out.add(kAccumulation, "scores", "bit", scores * kScoreBits,
          1.0 / kAddBits * u.add_8bit + u.buffer_read + u.buffer_write);
  out.add(kBuffers, "inputs of row blocks", "bit", input_bits, u.buffer_read + u.buffer_write);
  out.add(kBuffers, "output spikes", "bit", updates, u.buffer_read + u.buffer_write);
}

void add_transport(const Design& design, const Activity& a, const Units& u, Breakdown& out) {
  const FloorPlan plan = floor_plan(design, u);
  const double far = plan.chip_side / 2;  // mean distance to memories and attention, in the middle
  double inside = 0.0;                    // mm of swinging wire
  double between = 0.0;
  double codes = 0.0;  // bit mm
  const auto stages = stages_of(design.config);
  const auto distance = [&](const Stage& from, const Stage& to) {
    return (plan.region_side(from) + plan.region_side(to)) / 2;
  };
  for (std::size_t i = 0; i < stages.size(); ++i) {
    const Stage& s = stages[i];
    const double in_swings = vectors(a, s) * s.in * swings(input_rate(a, s));
    const double out_swings = vectors(a, s) * s.out * swings(output_rate(a, s));
    inside += in_swings * plan.array_side * (s.blocks + s.arrays / 2.0);
    // A code, and the sum that it joins, goes on to the next array of its row block.
    codes +=
        vectors(a, s) * s.arrays * s.out * plan.array_side * (design.bits + ceil_log2(s.arrays));
    const bool to_attention = s.name == "q" || s.name == "k" || s.name == "v";
    if (to_attention) between += out_swings * far;
    if (s.name == "embed" || s.name == "proj" || s.name == "ff1") {
      between += out_swings * distance(s, s.name == "embed" ? stages[1] : stages[i + 1]);
    }
    if (s.name == "ff2") between += out_swings * distance(s, stages[1]);
    if (s.name == "proj") between += in_swings * far;     // A, from its memory
    if (s.name == "q") between += 2.0 * in_swings * far;  // x, into its memory and back
  }
  out.add(kTransport, "spikes within the arrays of a stage", "mm of swinging wire", inside, u.wire);
  out.add(kTransport, "spikes between stages, memories and attention", "mm of swinging wire",
          between, u.wire);
  out.add(kCodeTransport, "codes and sums within row blocks", "bit mm", codes,
          u.local_wire * u.code_activity);
}

}  // namespace xpike::energy
