// SPDX-License-Identifier: Apache-2.0
#include "cli/fault_study.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <utility>

#include "device/pcm_chip.hpp"

namespace xpike::cli {
namespace {

std::string percent_of(double share, const char* what) {
  return fmt::format("{:g} % of the {}", 100 * share, what);
}

}  // namespace

std::vector<FaultCase> fault_cases() {
  std::vector<FaultCase> cases;
  const auto add = [&](const char* fault, std::string severity) -> FaultCase& {
    return cases.emplace_back(FaultCase{fault, std::move(severity), 0.0, 0.0, {}});
  };
  for (const double rate : {0.001, 0.01, 0.03, 0.1}) {
    add("devices stuck at 0", percent_of(rate, "devices")).stuck_low = rate;
  }
  for (const double rate : {0.001, 0.01, 0.03, 0.1}) {
    add("devices stuck at 25 uS", percent_of(rate, "devices")).stuck_high = rate;
  }
  for (const int bits : {7, 6, 4, 3, 2}) {
    add("converter bits", fmt::format("{} bits", bits)).faults.converter = {bits, 0};
  }
  // One bit less over half the range: the same step, more clipping.
  add("converter clipping", "half of the range").faults.converter = {4, -1};
  add("converter clipping", "a quarter of the range").faults.converter = {3, -2};
  for (const double rate : {0.02, 0.1, 0.5, 1.0}) {
    add("stuck bit of a random lane", percent_of(rate, "lanes")).faults.stuck_lanes = rate;
  }
  for (const double rate : {1e-4, 1e-3, 1e-2, 0.1, 0.5}) {
    add("flipped spikes in memory", percent_of(rate, "bits")).faults.flipped_spikes = rate;
  }
  return cases;
}

Repeats run_case(const Network& network, const FaultPlan& plan, const FaultCase& fault) {
  Repeats repeats;
  for (int chip = 1; chip <= plan.chips; ++chip) {
    Network now = network;
    if (fault.stuck_low > 0.0 || fault.stuck_high > 0.0) {
      const device::PcmOptions devices{.seed = static_cast<std::uint64_t>(chip),
                                       .program_noise = 0.0,
                                       .drift = 0.0,
                                       .read_noise = 0.0,
                                       .stuck_low = fault.stuck_low,
                                       .stuck_high = fault.stuck_high};
      device::apply_devices(now, devices, {});
    }
    RunOptions options = plan.options;
    reference::Faults faults = fault.faults;
    options.seed = faults.seed = static_cast<std::uint32_t>(chip);
    repeats.push_back(
        right_answers(plan.evaluation, now, options, reference::Randomness::kLanes, faults));
  }
  return repeats;
}

}  // namespace xpike::cli
