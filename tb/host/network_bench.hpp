// SPDX-License-Identifier: Apache-2.0
// A random network for a chip, random runs of it, and what the reference says of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "lib/random.hpp"
#include "loader.hpp"
#include "model/fit.hpp"
#include "model/random_model.hpp"
#include "reference/engine.hpp"

namespace xpike::tb {

class NetworkBench {
 public:
  NetworkBench(const std::string& config_name, std::uint32_t model_seed, unsigned stream)
      : NetworkBench(config_by_name(config_name),
                     random_model(config_by_name(config_name), model_seed), stream) {}
  NetworkBench(const Config& config, const Network& network, unsigned stream)
      : config_(config), network_(network), random(stream), reference_(config_, network_) {}

  const Config& config() const { return config_; }
  const Network& network() const { return network_; }

  struct Run {
    TokenImage image;
    RunOptions options;
    std::uint32_t number = 0;
  };
  Run random_run() {
    Run run;
    const int tokens = random.between(1, config_.tokens);
    run.options.steps = random.between(1, config_.steps);
    run.options.seed = static_cast<std::uint32_t>(random.bits(32));
    run.options.final_scores = random.chance(0.3);
    run.number = static_cast<std::uint32_t>(random.bits(32));
    const auto seed = static_cast<std::uint32_t>(random.bits(32));
    run.image = random.chance(0.5) ? random_stream(network_, tokens, run.options.steps, seed)
                                   : random_image(network_, tokens, seed);
    return run;
  }
  std::vector<std::uint32_t> packet(const Run& run) const {
    return sim::make_packet(network_, run.image, run.options.steps, config_.input_words);
  }
  /// The result packet that the reference says.
  std::vector<std::uint32_t> expected(const Run& run) {
    const Result result = reference_.run(run.image, run.number, run.options);
    const auto classes = static_cast<std::size_t>(network_.shape.classes);
    const std::size_t steps = result.running.size() / classes;
    std::vector<std::uint32_t> words;
    for (std::size_t c = 0; c < classes; ++c) {
      for (std::size_t t = 0; t < steps; ++t) {
        words.push_back(static_cast<std::uint32_t>(result.running[t * classes + c]));
      }
    }
    words.push_back(static_cast<std::uint32_t>(result.predicted));
    return words;
  }

 private:
  Config config_;
  Network network_;

 public:
  Random random;

 private:
  reference::ReferenceEngine reference_;
};

}  // namespace xpike::tb
