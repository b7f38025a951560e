// SPDX-License-Identifier: Apache-2.0
// How near a calibration pass (docs/numerics.md, section 11) comes to what drift has really taken
// from every row block, on chips of PCM devices.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "device/pcm_device.hpp"
#include "model/network.hpp"
#include "reference/calibration.hpp"

namespace xpike::cli {

struct CalibrationPlan {
  std::vector<reference::Calibration> passes;  // the seed is that of chip 1, chip c has c - 1 more
  std::vector<double> times;                   // s since programming
  int chips = 5;                               // device seeds 1, 2, ..
  device::PcmOptions devices;                  // seed is set per chip
};

// Relative errors of corrections of a row block: correction times true ratio, minus 1.
struct CorrectionError {
  double sums = 0.0;       // of the new gain, against the ratio of summed conductances
  double fit = 0.0;        // of the new gain, against the least-squares ratio
  double unrounded = 0.0;  // as `sums`, of the ratio of sums before it is rounded to a gain
};

struct MatrixStudy {
  std::string name;
  int rows = 0;
  int columns = 0;
  int blocks = 0;                                                 // with a gain of their own
  std::vector<std::vector<std::vector<CorrectionError>>> errors;  // [pass][time][chip, block]
};

struct CalibrationOutcome {
  std::vector<MatrixStudy> matrices;  // in the order of for_each_matrix
  std::uint64_t silent = 0;  // row blocks, of all chips and looks, where a pass or its baseline had
                             // a sum of 0: left out
};

// Chips and looks of one network, for progress.
std::size_t calibration_looks(const CalibrationPlan& plan);

// Calls `advance` after every look. Throws Error, or Interrupted.
CalibrationOutcome study_calibration(const Network& network, const CalibrationPlan& plan,
                                     const std::function<void()>& advance);

struct ErrorSummary {
  double within = 0.0;     // share of errors of at most kCloseError
  double mean = 0.0;       // with sign
  double mean_size = 0.0;  // of |error|
  double p95 = 0.0;        // 95 % of |errors| are at most this
  double largest = 0.0;    // |error|
};
inline constexpr double kCloseError = 0.02;

// Of at least one error.
ErrorSummary summarize(std::vector<double> errors);

}  // namespace xpike::cli
