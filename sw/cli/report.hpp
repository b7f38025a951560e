// SPDX-License-Identifier: Apache-2.0
// The result of a run, for people and for programs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/driver_calibration.hpp"
#include "cli/performance.hpp"
#include "cli/requests.hpp"
#include "cli/run_input.hpp"
#include "cli/runner.hpp"

namespace xpike::cli {

struct RunSummary {
  const RunRequest* request = nullptr;
  const RunInput* input = nullptr;
  const RunOutcome* outcome = nullptr;
  std::uint32_t seed = 0;
  int threads = 1;
  std::optional<std::uint64_t> correct;     // nothing without labels
  std::optional<std::uint64_t> mismatches;  // nothing unless two engines ran
  // Right answers had the run ended after each time step, [step]; empty without labels, and with
  // final scores only.
  std::vector<std::uint64_t> correct_by_step;
  Performance performance;
  std::optional<CalibrationReport> calibration;  // of the driver's chip, if asked for
};

// What is measured is reported; what the engine does not measure is null in the JSON and "-" in
// the table. With two engines, events and cycles are those of the simulated chip.
std::string summary_table(const RunSummary& summary);
std::string summary_json(const RunSummary& summary);

}  // namespace xpike::cli
