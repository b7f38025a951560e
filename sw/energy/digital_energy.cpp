// SPDX-License-Identifier: Apache-2.0
// Attention, memories, control, leakage.
#include <fmt/format.h>

#include "energy/model.hpp"
#include "model/network.hpp"

namespace xpike::energy {
namespace {

constexpr double kLaneBits = 32;
// Of a lane per single step of its leap, as counted when the constants were committed; the lane has
// become smaller since (rtl/ssa/README.md).
constexpr double kXorsPerStep = 5.5;
constexpr double kRandomSwings = 0.25;
constexpr double kIntensityBits = 9;
constexpr double kFjPerNj = 1e6;

double rate_of(const Activity& a, const Config& c, const char* event) {
  return a.at(event) / (a.token_steps() * a.depth * c.dim);
}

}  // namespace

Range lane_energy(int leap, const Units& u) {
  return kLaneBits * u.flip_flop + kXorsPerStep * leap * u.xor_gate;
}

void add_attention(const Design& design, const Activity& a, const Units& u, Breakdown& out) {
  const Config& c = design.config;
  const double heads = c.heads;
  const double built = c.tokens;
  const double columns = a.at("ssa_columns") * heads;  // of one head
  const double rows = columns * a.tokens;
  const double clocked_rows = rows - a.at("gated_rows");
  const double cell_bits = score_planes(c) + 1.0;  // counter and borrow
  out.add(kAttention, "score counters", "bit of a cell in a clocked row",
          clocked_rows * built * cell_bits, u.ssa_score_bit);
  out.add(kAttention, "value gates and row sums", "cell and column", rows * a.tokens,
          u.ssa_value_cell);
  const double steps = static_cast<double>(a.depth) * a.steps;
  out.add(kAttention, "loads of random numbers, scores held", "bit of a cell",
          steps * heads * built * built * (cell_bits + 1.0), u.flip_flop);
  // Counted as built, a byte per key.
  const double draws_score =
      a.at("draws_score") * ceil_div(design.shared_bytes(), 4) / ceil_div(c.tokens, 4);
  out.add(kAttention, "random lanes S", "lane draw", draws_score, lane_energy(c.leap_score, u));
  out.add(kAttention, "random lanes A", "lane draw", a.at("draws_value"),
          lane_energy(c.leap_value, u));
  out.add(kAttention, "output encoders", "row and column", columns * built,
          u.add_8bit + (ceil_log2(c.tokens + 1) + 1.0) * u.flip_flop);
  double bits = 0.0;  // that swing on a bus over a tile
  for (const char* event : {"spikes_q", "spikes_k", "spikes_v"}) {
    bits += columns * a.tokens * swings(rate_of(a, c, event));
  }
  // The bytes of bank S reach every row; those of bank A are made beside the row that uses them.
  bits += draws_score * kLaneBits * kRandomSwings;
  out.add(kAttention, "column and random buses", "mm of swinging wire",
          bits * floor_plan(design, u).tile_side, u.wire);
}

void add_memory(const Design& design, const Activity& a, const Units& u, Breakdown& out) {
  const Config& c = design.config;
  out.add(kMemory, "Q, K, V, written bit by bit", "bit", a.at("qkv_write_bits"),
          u.memory_masked_write);
  out.add(kMemory, "Q, K, V, read", "bit", a.at("qkv_read_bits"), u.memory_bit);
  out.add(kMemory, "A, written and read", "bit", a.at("a_write_bits") + a.at("a_read_bits"),
          u.memory_bit);
  out.add(kMemory, "x, written and read", "bit", a.at("x_write_bits") + a.at("x_read_bits"),
          u.memory_bit);
  out.add(kMemory, "corner turn", "bit",
          a.at("ssa_columns") * c.heads * static_cast<double>(c.tokens),
          u.buffer_write + u.buffer_read);
  out.add(kInputReadout, "input memory, written", "bit",
          static_cast<double>(a.tokens) * c.input_rows * kIntensityBits, u.memory_bit);
  out.add(kInputReadout, "input memory, read", "bit", a.at("input_read_bits"), u.memory_bit);
  out.add(kInputReadout, "random lanes of the encoders", "lane draw", a.at("draws_encoder"),
          lane_energy(c.leap_encoder, u));
  out.add(kInputReadout, "comparators of the encoders", "row of a token-step",
          a.at("draws_encoder") * 4.0, u.add_8bit);
}

void add_chip(const Design& design, const Activity& a, const Units& u, Breakdown& out) {
  const Config& c = design.config;
  const Latency latency = latency_of(design, a, u);
  const Area area = area_of(design, u);
  const FloorPlan plan = floor_plan(design, u);
  out.add(kControl, "controller, sequencers, counters", "cycle", latency.cycles_converter,
          u.control_cycle);
  out.add(kControl, "clock wires", "cycle", latency.cycles_converter * plan.chip_side,
          u.clock_length * u.wire);
  const double size = static_cast<double>(c.array_rows) * c.array_cols / (kArraySide * kArraySide);
  const Range& array =
      design.converter == Converter::kSar ? u.sar_array_leakage : u.mlsa_array_leakage;
  out.add(kLeakage, "arrays", "array second", area.items.front().count * latency.seconds(),
          kFjPerNj * size * array);
  out.add(kLeakage, "memories and flip-flops", "bit second",
          (memory_bits(c) + register_bits(design)) * latency.seconds(), kFjPerNj * u.bit_leakage);
}

Breakdown energy_of(const Design& design, const Activity& activity, const Units& units) {
  Breakdown out;
  add_arrays(design, activity, units, out);
  add_neurons(design, activity, units, out);
  add_transport(design, activity, units, out);
  add_attention(design, activity, units, out);
  add_memory(design, activity, units, out);
  add_chip(design, activity, units, out);
  return out;
}

}  // namespace xpike::energy
