// SPDX-License-Identifier: Apache-2.0
#include "cli/run_input.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "cli/engines.hpp"
#include "model/data_set.hpp"
#include "model/fit.hpp"
#include "model/model_file.hpp"
#include "workload/workload.hpp"

namespace xpike::cli {
namespace {

class FileInput final : public RunInput {
 public:
  explicit FileInput(const RunRequest& request)
      : model_(request.model->string()),
        data_(request.data->string()),
        split_(request.split.value_or(DataSet::default_split(*request.data))) {
    network_ = load_model(*request.model);
    config_ = &choose_config(request.config, network_, model_);
    if (request.uses_rtl()) require_rtl(*config_);
    const std::int64_t steps = request.steps.value_or(network_.shape.steps);
    require_range(steps, 1, config_->steps, "--steps");
    steps_ = static_cast<int>(steps);
    set_.emplace(*request.data, split_);
    set_->check(network_, steps_);
    tokens_ = set_->tokens(network_);
    const auto all = static_cast<std::int64_t>(set_->size());
    images_ = static_cast<std::size_t>(std::min(request.limit.value_or(all), all));
  }

  std::string model() const override { return model_; }
  std::string data() const override { return data_; }
  std::string split() const override { return split_; }
  TokenImage image(std::size_t number) const override { return set_->image(number, network_); }
  std::optional<int> label(std::size_t number) const override { return set_->label(number); }
  bool calibrated() const override { return false; }

 private:
  std::string model_;
  std::string data_;
  std::string split_;
  std::optional<DataSet> set_;
};

class RandomInput final : public RunInput {
 public:
  explicit RandomInput(const RunRequest& request)
      : seed_(static_cast<std::uint32_t>(*request.random_model)) {
    config_ = &config_by_name(*request.config);
    if (request.uses_rtl()) require_rtl(*config_);
    const std::int64_t tokens = request.tokens.value_or(config_->tokens);
    require_range(tokens, 1, config_->tokens, "--tokens");
    const std::int64_t steps = request.steps.value_or(config_->steps);
    require_range(steps, 1, config_->steps, "--steps");
    steps_ = static_cast<int>(steps);
    tokens_ = static_cast<int>(tokens);
    images_ = static_cast<std::size_t>(request.images.value_or(1));
    network_ = workload_network(*config_, seed_, static_cast<int>(tokens), steps_);
  }

  std::string model() const override { return fmt::format("random model {}", seed_); }
  std::string data() const override { return fmt::format("random images {}", seed_); }
  std::string split() const override { return "all"; }
  TokenImage image(std::size_t number) const override {
    return workload_image(network_, seed_, static_cast<std::uint32_t>(number));
  }
  std::optional<int> label(std::size_t) const override { return std::nullopt; }
  bool calibrated() const override { return true; }

 private:
  std::uint32_t seed_;
};

}  // namespace

std::unique_ptr<RunInput> open_input(const RunRequest& request) {
  if (request.random_model) return std::make_unique<RandomInput>(request);
  return std::make_unique<FileInput>(request);
}

}  // namespace xpike::cli
