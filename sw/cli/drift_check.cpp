// SPDX-License-Identifier: Apache-2.0
#include "cli/drift_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "cli/engines.hpp"
#include "cli/interrupt.hpp"
#include "cli/runner.hpp"
#include "device/pcm_chip.hpp"
#include "energy/calibration.hpp"
#include "model/error.hpp"

namespace xpike::cli {
namespace {

// Places that differ, lists of another size in every place; `first` names the first one.
template <class Value>
std::uint64_t count_places(const std::vector<std::vector<Value>>& a,
                           const std::vector<std::vector<Value>>& b, const std::string& what,
                           std::uint64_t& compared, std::string& first) {
  std::uint64_t count = 0;
  for (std::size_t m = 0; m < std::max(a.size(), b.size()); ++m) {
    const std::size_t blocks =
        std::max(m < a.size() ? a[m].size() : 0, m < b.size() ? b[m].size() : 0);
    for (std::size_t block = 0; block < blocks; ++block) {
      ++compared;
      if (m < a.size() && m < b.size() && block < a[m].size() && block < b[m].size() &&
          a[m][block] == b[m][block]) {
        continue;
      }
      ++count;
      if (first.empty()) first = fmt::format("{}, matrix {}, row block {}", what, m + 1, block + 1);
    }
  }
  return count;
}

sim::CalibrationState state_of(const Network& network, reference::CalibrationSums sums,
                               reference::CalibrationSums sums0) {
  sim::CalibrationState state{std::move(sums), std::move(sums0), {}};
  for_each_matrix(network, [&](const std::string&, const Matrix& matrix, bool is_head) {
    state.gains.push_back(matrix.gain);
    if (is_head) state.gains.back().resize(1);
  });
  return state;
}

// One age on one chip.
class Look {
 public:
  Look(const Network& network, const DriftPlan& plan, std::size_t age)
      : plan_(plan), age_(age), programmed_(network), aged_(network), options_(plan.options) {
    const std::size_t chip = age % static_cast<std::size_t>(plan.chips);
    device::PcmOptions devices = plan.devices;
    devices.seed = chip + 1;
    options_.seed += static_cast<std::uint32_t>(chip);
    options_.tensors = true;
    device::apply_devices(programmed_, devices, {});
    device::apply_devices(aged_, devices, {plan.times[age], age});
  }

  void run(DriftCheck& check) const {
    const Config& config = *plan_.evaluation.config;
    const auto sums0 = reference::measure(programmed_, plan_.calibration);
    const auto sums = reference::measure(aged_, plan_.calibration);
    Network corrected = aged_;
    reference::compensate(corrected, plan_.calibration, sums0);
    const auto prepare = [&](sim::Chip& chip) {
      check.baseline_cycles = std::max(check.baseline_cycles, pass(chip, true));
      compare_pass(sim::read_calibration(chip, config, programmed_),
                   state_of(programmed_, sums0, sums0), place("baseline pass"), check);
      sim::load_cells(chip, config, aged_);
      check.calibration_cycles = std::max(check.calibration_cycles, pass(chip, false));
      compare_pass(sim::read_calibration(chip, config, aged_), state_of(corrected, sums, sums0),
                   place("calibration pass"), check);
    };
    std::vector<EngineSet> engines(1);
    engines.front().reference = make_reference(config, corrected);
    sim::RtlOptions rtl;
    rtl.prepare = prepare;
    engines.front().rtl = make_rtl(config, programmed_, rtl);
    RunPlan images;
    images.image = [&](std::size_t i) { return plan_.evaluation.data->image(i, programmed_); };
    images.images = plan_.evaluation.images;
    images.options = options_;
    images.progress = false;
    const RunOutcome outcome = run_images(images, std::move(engines));
    for (std::size_t i = 0; i < outcome.images.size(); ++i) {
      check.image_mismatches += outcome.images[i].mismatches;
      if (check.first.empty() && outcome.images[i].mismatches != 0) {
        check.first =
            place(fmt::format("image {}, {}", i, outcome.images[i].first_mismatch).c_str());
      }
    }
    ++check.looks;
    check.images += outcome.images.size();
  }

 private:
  std::string place(const char* what) const {
    return fmt::format("{} s after programming: {}", plan_.times[age_], what);
  }

  // Its cycles.
  std::uint64_t pass(sim::Chip& chip, bool baseline) const {
    const reference::Calibration& pass = plan_.calibration;
    const Config& config = *plan_.evaluation.config;
    // It ends a hang, not a slow pass.
    const auto limit = static_cast<std::uint64_t>(
        4 * energy::calibration_cycles(config, pass.vectors, config.adc_cycles) + 100'000);
    return chip
        .calibrate({.vectors = pass.vectors,
                    .density = pass.density,
                    .seed = pass.seed,
                    .baseline = baseline},
                   limit)
        .cycles;
  }

  const DriftPlan& plan_;
  std::size_t age_;
  Network programmed_;
  Network aged_;
  RunOptions options_;
};

}  // namespace

void compare_pass(const sim::CalibrationState& chip, const sim::CalibrationState& reference,
                  const std::string& what, DriftCheck& check) {
  const auto sums = [&](const auto& a, const auto& b, const char* kind) {
    check.sum_mismatches += count_places(a, b, what + ": " + kind, check.sums, check.first);
  };
  sums(chip.sums, reference.sums, "sum");
  sums(chip.sums0, reference.sums0, "sum of the baseline");
  check.gain_mismatches +=
      count_places(chip.gains, reference.gains, what + ": gain", check.gains, check.first);
}

void require_calibrating_rtl(const Config& config) {
  require_rtl(config);
  if (config.calibration == 0) {
    throw Error(
        "command line", "--engine",
        fmt::format("both needs drift compensation, which configuration {} lacks", config.name));
  }
}

DriftCheck check_drift(const Network& network, const DriftPlan& plan) {
  require_calibrating_rtl(*plan.evaluation.config);
  DriftCheck check;
  for (std::size_t age = 0; age < plan.times.size(); ++age) {
    if (interrupted()) throw Interrupted();
    Look(network, plan, age).run(check);
  }
  return check;
}

}  // namespace xpike::cli
