// SPDX-License-Identifier: Apache-2.0
#include "cli/accuracy.hpp"

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "cli/runner.hpp"
#include "reference/engine.hpp"

namespace xpike::cli {

double accuracy(const Evaluation& evaluation, const Network& network, const RunOptions& options,
                reference::Randomness randomness) {
  const RunPlan run{[&](std::size_t i) { return evaluation.data->image(i, network); },
                    evaluation.images, options, std::nullopt, false};
  std::vector<EngineSet> engines(static_cast<std::size_t>(evaluation.threads));
  for (EngineSet& set : engines) {
    set.reference = std::make_unique<reference::ReferenceEngine>(
        *evaluation.config, network, reference::default_kernels(), randomness);
  }
  const RunOutcome outcome = run_images(run, std::move(engines));
  std::uint64_t correct = 0;
  for (std::size_t i = 0; i < outcome.images.size(); ++i) {
    correct += outcome.images[i].predicted == evaluation.data->label(i) ? 1U : 0U;
  }
  return static_cast<double>(correct) / static_cast<double>(evaluation.images);
}

}  // namespace xpike::cli
