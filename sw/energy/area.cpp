// SPDX-License-Identifier: Apache-2.0
#include "energy/area.hpp"

#include <algorithm>
#include <cmath>

#include "model/network.hpp"

namespace xpike::energy {
namespace {

constexpr double kMm2 = 1e-6;  // of one um2

constexpr int kMembraneBits = 12;
constexpr int kParameterBits = 23;  // threshold and bias
constexpr int kSumBits = 8;         // of codes of a row block
constexpr int kAdderGates = 5;      // of a full adder
constexpr int kLifAdders = 3;       // input, bias, threshold
constexpr int kLaneBits = 32;       // of a random lane
constexpr int kIntensityBits = 9;

// Generic gates of a cell with its share of row sums and encoders: 25 with 3 counter planes and 38
// with 6, by synthesis (rtl/ssa/README.md).
double cell_gates(const Config& c) { return 12.0 + 13.0 / 3.0 * score_planes(c); }
double cell_bits(const Config& c) { return score_planes(c) + 2.0; }

double cells(const Config& c) {
  return static_cast<double>(c.heads) * c.tile_tokens * c.tile_tokens;
}

double arrays_of(const Stage& s) { return static_cast<double>(s.copies) * s.arrays * s.blocks; }

double lanes_of(const Design& design) {
  const Config& c = design.config;
  return ceil_div(c.input_rows, 4) +
         static_cast<double>(c.heads) *
             (ceil_div(design.shared_bytes(), 4) + ceil_div(c.tokens, 4));
}

Range converter_area(const Design& design, const Units& units) {
  if (design.converter == Converter::kSar) {
    return (design.bits + 1.0) / (kConverterBits + 1.0) * units.sar_area;
  }
  return (std::exp2(design.bits) - 1.0) / (std::exp2(kConverterBits) - 1.0) * units.mlsa_area;
}

}  // namespace

Range array_area(const Design& design, const Units& u) {
  const Config& c = design.config;
  return static_cast<double>(c.array_rows) * c.array_cols * u.cell_area +
         (c.array_rows + c.array_cols) * u.level_shifter_area + c.array_rows * u.row_switch_area +
         c.array_cols * u.column_area + c.converters * converter_area(design, u);
}

double memory_bits(const Config& c) {
  const double token_steps = static_cast<double>(c.tokens) * c.steps;
  return 5.0 * token_steps * c.dim +  // x, Q, K, V, A
         static_cast<double>(std::max(kIntensityBits, c.steps)) * c.tokens * c.input_rows;
}

double register_bits(const Design& design) {
  const Config& c = design.config;
  double neurons = 0.0;
  for (const Stage& s : stages_of(c)) {
    neurons += static_cast<double>(s.copies) * s.blocks * c.array_cols;
  }
  return neurons * (kMembraneBits + kParameterBits) + cells(c) * cell_bits(c) +
         lanes_of(design) * kLaneBits;
}

Area area_of(const Design& design, const Units& u) {
  const Config& c = design.config;
  Area out;
  const auto add = [&](const char* name, double count, const Range& each) {
    out.items.push_back({name, count, kMm2 * count * each});
  };
  double arrays = 0.0;
  double adders = 0.0;
  for (const Stage& s : stages_of(c)) {
    arrays += arrays_of(s);
    adders += static_cast<double>(s.copies) * s.blocks * c.converters *
              ((s.arrays - 1) * kSumBits + kLifAdders * kMembraneBits);
  }
  add("synaptic arrays", arrays, array_area(design, u));
  add("sums and LIF lanes", adders, kAdderGates * u.gate_area);
  const double neuron_bits =
      register_bits(design) - cells(c) * cell_bits(c) - lanes_of(design) * kLaneBits;
  add("membranes, thresholds, biases", neuron_bits, u.flip_flop_area);
  add("attention cells", cells(c), cell_bits(c) * u.flip_flop_area + cell_gates(c) * u.gate_area);
  const double mixing = 5.5 * std::max({c.leap_encoder, c.leap_score, c.leap_value});
  add("random lanes", lanes_of(design), kLaneBits * u.flip_flop_area + mixing * u.gate_area);
  add("spike and input memories", memory_bits(c), u.memory_area);
  Range placed;
  for (const AreaItem& item : out.items) placed += item.mm2;
  out.items.push_back({"interconnect, white space", 1.0, placed * u.interconnect_area});
  out.total = placed + out.items.back().mm2;
  return out;
}

double FloorPlan::region_side(const Stage& stage) const {
  return array_side * std::sqrt(static_cast<double>(stage.arrays) * stage.blocks);
}

FloorPlan floor_plan(const Design& design, const Units& u) {
  const double spread = 1.0 + u.interconnect_area.mid;
  const Area area = area_of(design, u);
  double arrays = 0.0;
  double placed = 0.0;  // arrays, sums, LIF lanes and their registers share the regions
  for (std::size_t i = 0; i < 3; ++i) placed += area.items[i].mm2.mid;
  arrays = area.items[0].count;
  const Config& c = design.config;
  return {std::sqrt(spread * placed / arrays), std::sqrt(area.total.mid),
          std::sqrt(spread * area.items[3].mm2.mid / c.heads)};
}

}  // namespace xpike::energy
