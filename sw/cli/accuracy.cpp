// SPDX-License-Identifier: Apache-2.0
#include "cli/accuracy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "cli/runner.hpp"
#include "cli/statistics.hpp"
#include "model/error.hpp"
#include "reference/engine.hpp"

namespace xpike::cli {

Evaluation evaluation_of(const Config& config, const DataSet& data,
                         const std::filesystem::path& folder, std::optional<std::int64_t> limit,
                         std::int64_t threads) {
  if (!data.label(0)) throw Error(folder.string(), "labels", "are needed for an accuracy");
  const auto all = static_cast<std::int64_t>(data.size());
  const auto images = static_cast<std::size_t>(std::min(limit.value_or(all), all));
  return {&config, &data, images, threads_for(threads, images)};
}

Answers right_answers(const Evaluation& evaluation, const Network& network,
                      const RunOptions& options, reference::Randomness randomness,
                      const reference::Faults& faults) {
  const RunPlan run{[&](std::size_t i) { return evaluation.data->image(i, network); },
                    evaluation.images, options, std::nullopt, false};
  std::vector<EngineSet> engines(static_cast<std::size_t>(evaluation.threads));
  for (EngineSet& set : engines) {
    set.reference = std::make_unique<reference::ReferenceEngine>(
        *evaluation.config, network, reference::default_kernels(), randomness, faults);
  }
  const RunOutcome outcome = run_images(run, std::move(engines));
  Answers answers;
  for (std::size_t i = 0; i < outcome.images.size(); ++i) {
    answers.push_back(outcome.images[i].predicted == evaluation.data->label(i) ? 1 : 0);
  }
  return answers;
}

double accuracy(const Evaluation& evaluation, const Network& network, const RunOptions& options,
                reference::Randomness randomness) {
  return share(right_answers(evaluation, network, options, randomness));
}

nlohmann::json accuracies_json(const std::vector<std::vector<double>>& accuracies) {
  nlohmann::json means = nlohmann::json::array();
  nlohmann::json deviations = nlohmann::json::array();
  for (const auto& shares : accuracies) {
    const Spread s = spread(shares);
    means.push_back(s.mean);
    deviations.push_back(s.deviation);
  }
  return {{"accuracy", accuracies}, {"mean", means}, {"deviation", deviations}};
}

std::string percent_text(const std::vector<double>& shares) {
  const Spread s = spread(shares);
  return fmt::format("{:.2f} ± {:.2f}", 100 * s.mean, 100 * s.deviation);
}

std::string points_text(const Estimate& difference) {
  return fmt::format("{:+.2f} ± {:.2f}", 100 * difference.mean, 100 * difference.half_interval);
}

}  // namespace xpike::cli
