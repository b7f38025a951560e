// SPDX-License-Identifier: Apache-2.0
#include "cli/drift_study.hpp"

#include "device/pcm_chip.hpp"
#include "reference/threshold_compensation.hpp"

namespace xpike::cli {
namespace {

// What the passes right after programming found.
struct Baseline {
  reference::CalibrationSums blocks;
  reference::ColumnSums columns;
};

// Returns the number of silent row blocks.
int compensate(Network& now, Compensation kind, const reference::Calibration& pass,
               const Baseline& baseline) {
  if (kind == Compensation::kNone) return 0;
  if (kind == Compensation::kThresholds) {
    reference::compensate_thresholds(now, pass, baseline.columns);
    Network gains = now;
    const int silent = reference::compensate(gains, pass, baseline.blocks);
    now.head = gains.head;
    return silent;
  }
  const int silent = reference::compensate(now, pass, baseline.blocks);
  if (kind == Compensation::kGainAndThresholds) {
    reference::compensate_thresholds(now, pass, baseline.columns);
  }
  return silent;
}

}  // namespace

std::string_view to_text(Compensation kind) {
  switch (kind) {
    case Compensation::kGain:
      return "gain";
    case Compensation::kThresholds:
      return "thresholds";
    case Compensation::kGainAndThresholds:
      return "gain+thresholds";
    case Compensation::kNone:
      break;
  }
  return "none";
}

std::size_t drift_evaluations(const DriftPlan& plan) {
  return static_cast<std::size_t>(plan.chips) * (1 + plan.kinds.size() * plan.times.size());
}

DriftOutcome study_drift(const Network& network, const DriftPlan& plan,
                         const std::function<void()>& advance) {
  DriftOutcome outcome;
  outcome.curves.assign(plan.kinds.size(), std::vector<Repeats>(plan.times.size()));
  RunOptions options = plan.options;
  const auto evaluate = [&](const Network& now) {
    Answers answers = right_answers(plan.evaluation, now, options);
    advance();
    return answers;
  };
  std::uint64_t pulses = 0;
  std::uint64_t weights = 0;
  for (int chip = 1; chip <= plan.chips; ++chip, ++options.seed) {
    outcome.ideal.push_back(evaluate(network));
    device::PcmOptions devices = plan.devices;
    devices.seed = static_cast<std::uint64_t>(chip);
    Network programmed = network;
    pulses += device::apply_devices(programmed, devices, {}).pulses;
    for_each_matrix(programmed, [&](const std::string&, const Matrix& matrix, bool) {
      weights += matrix.weight.size();
    });
    const Baseline baseline{reference::measure(programmed, plan.calibration),
                            reference::measure_columns(programmed, plan.calibration)};
    for (std::size_t t = 0; t < plan.times.size(); ++t) {
      Network aged = network;
      device::apply_devices(aged, devices, {plan.times[t], t});
      for (std::size_t kind = 0; kind < plan.kinds.size(); ++kind) {
        Network now = aged;
        outcome.silent_blocks += static_cast<std::uint64_t>(
            compensate(now, plan.kinds[kind], plan.calibration, baseline));
        outcome.curves[kind][t].push_back(evaluate(now));
      }
    }
  }
  outcome.pulses_per_weight = static_cast<double>(pulses) / static_cast<double>(weights);
  return outcome;
}

}  // namespace xpike::cli
