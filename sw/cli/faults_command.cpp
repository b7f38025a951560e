// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>

#include "cli/fault_study.hpp"
#include "cli/interrupt.hpp"
#include "cli/progress.hpp"
#include "cli/requests.hpp"
#include "model/file_io.hpp"
#include "model/fit.hpp"
#include "model/model_file.hpp"

namespace xpike::cli {
namespace {

using nlohmann::json;

struct Row {
  FaultCase fault;
  Repeats answers;
};

std::string accuracy_text(const Repeats& answers) {
  const Estimate e = estimate(answers);
  return fmt::format("{:.2f} ± {:.2f}", 100 * e.mean, 100 * e.half_interval);
}

std::string table(const FaultsRequest& request, const FaultPlan& plan, const std::string& split,
                  const Repeats& sound, const std::vector<Row>& rows) {
  fmt::memory_buffer out;
  auto to = std::back_inserter(out);
  fmt::format_to(to,
                 "Accuracy in % of {} on {}, split {} ({} images, T = {}), {} chips, with 95 % "
                 "intervals\n\n{:<28}{:<24}{:>16}{:>16}\n",
                 request.model.string(), request.data.string(), split, plan.evaluation.images,
                 plan.options.steps, plan.chips, "fault", "", "accuracy", "change");
  fmt::format_to(to, "{:<52}{:>16}\n", "none", accuracy_text(sound));
  std::string last;
  for (const Row& row : rows) {
    fmt::format_to(to, "{:<28}{:<24}{:>16}{:>16}\n", row.fault.fault == last ? "" : row.fault.fault,
                   row.fault.severity, accuracy_text(row.answers),
                   points_text(difference(row.answers, sound)));
    last = row.fault.fault;
  }
  return fmt::to_string(out);
}

json estimate_json(const Estimate& e) {
  return {{"mean", e.mean}, {"half_interval", e.half_interval}};
}

json answers_json(const Repeats& answers) {
  json result = estimate_json(estimate(answers));
  result["accuracy"] = shares(answers);
  return result;
}

std::string document(const FaultsRequest& request, const FaultPlan& plan, const std::string& split,
                     const Repeats& sound, const std::vector<Row>& rows) {
  json cases = json::array();
  for (const Row& row : rows) {
    json entry = answers_json(row.answers);
    entry["fault"] = row.fault.fault;
    entry["severity"] = row.fault.severity;
    entry["change"] = estimate_json(difference(row.answers, sound));
    cases.push_back(entry);
  }
  const json result{{"model", request.model.string()},
                    {"data", request.data.string()},
                    {"split", split},
                    {"configuration", plan.evaluation.config->name},
                    {"images", plan.evaluation.images},
                    {"steps", plan.options.steps},
                    {"chips", plan.chips},
                    {"none", answers_json(sound)},
                    {"cases", cases}};
  return result.dump(1, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace

int faults_command(const FaultsRequest& request) {
  require_range(request.chips, 1, kMaxChips, "--chips");
  require_range(request.threads, 1, kMaxThreads, "--threads");
  if (request.limit) {
    require_range(*request.limit, 1, std::numeric_limits<std::int64_t>::max(), "--limit");
  }
  const Network network = load_model(request.model);
  FaultPlan plan;
  const Config& config = choose_config(request.config, network, request.model.string());
  plan.options.steps = static_cast<int>(request.steps.value_or(network.shape.steps));
  require_range(plan.options.steps, 1, config.steps, "--steps");
  plan.chips = static_cast<int>(request.chips);
  const std::string split = request.split.value_or(DataSet::default_split(request.data));
  const DataSet data(request.data, split);
  data.check(network, plan.options.steps);
  plan.evaluation = evaluation_of(config, data, request.data, request.limit, request.threads);

  std::optional<AtomicFile> file;
  if (request.json) file.emplace(*request.json);
  watch_interrupts();
  std::vector<Row> rows;
  Repeats sound;
  {
    const std::vector<FaultCase> cases = fault_cases();
    Progress progress(cases.size() + 1);
    sound = run_case(network, plan, {});
    progress.advance();
    for (const FaultCase& fault : cases) {
      rows.push_back({fault, run_case(network, plan, fault)});
      progress.advance();
    }
  }
  if (file) {
    file->write(document(request, plan, split, sound, rows));
    file->commit();
  }
  fmt::print("{}", table(request, plan, split, sound, rows));
  return 0;
}

}  // namespace xpike::cli
