// SPDX-License-Identifier: Apache-2.0
// Accuracy of a network on labelled data, computed by the reference.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>
#include <xpike/configs.hpp>

#include "cli/repeats.hpp"
#include "model/data_set.hpp"
#include "model/engine.hpp"
#include "model/network.hpp"
#include "reference/faults.hpp"
#include "reference/streams.hpp"

namespace xpike::cli {

struct Evaluation {
  const Config* config = nullptr;
  const DataSet* data = nullptr;  // labelled
  std::size_t images = 0;         // the first ones of the data
  int threads = 1;
};

// On all images or the first `limit`, with at most one thread per image; `folder` names the data in
// errors. Throws Error for data without labels.
Evaluation evaluation_of(const Config& config, const DataSet& data,
                         const std::filesystem::path& folder, std::optional<std::int64_t> limit,
                         std::int64_t threads);

// Which images are answered rightly. Throws Error, or Interrupted.
Answers right_answers(const Evaluation& evaluation, const Network& network,
                      const RunOptions& options,
                      reference::Randomness randomness = reference::Randomness::kLanes,
                      const reference::Faults& faults = {});

// The same as a share.
double accuracy(const Evaluation& evaluation, const Network& network, const RunOptions& options,
                reference::Randomness randomness = reference::Randomness::kLanes);

// Accuracies of several runs at every point of a curve, with their means and deviations.
nlohmann::json accuracies_json(const std::vector<std::vector<double>>& accuracies);

// Mean and deviation of shares, in percent.
std::string percent_text(const std::vector<double>& shares);

// A difference of shares and half its interval, in points.
std::string points_text(const Estimate& difference);

}  // namespace xpike::cli
