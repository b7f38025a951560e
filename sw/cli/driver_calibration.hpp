// SPDX-License-Identifier: Apache-2.0
// Drift compensation of a chip behind the driver (docs/numerics.md, section 11): a baseline pass
// right after programming, a calibration pass before the first image, and what they have found.
#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "driver/xpk_driver.h"
#include "model/network.hpp"
#include "reference/calibration.hpp"

namespace xpike::cli {

struct CalibrationChoice {
  int vectors = reference::kCalibrationVectors;
  int density = reference::kCalibrationDensity;  // rows driven, in 256ths
  std::uint32_t seed = 1;                        // of the vectors
  // Seconds since programming at which PCM devices (docs/device.md) are looked at. Without it the
  // conductances stay what the model says, or what the chip makes of them.
  std::optional<double> age;
};

struct CalibratedBlock {
  std::string matrix;  // as for_each_matrix names it
  int row_block = 0;
  std::uint32_t sum0 = 0;   // of the baseline pass
  std::uint32_t sum = 0;    // of the calibration pass
  std::uint32_t gain0 = 0;  // of the model
  std::uint32_t gain = 0;   // in use
};

struct CalibrationReport {
  CalibrationChoice choice;
  std::vector<CalibratedBlock> blocks;  // of the network; those of the head are one
};

// Programs the network through `load`, measures, lets devices age if asked to (which programs their
// conductances of that time over the old ones), and corrects the gains. Throws Error with the
// driver's words where the chip refuses.
CalibrationReport calibrate_device(xpk_device& device, const Network& network,
                                   const CalibrationChoice& choice,
                                   const std::function<void(const Network&)>& load);

// Lines of the report of a run, and its field "calibration".
std::string calibration_table(const CalibrationReport& report);
nlohmann::json calibration_json(const CalibrationReport& report);

}  // namespace xpike::cli
