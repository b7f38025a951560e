// SPDX-License-Identifier: Apache-2.0
#include "energy/calibration.hpp"

#include <fmt/format.h>

#include "energy/latency.hpp"
#include "energy/model.hpp"
#include "model/network.hpp"

namespace xpike::energy {
namespace {

constexpr double kSumBits = 32;
constexpr double kAddBits = 8;     // of the unit add_8bit
constexpr double kCarryBits = 3;   // that the sum of a row block is wider than a code
constexpr double kGainAdds = 65;   // serial additions of a gain
constexpr double kGainBits = 48;   // of each
constexpr double kTableBits = 96;  // of a word
constexpr int kLayerCycles = 26;   // besides vectors, seeds and row blocks
constexpr int kBlockCycles = 7;
constexpr int kWordCycles = 67;
constexpr int kLaneBytes = 4;
constexpr int kOverlapSeeds = 8;  // lanes seeded per cycle where images overlap

// Row blocks of all layers, and words of the table: one per row block, one for the head.
struct Blocks {
  double all = 0.0;
  double words = 0.0;
};
Blocks blocks_of(const Config& config) {
  Blocks out;
  for (const Stage& stage : stages_of(config)) {
    out.all += stage.blocks * stage.copies;
    out.words += stage.head() ? 1 : stage.blocks * stage.copies;
  }
  return out;
}

// Array multiplications as events of a run: every vector once through every array.
Activity events_of(const Config& c) {
  Activity out{"calibration pass", CalibrationCost::kVectors, 1, c.depth, {}, false, false};
  const double rate = CalibrationCost::kDensity / 256.0;
  double& conversions = out.counts["conversions"];
  for (const Stage& stage : stages_of(c)) {
    const double runs = static_cast<double>(CalibrationCost::kVectors) * stage.copies;
    out.counts[fmt::format("mvms_{}", stage.name)] = runs * stage.arrays * stage.blocks;
    out.counts[fmt::format("active_rows_{}", stage.name)] = rate * runs * stage.in * stage.blocks;
    conversions += runs * stage.arrays * stage.out;
  }
  return out;
}

}  // namespace

double calibration_cycles(const Config& c, int vectors, int adc_cycles) {
  const Blocks blocks = blocks_of(c);
  const int seeds = c.chain_copies > 1 ? kOverlapSeeds : 1;
  const double layer = static_cast<double>(vectors) * mux_steps(c) * adc_cycles + kLayerCycles +
                       ceil_div(ceil_div(c.array_rows, kLaneBytes), seeds);
  return c.depth * layer + kBlockCycles * blocks.all + kWordCycles * blocks.words;
}

CalibrationCost calibration_cost(const Design& design, const Units& u) {
  const Config& c = design.config;
  const Activity a = events_of(c);
  const int adc_cycles = latency_of(design, a, u).converter_cycles;
  CalibrationCost cost{calibration_cycles(c, CalibrationCost::kVectors, adc_cycles), {}};
  Breakdown& out = cost.energy;
  add_arrays(design, a, u, out);

  const double rate = CalibrationCost::kDensity / 256.0;
  const FloorPlan plan = floor_plan(design, u);
  double input_bits = 0.0;  // of every row block
  double wires = 0.0;       // mm of swinging wire
  for (const Stage& stage : stages_of(c)) {
    const double rows = vectors(a, stage) * stage.in;
    input_bits += rows * stage.blocks;
    wires += rows * swings(rate) * plan.array_side * (stage.blocks + stage.arrays / 2.0);
  }
  const double layer_vectors = static_cast<double>(CalibrationCost::kVectors) * c.depth;
  wires += layer_vectors * c.array_rows * swings(rate) * plan.chip_side;

  const Blocks blocks = blocks_of(c);
  const double block_steps = blocks.all * CalibrationCost::kVectors * mux_steps(c);
  const double sum_bits = design.bits + kCarryBits;
  out.add(kAccumulation, "magnitudes of codes", "add", a.at("conversions"),
          sum_bits / kAddBits * u.add_8bit + (design.bits + sum_bits) * u.flip_flop);
  out.add(kAccumulation, "sums of row blocks", "row block and mux step", block_steps,
          kSumBits / kAddBits * u.add_8bit + kSumBits * u.flip_flop);
  out.add(kAccumulation, "gains, bit by bit", "gain", blocks.words,
          kGainAdds * kGainBits * (1.0 / kAddBits * u.add_8bit + u.flip_flop));
  out.add(kAccumulation, "calibration table", "bit", 2.0 * blocks.words * kTableBits, u.memory_bit);
  out.add(kBuffers, "inputs of row blocks", "bit", input_bits, u.buffer_read + u.buffer_write);
  out.add(kTransport, "vectors to all arrays", "mm of swinging wire", wires, u.wire);
  out.add(kInputReadout, "random lanes", "lane draw",
          layer_vectors * ceil_div(c.array_rows, kLaneBytes), lane_energy(c.leap_encoder, u));
  out.add(kInputReadout, "comparators", "row", layer_vectors * c.array_rows, u.add_8bit);
  out.add(kControl, "controller, sequencers", "cycle", cost.cycles, u.control_cycle);
  out.add(kControl, "clock wires", "cycle", cost.cycles * plan.chip_side, u.clock_length * u.wire);
  return cost;
}

}  // namespace xpike::energy
