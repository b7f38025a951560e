// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "cli/chrome_trace.hpp"
#include "cli/driver_engine.hpp"
#include "cli/engines.hpp"
#include "cli/interrupt.hpp"
#include "cli/report.hpp"
#include "cli/requests.hpp"
#include "cli/run_input.hpp"
#include "cli/run_outputs.hpp"
#include "cli/runner.hpp"
#include "model/dump.hpp"
#include "model/error.hpp"
#include "workload/workload.hpp"

namespace xpike::cli {
namespace {

constexpr std::int64_t kMaxClock = 10000;  // MHz
constexpr std::int64_t kHzPerMhz = 1'000'000;
constexpr std::int64_t kMaxRandomImages = 1'000'000;

// --random-model takes the place of files; options of the one do not go with the other.
void check_source(const RunRequest& request) {
  const auto refuse = [](const char* option, const char* problem) {
    throw Error("command line", option, problem);
  };
  if (!request.random_model) {
    if (request.tokens) refuse("--tokens", "belongs to --random-model, which is not given");
    if (request.images) refuse("--images", "belongs to --random-model, which is not given");
    if (!request.model) refuse("--model", "is required, unless --random-model is given");
    if (!request.data) refuse("--data", "is required, unless --random-model is given");
    return;
  }
  for (const auto& [option, given] : {std::pair("--model", request.model.has_value()),
                                      std::pair("--data", request.data.has_value()),
                                      std::pair("--split", request.split.has_value()),
                                      std::pair("--limit", request.limit.has_value())}) {
    if (given) refuse(option, "does not go with --random-model, which makes model and images");
  }
  if (!request.config) refuse("--config", "is required with --random-model");
  require_range(*request.random_model, 0, std::numeric_limits<std::uint32_t>::max(),
                "--random-model");
  if (request.images) require_range(*request.images, 1, kMaxRandomImages, "--images");
}

void check_calibration(const RunRequest& request) {
  const auto refuse = [](const char* option, const char* problem) {
    throw Error("command line", option, problem);
  };
  if (!request.calibrate) {
    for (const auto& [option, given] : {std::pair("--vectors", request.vectors.has_value()),
                                        std::pair("--density", request.density.has_value()),
                                        std::pair("--age", request.age.has_value())}) {
      if (given) refuse(option, "belongs to --calibrate, which is not given");
    }
    return;
  }
  if (!request.uses_driver()) {
    refuse("--calibrate", "belongs to --engine driver, which is not given");
  }
  if (request.vectors) {
    require_range(*request.vectors, 1, reference::kMaxCalibrationVectors, "--vectors");
  }
  if (request.density) {
    require_range(*request.density, 1, reference::kMaxCalibrationDensity, "--density");
  }
  if (request.age && !(*request.age >= 0 && std::isfinite(*request.age))) {
    refuse("--age", "must be seconds, 0 or more");
  }
}

// Everything that can be judged without opening a file.
void check_request(const RunRequest& request) {
  check_source(request);
  require_range(request.seed, 0, std::numeric_limits<std::uint32_t>::max(), "--seed");
  require_range(request.threads, 1, kMaxThreads, "--threads");
  require_range(request.clock_hz, 1, kMaxClock * kHzPerMhz, "--clock-hz");
  if (request.limit) {
    require_range(*request.limit, 1, std::numeric_limits<std::int64_t>::max(), "--limit");
  }
  for (const auto& [option, asked] : {std::pair("--wave", request.wave.has_value()),
                                      std::pair("--timeline", request.timeline.has_value())}) {
    if (asked && !request.uses_rtl()) {
      throw Error("command line", option, "needs the simulated chip: --engine rtl or both");
    }
  }
  if (request.transport && !request.uses_driver()) {
    throw Error("command line", "--transport", "belongs to --engine driver, which is not given");
  }
  if (request.uses_driver()) {
    const bool simulated = parse_transport(request.transport.value_or("sim")).simulated();
    if (request.dump_spikes) {
      throw Error("command line", "--dump-spikes", "the driver sees results only: --engine rtl");
    }
    if (!simulated && request.threads != 1) {
      throw Error("command line", "--threads", "there is one chip behind mmap and uart");
    }
  }
  check_calibration(request);
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

std::optional<CalibrationChoice> calibration_of(const RunRequest& request) {
  if (!request.calibrate) return std::nullopt;
  CalibrationChoice choice;
  choice.vectors = static_cast<int>(request.vectors.value_or(choice.vectors));
  choice.density = static_cast<int>(request.density.value_or(choice.density));
  choice.seed = static_cast<std::uint32_t>(request.seed);
  choice.age = request.age;
  return choice;
}

// `found` is called for each chip that is calibrated.
std::vector<EngineSet> make_engines(const RunRequest& request, const RunInput& input, int count,
                                    const sim::RtlOptions& rtl_options,
                                    const OnCalibration& found) {
  std::vector<EngineSet> engines(static_cast<std::size_t>(count));
  for (EngineSet& set : engines) {
    if (request.uses_rtl()) set.rtl = make_rtl(input.config(), input.network(), rtl_options);
    if (request.uses_driver()) {
      set.rtl = make_driver(input.config(), input.network(),
                            parse_transport(request.transport.value_or("sim")),
                            calibration_of(request), found);
    }
    if (request.uses_reference()) set.reference = make_reference(input.config(), input.network());
  }
  return engines;
}

std::optional<std::uint64_t> count_correct(const RunOutcome& outcome, const RunInput& input) {
  std::uint64_t correct = 0;
  for (std::size_t i = 0; i < outcome.images.size(); ++i) {
    const auto label = input.label(i);
    if (!label) return std::nullopt;
    if (*label == outcome.images[i].predicted) ++correct;
  }
  return correct;
}

// Right answers by the largest running score (the lowest class on ties) after each time step;
// empty without labels.
std::vector<std::uint64_t> count_correct_by_step(const RunOutcome& outcome, const RunInput& input) {
  std::vector<std::uint64_t> correct(static_cast<std::size_t>(input.steps()));
  for (std::size_t i = 0; i < outcome.images.size(); ++i) {
    const auto label = input.label(i);
    if (!label) return {};
    auto scores = outcome.images[i].running.begin();
    for (std::uint64_t& count : correct) {
      const auto end = scores + input.network().shape.classes;
      if (std::max_element(scores, end) - scores == *label) ++count;
      scores = end;
    }
  }
  return correct;
}

NpyArray all_scores(const RunOutcome& outcome, int classes) {
  std::vector<std::int32_t> scores;
  for (const ImageOutcome& image : outcome.images) {
    scores.insert(scores.end(), image.running.begin(), image.running.end());
  }
  const std::size_t images = outcome.images.size();
  const auto columns = static_cast<std::size_t>(classes);
  const std::size_t steps = scores.size() / images / columns;
  return npy_of(scores, {images, steps, columns});
}

std::uint64_t count_mismatches(const RunOutcome& outcome) {
  std::uint64_t total = 0;
  for (const ImageOutcome& image : outcome.images) total += image.mismatches;
  return total;
}

// Whether the spike rates of a random model are looked at: a driver does not see them.
bool wants_rates(const RunRequest& request, const RunInput& input) {
  return input.calibrated() && !request.uses_driver();
}

RunPlan plan_of(const RunRequest& request, const RunInput& input, const RunOutputs& outputs) {
  RunPlan plan{
      [&input](std::size_t i) { return input.image(i); }, input.images(), {}, outputs.dump()};
  plan.options.steps = input.steps();
  plan.options.seed = static_cast<std::uint32_t>(request.seed);
  plan.options.tensors =
      request.dump_spikes || request.engine == EngineChoice::kBoth || wants_rates(request, input);
  plan.options.final_scores = request.final_scores;
  return plan;
}

RunSummary summarise(const RunRequest& request, const RunInput& input, const RunOutcome& outcome,
                     const sim::Timeline& timeline, int threads) {
  RunSummary summary;
  summary.request = &request;
  summary.input = &input;
  summary.outcome = &outcome;
  summary.seed = static_cast<std::uint32_t>(request.seed);
  summary.threads = threads;
  summary.correct = count_correct(outcome, input);
  if (!request.final_scores) summary.correct_by_step = count_correct_by_step(outcome, input);
  if (request.engine == EngineChoice::kBoth) summary.mismatches = count_mismatches(outcome);
  const RunSize size{input.tokens(), input.steps(), input.network().shape.depth,
                     input.network().causal};
  summary.performance = performance_of(input.config(), size, outcome, timeline,
                                       static_cast<double>(request.clock_hz));
  return summary;
}

std::string trace_of(const RunRequest& request, const RunInput& input,
                     const sim::Timeline& timeline) {
  const std::int64_t clock_mhz =
      request.timeline_clock.value_or(std::max<std::int64_t>(request.clock_hz / kHzPerMhz, 1));
  return chrome_trace(timeline, {.configuration = std::string(input.config().name),
                                 .model = input.model(),
                                 .steps = input.steps(),
                                 .seed = static_cast<std::uint32_t>(request.seed),
                                 .clock_mhz = static_cast<int>(clock_mhz)});
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
    case EngineChoice::kDriver:
      return "driver";
    case EngineChoice::kReference:
      break;
  }
  return "reference";
}

int run_command(const RunRequest& request) {
  check_request(request);
  const std::unique_ptr<RunInput> input = open_input(request);
  if (request.calibrate) require_calibration(input->config());
  const bool overlaps = input->config().chain_copies > 1;
  if (overlaps && request.timeline) {
    throw Error("command line", "--timeline",
                "shows one image at a time, and images of configuration " +
                    std::string(input->config().name) + " overlap");
  }
  RunOutputs outputs(request);
  watch_interrupts();

  const RunPlan plan = plan_of(request, *input, outputs);
  sim::Timeline timeline;
  sim::RtlOptions rtl_options{outputs.wave(), {}, {}};
  if (!overlaps) {
    rtl_options.timeline = [&timeline](sim::Timeline works) { timeline = std::move(works); };
  }
  const int threads = threads_for(request.threads, plan.images);
  // Chips of several threads are alike, and find the same.
  std::optional<CalibrationReport> calibration;
  const auto found = [&calibration](CalibrationReport report) { calibration = std::move(report); };
  const RunOutcome outcome =
      run_images(plan, make_engines(request, *input, threads, rtl_options, found));
  if (wants_rates(request, *input)) check_rates(outcome.rates);

  RunSummary summary = summarise(request, *input, outcome, timeline, threads);
  summary.calibration = std::move(calibration);
  outputs.write_json(summary_json(summary));
  if (outputs.wants_scores()) {
    outputs.write_scores(all_scores(outcome, input->network().shape.classes));
  }
  if (outputs.wants_timeline()) outputs.write_timeline(trace_of(request, *input, timeline));
  outputs.commit();
  fmt::print("{}", summary_table(summary));
  return summary.mismatches.value_or(0) == 0 ? 0 : 1;
}

}  // namespace xpike::cli
