// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>

#include "cli/ages.hpp"
#include "cli/calibration_study.hpp"
#include "cli/interrupt.hpp"
#include "cli/progress.hpp"
#include "cli/requests.hpp"
#include "energy/calibration.hpp"
#include "model/error.hpp"
#include "model/file_io.hpp"
#include "model/fit.hpp"
#include "model/model_file.hpp"

namespace xpike::cli {
namespace {

using nlohmann::json;
using Truth = double CorrectionError::*;

struct Study {
  std::string file;
  std::string label;
  const Config* config = nullptr;
  Network network;
  CalibrationPlan plan;
  CalibrationOutcome outcome;
};

void check_request(const CalibrateRequest& request) {
  require_range(request.chips, 1, kMaxChips, "--chips");
  require_range(request.seed, 0, std::numeric_limits<std::uint32_t>::max(), "--seed");
  for (const std::int64_t vectors : request.vectors) {
    require_range(vectors, 1, reference::kMaxCalibrationVectors, "--vectors");
  }
  for (const std::int64_t density : request.densities) {
    require_range(density, 1, reference::kMaxCalibrationDensity, "--density");
  }
}

// Every density with every number of vectors.
CalibrationPlan plan_of(const CalibrateRequest& request, const Config& config) {
  CalibrationPlan plan;
  plan.chips = static_cast<int>(request.chips);
  for (const Age& age : kAges) plan.times.push_back(age.seconds);
  std::vector<std::int64_t> vectors = request.vectors;
  std::vector<std::int64_t> densities = request.densities;
  if (vectors.empty()) vectors = {reference::kCalibrationVectors};
  if (densities.empty()) densities = {reference::kCalibrationDensity};
  for (const std::int64_t density : densities) {
    for (const std::int64_t k : vectors) {
      plan.passes.push_back({static_cast<int>(k), static_cast<int>(density),
                             static_cast<std::uint32_t>(request.seed), config.leap_encoder});
    }
  }
  return plan;
}

std::vector<double> values(const std::vector<CorrectionError>& errors, Truth truth) {
  std::vector<double> result;
  result.reserve(errors.size());
  for (const CorrectionError& error : errors) result.push_back(error.*truth);
  return result;
}

std::vector<CorrectionError> errors_of(const Study& study, std::size_t pass, std::size_t time) {
  std::vector<CorrectionError> all;
  for (const MatrixStudy& matrix : study.outcome.matrices) {
    const auto& own = matrix.errors[pass][time];
    all.insert(all.end(), own.begin(), own.end());
  }
  return all;
}

int row_blocks(const Study& study) {
  int blocks = 0;
  for (const MatrixStudy& matrix : study.outcome.matrices) blocks += matrix.blocks;
  return blocks;
}

// A line per model and pass, `cell` of the summary at every age.
template <class Cell>
void append_ages(fmt::memory_buffer& out, const std::vector<Study>& studies, Truth truth,
                 const Cell& cell) {
  auto to = std::back_inserter(out);
  fmt::format_to(to, "{:<16}{:>8}{:>8}", "model", "vectors", "density");
  for (const Age& age : kAges) fmt::format_to(to, "{:>10}", age.name);
  fmt::format_to(to, "\n");
  for (const Study& study : studies) {
    for (std::size_t p = 0; p < study.plan.passes.size(); ++p) {
      fmt::format_to(to, "{:<16}{:>8}{:>8}", p == 0 ? study.label : "",
                     study.plan.passes[p].vectors, study.plan.passes[p].density);
      for (std::size_t t = 0; t < study.plan.times.size(); ++t) {
        const auto errors = values(errors_of(study, p, t), truth);
        fmt::format_to(to, "{:>10}",
                       errors.empty() ? "-" : fmt::format("{:.2f}", 100 * cell(summarize(errors))));
      }
      fmt::format_to(to, "\n");
    }
  }
}

std::string table(const std::vector<Study>& studies) {
  fmt::memory_buffer out;
  auto to = std::back_inserter(out);
  fmt::format_to(to,
                 "Corrections of row blocks on {} chips against the ratio of summed conductances, "
                 "in %\n\nwithin {:.0f} %\n",
                 studies.front().plan.chips, 100 * kCloseError);
  append_ages(out, studies, &CorrectionError::sums, [](const auto& s) { return s.within; });
  fmt::format_to(to, "\nmean error\n");
  append_ages(out, studies, &CorrectionError::sums, [](const auto& s) { return s.mean; });
  fmt::format_to(to, "\n95 % of errors are at most\n");
  append_ages(out, studies, &CorrectionError::sums, [](const auto& s) { return s.p95; });
  fmt::format_to(to, "\nwithin {:.0f} % of the least-squares ratio of conductances\n",
                 100 * kCloseError);
  append_ages(out, studies, &CorrectionError::fit, [](const auto& s) { return s.within; });
  fmt::format_to(to, "\n");
  for (const Study& study : studies) {
    fmt::format_to(to, "{}: configuration {}, {} row blocks\n", study.label, study.config->name,
                   row_blocks(study));
    if (study.outcome.silent == 0) continue;
    fmt::format_to(to, "{}: {} calibrations found no signal\n", study.label, study.outcome.silent);
  }
  return fmt::to_string(out);
}

json summary_json(const std::vector<CorrectionError>& errors, Truth truth) {
  if (errors.empty()) return nullptr;
  const ErrorSummary s = summarize(values(errors, truth));
  return {{"within", s.within},
          {"mean", s.mean},
          {"mean_size", s.mean_size},
          {"p95", s.p95},
          {"largest", s.largest}};
}

json pass_json(const Study& study, std::size_t p) {
  json ages = json::array();
  for (std::size_t t = 0; t < study.plan.times.size(); ++t) {
    const auto errors = errors_of(study, p, t);
    ages.push_back({{"seconds", study.plan.times[t]},
                    {"corrections", errors.size()},
                    {"sums", summary_json(errors, &CorrectionError::sums)},
                    {"fit", summary_json(errors, &CorrectionError::fit)},
                    {"unrounded", summary_json(errors, &CorrectionError::unrounded)}});
  }
  json matrices = json::array();
  for (const MatrixStudy& matrix : study.outcome.matrices) {
    json sums = json::array();
    for (const auto& errors : matrix.errors[p]) {
      sums.push_back(summary_json(errors, &CorrectionError::sums));
    }
    matrices.push_back({{"name", matrix.name},
                        {"rows", matrix.rows},
                        {"columns", matrix.columns},
                        {"row_blocks", matrix.blocks},
                        {"sums", sums}});
  }
  const reference::Calibration& pass = study.plan.passes[p];
  return {
      {"vectors", pass.vectors},
      {"density", pass.density},
      {"cycles", energy::calibration_cycles(*study.config, pass.vectors, study.config->adc_cycles)},
      {"ages", ages},
      {"matrices", matrices}};
}

std::string document(const CalibrateRequest& request, const std::vector<Study>& studies) {
  json models = json::array();
  for (const Study& study : studies) {
    json passes = json::array();
    for (std::size_t p = 0; p < study.plan.passes.size(); ++p) {
      passes.push_back(pass_json(study, p));
    }
    models.push_back({{"model", study.file},
                      {"name", study.label},
                      {"configuration", study.config->name},
                      {"row_blocks", row_blocks(study)},
                      {"silent_calibrations", study.outcome.silent},
                      {"passes", passes}});
  }
  const json result{{"chips", request.chips},
                    {"seed", request.seed},
                    {"times_seconds", studies.front().plan.times},
                    {"close_error", kCloseError},
                    {"models", models}};
  return result.dump(1, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace

int calibrate_command(const CalibrateRequest& request) {
  check_request(request);
  std::vector<Study> studies;
  std::size_t looks = 0;
  for (const auto& file : request.models) {
    Study study{file.string(), file.stem().string(), nullptr, load_model(file), {}, {}};
    study.config = &choose_config(request.config, study.network, study.file);
    if (study.config->calibration == 0) {
      throw Error(study.file, "configuration",
                  fmt::format("{} has no drift compensation", study.config->name));
    }
    study.plan = plan_of(request, *study.config);
    looks += calibration_looks(study.plan);
    studies.push_back(std::move(study));
  }
  std::optional<AtomicFile> file;
  if (request.json) file.emplace(*request.json);
  watch_interrupts();
  {
    Progress progress(looks);
    for (Study& study : studies) {
      study.outcome = study_calibration(study.network, study.plan, [&] { progress.advance(); });
    }
  }
  if (file) {
    file->write(document(request, studies));
    file->commit();
  }
  fmt::print("{}", table(studies));
  return 0;
}

}  // namespace xpike::cli
