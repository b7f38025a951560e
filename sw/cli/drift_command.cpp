// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "cli/drift_study.hpp"
#include "cli/interrupt.hpp"
#include "cli/progress.hpp"
#include "cli/requests.hpp"
#include "cli/runner.hpp"
#include "model/error.hpp"
#include "model/file_io.hpp"
#include "model/fit.hpp"
#include "model/model_file.hpp"

namespace xpike::cli {
namespace {

using nlohmann::json;

struct Age {
  double seconds;
  const char* name;
};
constexpr std::array<Age, 6> kAges{{{1, "1 s"},
                                    {60, "1 min"},
                                    {3600, "1 h"},
                                    {86400, "1 day"},
                                    {2592000, "30 days"},
                                    {31104000, "360 days"}}};
constexpr std::int64_t kMaxChips = 1000;
constexpr std::int64_t kMaxPulses = 1000;

void check_request(const DriftRequest& request) {
  if (request.models.empty()) throw Error("command line", "--model", "is missing");
  require_range(request.chips, 1, kMaxChips, "--chips");
  require_range(request.threads, 1, kMaxThreads, "--threads");
  require_range(request.seed, 0, std::numeric_limits<std::uint32_t>::max(), "--seed");
  require_range(request.vectors, 1, reference::kMaxCalibrationVectors, "--vectors");
  if (request.limit) {
    require_range(*request.limit, 1, std::numeric_limits<std::int64_t>::max(), "--limit");
  }
  require_range(request.pulses, 1, kMaxPulses, "--pulses");
}

void append_curve(fmt::memory_buffer& out, const std::string& name, const char* variant,
                  const std::vector<std::vector<double>>& accuracies) {
  auto to = std::back_inserter(out);
  fmt::format_to(to, "{:<24}{:<14}", name, variant);
  for (const auto& chips : accuracies) fmt::format_to(to, "{:>14}", percent_text(chips));
  fmt::format_to(to, "\n");
}

struct Study {
  std::string file;
  Network network;
  DriftOutcome outcome;
};

std::string table(const std::vector<Study>& studies, const DriftPlan& plan,
                  const std::string& data) {
  fmt::memory_buffer out;
  auto to = std::back_inserter(out);
  fmt::format_to(to,
                 "Accuracy in % on {} ({} images, T = {}), mean ± standard deviation over {} "
                 "chips\n\n{:<24}{:<14}",
                 data, plan.evaluation.images, plan.options.steps, plan.chips, "model",
                 "compensation");
  for (const Age& age : kAges) fmt::format_to(to, "{:>14}", age.name);
  fmt::format_to(to, "\n");
  for (const Study& study : studies) {
    append_curve(out, study.network.name, "none", study.outcome.uncompensated);
    append_curve(out, "", "calibrated", study.outcome.compensated);
  }
  fmt::format_to(to, "\nwithout devices:");
  for (const Study& study : studies) {
    fmt::format_to(to, " {} {:.2f} %", study.network.name, 100 * study.outcome.ideal);
  }
  fmt::format_to(to, "\n");
  for (const Study& study : studies) {
    if (study.outcome.silent_blocks == 0) continue;
    fmt::format_to(to, "{}: {} calibrations found no signal and kept their gain\n",
                   study.network.name, study.outcome.silent_blocks);
  }
  return fmt::to_string(out);
}

std::string document(const std::vector<Study>& studies, const DriftPlan& plan,
                     const DriftRequest& request, const std::string& split) {
  json models = json::array();
  for (const Study& study : studies) {
    models.push_back({{"model", study.file},
                      {"name", study.network.name},
                      {"ideal_accuracy", study.outcome.ideal},
                      {"pulses_per_device", study.outcome.pulses_per_device},
                      {"silent_calibrations", study.outcome.silent_blocks},
                      {"uncompensated", accuracies_json(study.outcome.uncompensated)},
                      {"compensated", accuracies_json(study.outcome.compensated)}});
  }
  const json result{{"data", request.data.string()},
                    {"split", split},
                    {"images", plan.evaluation.images},
                    {"steps", plan.options.steps},
                    {"seed", plan.options.seed},
                    {"chips", plan.chips},
                    {"times_seconds", plan.times},
                    {"pulses", plan.devices.pulses},
                    {"stuck_low", plan.devices.stuck_low},
                    {"stuck_high", plan.devices.stuck_high},
                    {"calibration",
                     {{"vectors", plan.calibration.vectors},
                      {"density", plan.calibration.density},
                      {"seed", plan.calibration.seed}}},
                    {"models", models}};
  return result.dump(1, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace

int drift_command(const DriftRequest& request) {
  check_request(request);
  std::vector<Study> studies;
  for (const auto& file : request.models) studies.push_back({file.string(), load_model(file), {}});
  DriftPlan plan;
  const Network& first = studies.front().network;
  plan.evaluation.config = &choose_config(request.config, first, studies.front().file);
  plan.options.steps = static_cast<int>(request.steps.value_or(first.shape.steps));
  plan.options.seed = static_cast<std::uint32_t>(request.seed);
  require_range(plan.options.steps, 1, plan.evaluation.config->steps, "--steps");
  const std::string split = request.split.value_or(DataSet::default_split(request.data));
  const DataSet data(request.data, split);
  for (const Study& study : studies) {
    check_fit(study.network, *plan.evaluation.config, study.file);
    data.check(study.network, plan.options.steps);
  }
  if (!data.label(0)) throw Error(request.data.string(), "labels", "are needed for an accuracy");
  plan.evaluation.data = &data;
  plan.evaluation.images = data.size();
  if (request.limit) {
    plan.evaluation.images = static_cast<std::size_t>(
        std::min<std::int64_t>(*request.limit, static_cast<std::int64_t>(data.size())));
  }
  plan.chips = static_cast<int>(request.chips);
  for (const Age& age : kAges) plan.times.push_back(age.seconds);
  plan.devices.pulses = static_cast<int>(request.pulses);
  plan.devices.stuck_low = request.stuck_low;
  plan.devices.stuck_high = request.stuck_high;
  device::check_options(plan.devices);
  plan.calibration.vectors = static_cast<int>(request.vectors);
  plan.calibration.leap = plan.evaluation.config->leap_encoder;
  plan.evaluation.threads = threads_for(request.threads, plan.evaluation.images);

  std::optional<AtomicFile> file;
  if (request.json) file.emplace(*request.json);
  watch_interrupts();
  {
    Progress progress(studies.size() * drift_evaluations(plan));
    for (Study& study : studies) {
      study.outcome = study_drift(study.network, plan, [&] { progress.advance(); });
    }
  }
  if (file) {
    file->write(document(studies, plan, request, split));
    file->commit();
  }
  fmt::print("{}", table(studies, plan, request.data.string() + ", split " + split));
  return 0;
}

}  // namespace xpike::cli
