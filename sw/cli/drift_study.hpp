// SPDX-License-Identifier: Apache-2.0
// Accuracy of a network on chips of PCM devices that grow old, with and without compensation.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "cli/accuracy.hpp"
#include "device/pcm_device.hpp"
#include "model/network.hpp"
#include "reference/calibration.hpp"

namespace xpike::cli {

struct DriftPlan {
  Evaluation evaluation;
  RunOptions options;
  int chips = 5;               // device seeds 1, 2, ..
  std::vector<double> times;   // s since programming
  device::PcmOptions devices;  // seed is set per chip
  reference::Calibration calibration;
};

struct DriftOutcome {
  double ideal = 0.0;  // share of right answers without devices
  // [time][chip]
  std::vector<std::vector<double>> uncompensated;
  std::vector<std::vector<double>> compensated;
  std::uint64_t silent_blocks = 0;  // calibrations whose sum was 0
  double pulses_per_device = 0.0;
};

// Evaluations of one network, for progress.
std::size_t drift_evaluations(const DriftPlan& plan);

// Calls `advance` after every evaluation. Throws Error, or Interrupted.
DriftOutcome study_drift(const Network& network, const DriftPlan& plan,
                         const std::function<void()>& advance);

}  // namespace xpike::cli
