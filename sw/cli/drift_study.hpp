// SPDX-License-Identifier: Apache-2.0
// Accuracy of a network on chips of PCM devices that grow old, with and without compensation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "cli/accuracy.hpp"
#include "cli/repeats.hpp"
#include "device/pcm_device.hpp"
#include "model/network.hpp"
#include "reference/calibration.hpp"

namespace xpike::cli {

// What is done about drift: nothing; the gain of the converters, as the chip does; thresholds and
// biases per column, the head by its gain; or first the gain and then what is left by thresholds.
enum class Compensation : std::uint8_t { kNone, kGain, kThresholds, kGainAndThresholds };

// Name in reports.
std::string_view to_text(Compensation kind);

struct DriftPlan {
  Evaluation evaluation;
  RunOptions options;          // the seed is that of chip 1, chip c has c - 1 more
  int chips = 5;               // device seeds 1, 2, ..
  std::vector<double> times;   // s since programming
  device::PcmOptions devices;  // seed is set per chip
  reference::Calibration calibration;
  std::vector<Compensation> kinds{Compensation::kNone, Compensation::kGain};
};

struct DriftOutcome {
  Repeats ideal;                             // without devices
  std::vector<std::vector<Repeats>> curves;  // [kind of the plan][time][chip]
  std::uint64_t silent_blocks = 0;           // calibrations whose sum was 0
  double pulses_per_weight = 0.0;
};

// Evaluations of one network, for progress.
std::size_t drift_evaluations(const DriftPlan& plan);

// Calls `advance` after every evaluation. Throws Error, or Interrupted.
DriftOutcome study_drift(const Network& network, const DriftPlan& plan,
                         const std::function<void()>& advance);

}  // namespace xpike::cli
