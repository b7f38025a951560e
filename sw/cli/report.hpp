// SPDX-License-Identifier: Apache-2.0
// The result of a run, for people and for programs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>
#include <xpike/configs.hpp>

#include "cli/requests.hpp"
#include "cli/runner.hpp"

namespace xpike::cli {

struct RunSummary {
  const RunRequest* request = nullptr;
  const Config* config = nullptr;
  const Network* network = nullptr;
  const RunOutcome* outcome = nullptr;
  std::string split;
  int steps = 0;
  std::uint32_t seed = 0;
  int threads = 1;
  std::uint64_t token_steps = 0;            // over all images
  std::optional<std::uint64_t> correct;     // nothing without labels
  std::optional<std::uint64_t> mismatches;  // nothing unless two engines ran
  // Right answers had the run ended after each time step, [step]; empty without labels.
  std::vector<std::uint64_t> correct_by_step;
};

// What is measured is reported; what the engine does not measure is null in the JSON and "-" in
// the table. With two engines, events and cycles are those of the simulated chip.
std::string summary_table(const RunSummary& summary);
std::string summary_json(const RunSummary& summary);

}  // namespace xpike::cli
