// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "cli/ages.hpp"
#include "cli/drift_check.hpp"
#include "cli/drift_study.hpp"
#include "cli/interrupt.hpp"
#include "cli/progress.hpp"
#include "cli/requests.hpp"
#include "model/error.hpp"
#include "model/file_io.hpp"
#include "model/fit.hpp"
#include "model/model_file.hpp"

namespace xpike::cli {
namespace {

using nlohmann::json;

constexpr std::int64_t kMaxPairs = 8;
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
  require_range(request.pairs, 1, kMaxPairs, "--pairs");
  require_range(request.pulses, 1, kMaxPulses, "--pulses");
}

struct Study {
  std::string file;
  std::string label;
  Network network;
  DriftOutcome outcome;
  std::optional<DriftCheck> check;  // with the simulated chip
};

// A line per model and kind, `cell` for every age.
template <class Cell>
void append_curves(fmt::memory_buffer& out, const std::vector<Study>& studies,
                   const DriftPlan& plan, const Cell& cell) {
  auto to = std::back_inserter(out);
  fmt::format_to(to, "{:<16}{:<17}", "model", "compensation");
  for (const Age& age : kAges) fmt::format_to(to, "{:>15}", age.name);
  fmt::format_to(to, "\n");
  for (const Study& study : studies) {
    for (std::size_t kind = 0; kind < plan.kinds.size(); ++kind) {
      fmt::format_to(to, "{:<16}{:<17}", kind == 0 ? study.label : "", to_text(plan.kinds[kind]));
      for (std::size_t t = 0; t < plan.times.size(); ++t) {
        fmt::format_to(to, "{:>15}", cell(study, kind, t));
      }
      fmt::format_to(to, "\n");
    }
  }
}

std::string table(const std::vector<Study>& studies, const DriftPlan& plan,
                  const std::string& data) {
  fmt::memory_buffer out;
  auto to = std::back_inserter(out);
  fmt::format_to(to,
                 "Accuracy in % on {} ({} images, T = {}), mean ± standard deviation over {} "
                 "chips\n\n",
                 data, plan.evaluation.images, plan.options.steps, plan.chips);
  append_curves(out, studies, plan, [](const Study& study, std::size_t kind, std::size_t t) {
    return percent_text(shares(study.outcome.curves[kind][t]));
  });
  fmt::format_to(to, "\nPoints above the same model without devices, with 95 % intervals\n\n");
  append_curves(out, studies, plan, [](const Study& study, std::size_t kind, std::size_t t) {
    return points_text(difference(study.outcome.curves[kind][t], study.outcome.ideal));
  });
  if (studies.size() > 1) {
    fmt::format_to(to, "\nPoints above {}, with 95 % intervals\n\n", studies.front().label);
    const DriftOutcome& first = studies.front().outcome;
    append_curves(
        out, {studies.begin() + 1, studies.end()}, plan,
        [&](const Study& study, std::size_t kind, std::size_t t) {
          return points_text(difference(study.outcome.curves[kind][t], first.curves[kind][t]));
        });
  }
  fmt::format_to(to, "\nwithout devices:");
  for (const Study& study : studies) {
    fmt::format_to(to, " {} {} %", study.label, percent_text(shares(study.outcome.ideal)));
  }
  fmt::format_to(to, "\n");
  for (const Study& study : studies) {
    if (study.outcome.silent_blocks == 0) continue;
    fmt::format_to(to, "{}: {} calibrations found no signal and kept their gain\n", study.label,
                   study.outcome.silent_blocks);
  }
  for (const Study& study : studies) {
    if (!study.check) continue;
    const DriftCheck& check = *study.check;
    fmt::format_to(
        to,
        "{}, simulated chip against reference at {} ages: {} mismatches in {} sums, {} in "
        "{} gains, {} in {} images; passes of {} and {} cycles\n",
        study.label, check.looks, check.sum_mismatches, check.sums, check.gain_mismatches,
        check.gains, check.image_mismatches, check.images, check.baseline_cycles,
        check.calibration_cycles);
    if (!check.first.empty()) fmt::format_to(to, "{}: first at {}\n", study.label, check.first);
  }
  return fmt::to_string(out);
}

// Curves, with their differences from other ones: "minus_NAME".
json curve_json(const std::vector<Repeats>& curve) {
  std::vector<std::vector<double>> accuracies;
  json intervals = json::array();
  for (const Repeats& chips : curve) {
    accuracies.push_back(shares(chips));
    intervals.push_back(estimate(chips).half_interval);
  }
  json result = accuracies_json(accuracies);
  result["half_interval"] = intervals;
  return result;
}

json differences_json(const std::vector<Repeats>& curve,
                      const std::function<const Repeats&(std::size_t)>& other) {
  json means = json::array();
  json intervals = json::array();
  for (std::size_t t = 0; t < curve.size(); ++t) {
    const Estimate e = difference(curve[t], other(t));
    means.push_back(e.mean);
    intervals.push_back(e.half_interval);
  }
  return {{"mean", means}, {"half_interval", intervals}};
}

json check_json(const DriftCheck& check) {
  return {{"looks", check.looks},
          {"sums", check.sums},
          {"gains", check.gains},
          {"images", check.images},
          {"sum_mismatches", check.sum_mismatches},
          {"gain_mismatches", check.gain_mismatches},
          {"image_mismatches", check.image_mismatches},
          {"mismatches", check.mismatches()},
          {"first_mismatch", check.first},
          {"baseline_cycles", check.baseline_cycles},
          {"calibration_cycles", check.calibration_cycles}};
}

json model_json(const Study& study, const DriftOutcome& first, const DriftPlan& plan) {
  json curves = json::object();
  for (std::size_t kind = 0; kind < plan.kinds.size(); ++kind) {
    const auto& curve = study.outcome.curves[kind];
    json entry = curve_json(curve);
    entry["minus_ideal"] =
        differences_json(curve, [&](std::size_t) -> const Repeats& { return study.outcome.ideal; });
    entry["minus_first_model"] = differences_json(
        curve, [&](std::size_t t) -> const Repeats& { return first.curves[kind][t]; });
    curves[std::string(to_text(plan.kinds[kind]))] = entry;
  }
  json result{{"model", study.file},
              {"name", study.label},
              {"ideal", curve_json({study.outcome.ideal})},
              {"pulses_per_weight", study.outcome.pulses_per_weight},
              {"silent_calibrations", study.outcome.silent_blocks},
              {"compensation", curves}};
  if (study.check) result["rtl"] = check_json(*study.check);
  return result;
}

std::string document(const std::vector<Study>& studies, const DriftPlan& plan,
                     const DriftRequest& request, const std::string& split) {
  json models = json::array();
  for (const Study& study : studies) {
    models.push_back(model_json(study, studies.front().outcome, plan));
  }
  const json result{{"data", request.data.string()},
                    {"split", split},
                    {"images", plan.evaluation.images},
                    {"steps", plan.options.steps},
                    {"seed", plan.options.seed},
                    {"chips", plan.chips},
                    {"times_seconds", plan.times},
                    {"pairs", plan.devices.pairs},
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

std::vector<Compensation> parse_kinds(const std::vector<std::string>& names) {
  std::vector<Compensation> kinds;
  for (const std::string& name : names) {
    bool known = false;
    for (const auto kind : {Compensation::kNone, Compensation::kGain, Compensation::kThresholds,
                            Compensation::kGainAndThresholds}) {
      if (name != to_text(kind)) continue;
      kinds.push_back(kind);
      known = true;
    }
    if (!known) {
      throw Error("command line", "--compensation",
                  fmt::format("'{}' is not one of none, gain, thresholds, gain+thresholds", name));
    }
  }
  return kinds;
}

}  // namespace

int drift_command(const DriftRequest& request) {
  check_request(request);
  std::vector<Study> studies;
  for (const auto& file : request.models) {
    studies.push_back({file.string(), file.stem().string(), load_model(file), {}, {}});
  }
  DriftPlan plan;
  const Network& first = studies.front().network;
  const Config& config = choose_config(request.config, first, studies.front().file);
  plan.options.steps = static_cast<int>(request.steps.value_or(first.shape.steps));
  plan.options.seed = static_cast<std::uint32_t>(request.seed);
  require_range(plan.options.steps, 1, config.steps, "--steps");
  const std::string split = request.split.value_or(DataSet::default_split(request.data));
  const DataSet data(request.data, split);
  for (const Study& study : studies) {
    check_fit(study.network, config, study.file);
    data.check(study.network, plan.options.steps);
  }
  plan.evaluation = evaluation_of(config, data, request.data, request.limit, request.threads);
  plan.chips = static_cast<int>(request.chips);
  if (!request.compensation.empty()) plan.kinds = parse_kinds(request.compensation);
  for (const Age& age : kAges) plan.times.push_back(age.seconds);
  plan.devices.pairs = static_cast<int>(request.pairs);
  plan.devices.pulses = static_cast<int>(request.pulses);
  plan.devices.stuck_low = request.stuck_low;
  plan.devices.stuck_high = request.stuck_high;
  device::check_options(plan.devices);
  plan.calibration.vectors = static_cast<int>(request.vectors);
  plan.calibration.leap = config.leap_encoder;

  const bool both = request.engine == EngineChoice::kBoth;
  if (both) require_calibrating_rtl(config);

  std::optional<AtomicFile> file;
  if (request.json) file.emplace(*request.json);
  watch_interrupts();
  {
    Progress progress(studies.size() * drift_evaluations(plan));
    for (Study& study : studies) {
      study.outcome = study_drift(study.network, plan, [&] { progress.advance(); });
      if (both) study.check = check_drift(study.network, plan);
    }
  }
  if (file) {
    file->write(document(studies, plan, request, split));
    file->commit();
  }
  fmt::print("{}", table(studies, plan, request.data.string() + ", split " + split));
  const bool equal = std::ranges::all_of(
      studies, [](const Study& study) { return !study.check || study.check->mismatches() == 0; });
  return equal ? 0 : 1;
}

}  // namespace xpike::cli
