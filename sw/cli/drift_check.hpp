// SPDX-License-Identifier: Apache-2.0
// Drift compensation on the simulated chip beside the reference: conductances of a chip as
// programmed, a baseline pass, conductances of today, a calibration pass, inferences.
#pragma once

#include <cstdint>
#include <string>

#include "cli/drift_study.hpp"
#include "loader.hpp"
#include "model/network.hpp"
#include "reference/calibration.hpp"

namespace xpike::cli {

struct DriftCheck {
  std::uint64_t looks = 0;   // ages, each on one chip
  std::uint64_t sums = 0;    // compared: of baseline and calibration passes
  std::uint64_t gains = 0;   // compared
  std::uint64_t images = 0;  // compared, every tensor, score and event of each
  std::uint64_t sum_mismatches = 0;
  std::uint64_t gain_mismatches = 0;
  std::uint64_t image_mismatches = 0;  // places of tensors, scores, events
  std::string first;                   // what differed first, and where; empty without mismatches
  std::uint64_t baseline_cycles = 0;   // of the longest pass
  std::uint64_t calibration_cycles = 0;

  std::uint64_t mismatches() const { return sum_mismatches + gain_mismatches + image_mismatches; }
};

// Compares what a pass has left on the chip with what the reference has found, and counts in
// `check`; `what` names the pass. The head counts as one row block.
void compare_pass(const sim::CalibrationState& chip, const sim::CalibrationState& reference,
                  const std::string& what, DriftCheck& check);

// Every age of the plan on one of its chips, the first age on chip 1, with the images and seeds of
// the study. Throws Error if this build has no simulated chip of the configuration or the
// configuration no calibration, or Interrupted.
DriftCheck check_drift(const Network& network, const DriftPlan& plan);

// The part of check_drift's errors that needs no network, for a look before long work.
void require_calibrating_rtl(const Config& config);

}  // namespace xpike::cli
