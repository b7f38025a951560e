// SPDX-License-Identifier: Apache-2.0
#include "cli/calibration_study.hpp"

#include <algorithm>
#include <cmath>

#include "cli/interrupt.hpp"
#include "device/conductance_ratio.hpp"
#include "device/pcm_chip.hpp"

namespace xpike::cli {
namespace {

std::vector<MatrixStudy> matrices_of(const Network& network, const CalibrationPlan& plan) {
  std::vector<MatrixStudy> studies;
  for_each_matrix(network, [&](const std::string& name, const Matrix& matrix, bool is_head) {
    studies.push_back(
        {name,
         matrix.in,
         matrix.out,
         is_head ? 1 : static_cast<int>(matrix.gain.size()),
         {plan.passes.size(), std::vector<std::vector<CorrectionError>>(plan.times.size())}});
  });
  return studies;
}

std::vector<std::vector<std::uint16_t>> gains_of(const Network& network) {
  std::vector<std::vector<std::uint16_t>> gains;
  for_each_matrix(network, [&](const std::string&, const Matrix& matrix, bool) {
    gains.push_back(matrix.gain);
  });
  return gains;
}

// The passes of one chip.
std::vector<reference::Calibration> passes_of(const CalibrationPlan& plan, int chip) {
  std::vector<reference::Calibration> passes = plan.passes;
  for (reference::Calibration& pass : passes) pass.seed += static_cast<std::uint32_t>(chip - 1);
  return passes;
}

// What is known of a chip at one age, per matrix and row block.
struct Look {
  const reference::CalibrationSums& before;
  reference::CalibrationSums now;
  const std::vector<std::vector<std::uint16_t>>& gains;
  const std::vector<std::vector<device::ConductanceRatio>>& ratios;
};

// How far the gains of a pass are from the true loss, at the time of index t.
void add_errors(std::size_t pass, std::size_t t, const Look& look, CalibrationOutcome& outcome) {
  for (std::size_t m = 0; m < look.now.size(); ++m) {
    for (std::size_t block = 0; block < look.now[m].size(); ++block) {
      const std::uint32_t before = look.before[m][block];
      const std::uint32_t now = look.now[m][block];
      if (before == 0 || now == 0) {
        ++outcome.silent;
        continue;
      }
      const std::uint16_t gain = look.gains[m][block];
      const double correction =
          static_cast<double>(reference::corrected_gain(gain, before, now)) / gain;
      const device::ConductanceRatio& ratio = look.ratios[m][block];
      outcome.matrices[m].errors[pass][t].push_back(
          {correction * ratio.sums - 1, correction * ratio.fit - 1,
           static_cast<double>(before) / now * ratio.sums - 1});
    }
  }
}

}  // namespace

std::size_t calibration_looks(const CalibrationPlan& plan) {
  return static_cast<std::size_t>(plan.chips) * (1 + plan.times.size());
}

CalibrationOutcome study_calibration(const Network& network, const CalibrationPlan& plan,
                                     const std::function<void()>& advance) {
  CalibrationOutcome outcome{matrices_of(network, plan), 0};
  const auto gains = gains_of(network);
  for (int chip = 1; chip <= plan.chips; ++chip) {
    device::PcmOptions devices = plan.devices;
    devices.seed = static_cast<std::uint64_t>(chip);
    const auto passes = passes_of(plan, chip);
    Network fresh = network;
    device::apply_devices(fresh, devices, {});
    std::vector<reference::CalibrationSums> sums0;
    sums0.reserve(passes.size());
    for (const auto& pass : passes) sums0.push_back(reference::measure(fresh, pass));
    advance();
    for (std::size_t t = 0; t < plan.times.size(); ++t) {
      if (interrupted()) throw Interrupted();
      Network aged = network;
      device::apply_devices(aged, devices, {plan.times[t], t});
      const auto ratios = device::conductance_ratios(fresh, aged);
      for (std::size_t p = 0; p < passes.size(); ++p) {
        add_errors(p, t, {sums0[p], reference::measure(aged, passes[p]), gains, ratios}, outcome);
      }
      advance();
    }
  }
  return outcome;
}

ErrorSummary summarize(std::vector<double> errors) {
  ErrorSummary summary;
  const auto n = static_cast<double>(errors.size());
  for (double& error : errors) {
    summary.mean += error / n;
    error = std::abs(error);
    summary.mean_size += error / n;
    summary.within += (error <= kCloseError ? 1.0 : 0.0) / n;
  }
  std::ranges::sort(errors);
  const auto covered = static_cast<std::size_t>(std::ceil(0.95 * n));
  summary.p95 = errors.at(covered - 1);
  summary.largest = errors.back();
  return summary;
}

}  // namespace xpike::cli
