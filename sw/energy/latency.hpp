// SPDX-License-Identifier: Apache-2.0
// Cycles of an inference.
#pragma once

#include "energy/activity.hpp"
#include "energy/design.hpp"
#include "energy/units.hpp"

namespace xpike::energy {

struct Latency {
  double cycles_one = 0.0;   // one cycle per conversion: the schedule
  int converter_cycles = 1;  // that the converter of the unit table needs at kClockHz
  double cycles_converter = 0.0;
  double ideal_aimc = 0.0;  // of cycles_converter, by formula
  double ideal_ssa = 0.0;
  bool measured = false;  // cycles_one is the chip's counter, and not the formula

  double seconds() const { return cycles_converter / kClockHz; }
};

// Formula of docs/architecture.md, AIMC and SSA phases, with the given cycles per conversion.
double ideal_aimc_cycles(const Config& config, int tokens, int steps, int depth, int adc_cycles);
// A causal mask spares blocks of sequences longer than a tile.
double ideal_ssa_cycles(const Config& config, int tokens, int steps, int depth, bool causal);

Latency latency_of(const Design& design, const Activity& activity, const Units& units);

}  // namespace xpike::energy
