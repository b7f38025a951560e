// SPDX-License-Identifier: Apache-2.0
#include "cli/drift_study.hpp"

#include "device/pcm_chip.hpp"

namespace xpike::cli {
std::size_t drift_evaluations(const DriftPlan& plan) {
  return 1 + 2 * plan.times.size() * static_cast<std::size_t>(plan.chips);
}

DriftOutcome study_drift(const Network& network, const DriftPlan& plan,
                         const std::function<void()>& advance) {
  DriftOutcome outcome;
  outcome.uncompensated.resize(plan.times.size());
  outcome.compensated.resize(plan.times.size());
  const auto evaluate = [&](const Network& now) {
    const double share = accuracy(plan.evaluation, now, plan.options);
    advance();
    return share;
  };
  outcome.ideal = evaluate(network);
  device::ProgramReport programming;
  for (int chip = 1; chip <= plan.chips; ++chip) {
    device::PcmOptions devices = plan.devices;
    devices.seed = static_cast<std::uint64_t>(chip);
    Network now = network;
    programming = device::apply_devices(now, devices, {});
    const auto sums0 = reference::measure(now, plan.calibration);
    for (std::size_t t = 0; t < plan.times.size(); ++t) {
      now = network;
      device::apply_devices(now, devices, {plan.times[t], t});
      outcome.uncompensated[t].push_back(evaluate(now));
      outcome.silent_blocks +=
          static_cast<std::uint64_t>(reference::compensate(now, plan.calibration, sums0));
      outcome.compensated[t].push_back(evaluate(now));
    }
    outcome.pulses_per_device += static_cast<double>(programming.pulses) /
                                 static_cast<double>(programming.devices) /
                                 static_cast<double>(plan.chips);
  }
  return outcome;
}

}  // namespace xpike::cli
