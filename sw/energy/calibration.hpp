// SPDX-License-Identifier: Apache-2.0
// What a drift-compensation pass costs (docs/numerics.md, section 11; docs/architecture.md).
#pragma once

#include "energy/breakdown.hpp"
#include "energy/design.hpp"
#include "energy/units.hpp"
#include "reference/calibration.hpp"

namespace xpike::energy {

struct CalibrationCost {
  static constexpr int kVectors = reference::kCalibrationVectors;
  static constexpr int kDensity = reference::kCalibrationDensity;  // rows driven, in 256ths

  double cycles = 0.0;  // with the conversions of the unit table's converter
  Breakdown energy;     // leakage left out: a pass is short and rare
  double seconds() const { return cycles / kClockHz; }
};

// Cycles of a pass that corrects every gain of all layers, exact, with the given cycles per
// conversion.
double calibration_cycles(const Config& config, int vectors, int adc_cycles);

CalibrationCost calibration_cost(const Design& design, const Units& units);

}  // namespace xpike::energy
