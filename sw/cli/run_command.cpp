// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <limits>
#include <utility>

#include "cli/chrome_trace.hpp"
#include "cli/engines.hpp"
#include "cli/interrupt.hpp"
#include "cli/report.hpp"
#include "cli/requests.hpp"
#include "cli/runner.hpp"
#include "model/data_set.hpp"
#include "model/dump.hpp"
#include "model/error.hpp"
#include "model/file_io.hpp"
#include "model/fit.hpp"
#include "model/model_file.hpp"

namespace xpike::cli {
namespace {

constexpr std::int64_t kMaxThreads = 256;
constexpr std::int64_t kMaxClock = 10000;  // MHz

// Everything that can be judged without opening a file.
void check_request(const RunRequest& request) {
  require_range(request.seed, 0, std::numeric_limits<std::uint32_t>::max(), "--seed");
  require_range(request.threads, 1, kMaxThreads, "--threads");
  if (request.limit) {
    require_range(*request.limit, 1, std::numeric_limits<std::int64_t>::max(), "--limit");
  }
  for (const auto& [option, asked] : {std::pair("--wave", request.wave.has_value()),
                                      std::pair("--timeline", request.timeline.has_value())}) {
    if (asked && !request.uses_rtl()) {
      throw Error("command line", option, "needs the simulated chip: --engine rtl or both");
    }
  }
  if (request.timeline_clock) {
    require_range(*request.timeline_clock, 1, kMaxClock, "--timeline-clock");
    if (!request.timeline) {
      throw Error("command line", "--timeline-clock", "belongs to --timeline, which is not given");
    }
  }
  if (request.wave && request.threads != 1) {
    throw Error("command line", "--wave", "shows one chip: use --threads 1");
  }
}

std::vector<EngineSet> make_engines(const RunRequest& request, const Config& config,
                                    const Network& network, int count,
                                    const sim::RtlOptions& rtl_options) {
  std::vector<EngineSet> engines(static_cast<std::size_t>(count));
  for (EngineSet& set : engines) {
    if (request.uses_rtl()) set.rtl = make_rtl(config, network, rtl_options);
    if (request.uses_reference()) set.reference = make_reference(config, network);
  }
  return engines;
}

std::optional<std::uint64_t> count_correct(const RunOutcome& outcome, const DataSet& data) {
  std::uint64_t correct = 0;
  for (std::size_t i = 0; i < outcome.images.size(); ++i) {
    const auto label = data.label(i);
    if (!label) return std::nullopt;
    if (*label == outcome.images[i].predicted) ++correct;
  }
  return correct;
}

// Right answers by the largest running score (the lowest class on ties) after each time step;
// empty without labels.
std::vector<std::uint64_t> count_correct_by_step(const RunOutcome& outcome, const DataSet& data,
                                                 int steps, int classes) {
  std::vector<std::uint64_t> correct(static_cast<std::size_t>(steps));
  for (std::size_t i = 0; i < outcome.images.size(); ++i) {
    const auto label = data.label(i);
    if (!label) return {};
    auto scores = outcome.images[i].running.begin();
    for (std::uint64_t& count : correct) {
      const auto end = scores + classes;
      if (std::max_element(scores, end) - scores == *label) ++count;
      scores = end;
    }
  }
  return correct;
}

NpyArray all_scores(const RunOutcome& outcome, int steps, int classes) {
  std::vector<std::int32_t> scores;
  for (const ImageOutcome& image : outcome.images) {
    scores.insert(scores.end(), image.running.begin(), image.running.end());
  }
  return npy_of(scores, {outcome.images.size(), static_cast<std::size_t>(steps),
                         static_cast<std::size_t>(classes)});
}

std::uint64_t count_mismatches(const RunOutcome& outcome) {
  std::uint64_t total = 0;
  for (const ImageOutcome& image : outcome.images) total += image.mismatches;
  return total;
}

}  // namespace

void require_range(std::int64_t value, std::int64_t low, std::int64_t high, const char* option) {
  if (value >= low && value <= high) return;
  throw Error("command line", option, fmt::format("{} is outside {}..{}", value, low, high));
}

std::string_view to_text(EngineChoice choice) {
  switch (choice) {
    case EngineChoice::kRtl:
      return "rtl";
    case EngineChoice::kBoth:
      return "both";
    case EngineChoice::kReference:
      break;
  }
  return "reference";
}

int run_command(const RunRequest& request) {
  check_request(request);
  const Network network = load_model(request.model);
  const std::string model_place = request.model.string();
  const Config& config =
      request.config ? config_by_name(*request.config) : first_fitting_config(network, model_place);
  check_fit(network, config, model_place);
  if (request.uses_rtl()) require_rtl(config);
  const std::int64_t steps = request.steps.value_or(network.shape.steps);
  require_range(steps, 1, config.steps, "--steps");
  const std::string split = request.split.value_or(DataSet::default_split(request.data));
  const DataSet data(request.data, split);
  data.check(network, static_cast<int>(steps));

  RunPlan plan{&network, &data, data.size(), {}, std::nullopt};
  if (request.limit) {
    plan.images = static_cast<std::size_t>(
        std::min<std::int64_t>(*request.limit, static_cast<std::int64_t>(data.size())));
  }
  plan.options.steps = static_cast<int>(steps);
  plan.options.seed = static_cast<std::uint32_t>(request.seed);
  plan.options.tensors = request.dump_spikes || request.engine == EngineChoice::kBoth;

  // Outputs are opened before the work, so that an unusable one is known at once.
  std::optional<AtomicFile> json;
  std::optional<AtomicFile> scores;
  std::optional<AtomicFile> wave;
  std::optional<AtomicFile> timeline;
  std::optional<PendingDirectory> dump;
  if (request.json) json.emplace(*request.json);
  if (request.scores) scores.emplace(*request.scores);
  sim::RtlOptions rtl_options;
  sim::Timeline recorded;
  if (request.wave) {
    wave.emplace(*request.wave);
    rtl_options.wave = wave->path();
  }
  if (request.timeline) {
    timeline.emplace(*request.timeline);
    rtl_options.timeline = [&recorded](sim::Timeline works) { recorded = std::move(works); };
  }
  if (request.dump_spikes) {
    dump.emplace(*request.dump_spikes);
    plan.dump = dump->path();
  }
  watch_interrupts();

  const int threads = static_cast<int>(
      std::min<std::int64_t>(request.threads, static_cast<std::int64_t>(plan.images)));
  const RunOutcome outcome =
      run_images(plan, make_engines(request, config, network, threads, rtl_options));

  RunSummary summary{&request,
                     &config,
                     &network,
                     &outcome,
                     split,
                     plan.options.steps,
                     plan.options.seed,
                     threads,
                     0,
                     count_correct(outcome, data),
                     std::nullopt,
                     {}};
  const int classes = network.shape.classes;
  summary.correct_by_step = count_correct_by_step(outcome, data, plan.options.steps, classes);
  summary.token_steps = plan.images * static_cast<std::uint64_t>(network.input.tokens()) *
                        static_cast<std::uint64_t>(steps);
  if (request.engine == EngineChoice::kBoth) summary.mismatches = count_mismatches(outcome);
  if (json) json->write(summary_json(summary));
  if (scores) scores->write(npy_bytes(all_scores(outcome, plan.options.steps, classes)));
  if (timeline) {
    timeline->write(chrome_trace(recorded, {.configuration = std::string(config.name),
                                            .model = request.model.string(),
                                            .steps = summary.steps,
                                            .seed = summary.seed,
                                            .clock_mhz = static_cast<int>(
                                                request.timeline_clock.value_or(kUsualClockMhz))}));
  }

  // All work is done and all text is written: now the outputs appear.
  if (wave) wave->commit();
  if (timeline) timeline->commit();
  if (dump) dump->commit();
  if (scores) scores->commit();
  if (json) json->commit();
  fmt::print("{}", summary_table(summary));
  return summary.mismatches.value_or(0) == 0 ? 0 : 1;
}

}  // namespace xpike::cli
