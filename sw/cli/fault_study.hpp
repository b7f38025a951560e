// SPDX-License-Identifier: Apache-2.0
// Accuracy of a network on chips with one kind of fault at a time (docs/robustness.md).
#pragma once

#include <string>
#include <vector>

#include "cli/accuracy.hpp"
#include "cli/repeats.hpp"
#include "device/pcm_device.hpp"
#include "model/network.hpp"
#include "reference/faults.hpp"

namespace xpike::cli {

// One line of the table.
struct FaultCase {
  std::string fault{};         // what is wrong
  std::string severity{};      // how much of it
  double stuck_low = 0.0;      // share of devices
  double stuck_high = 0.0;     // share of devices
  reference::Faults faults{};  // the seed is set per chip
};

// Stuck devices, converters, stuck bits of the lanes and lost spikes, each mild to severe.
std::vector<FaultCase> fault_cases();

struct FaultPlan {
  Evaluation evaluation;
  RunOptions options;
  int chips = 5;  // seeds 1, 2, .. of faults and of random streams
};

// Answers of one case, chip by chip. Devices are those of the PCM model without noise and drift, so
// that only the fault counts. Throws Error, or Interrupted.
Repeats run_case(const Network& network, const FaultPlan& plan, const FaultCase& fault);

}  // namespace xpike::cli
