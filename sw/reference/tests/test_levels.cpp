// SPDX-License-Identifier: Apache-2.0
// Whole networks on every level of vector instructions: bit for bit the same as on the portable
// one.
#include <catch2/catch.hpp>

#include "model/random_model.hpp"
#include "model/tensor_list.hpp"
#include "reference/engine.hpp"

using namespace xpike;
using reference::ReferenceEngine;

namespace {

Result run(const Config& config, const Network& network, const TokenImage& image, int steps,
           bool tensors, const reference::Kernels& kernels) {
  ReferenceEngine engine(config, network, kernels);
  return engine.run(image, 5, {steps, 11, tensors});
}

void compare_levels(const Config& config, const Network& network, int tokens, int steps) {
  const TokenImage image = random_image(network, tokens, 17);
  const auto levels = reference::available_kernels();
  const Result expected = run(config, network, image, steps, true, *levels.front());
  for (const reference::Kernels* level : levels) {
    INFO(config.name << ", " << tokens << " tokens, " << level->name);
    const Result got = run(config, network, image, steps, true, *level);
    std::string first;
    CHECK(count_differences(expected, got, first) == 0);
    CHECK(first.empty());
    CHECK(got.events == expected.events);
    const Result bare = run(config, network, image, steps, false, *level);
    CHECK_FALSE(bare.tensors);
    CHECK(bare.scores == expected.scores);
    CHECK(bare.predicted == expected.predicted);
    CHECK(bare.events == expected.events);
  }
}

}  // namespace

TEST_CASE("all levels agree on every configuration", "[levels]") {
  for (const Config& config : configs) {
    if (config.dim > 200) continue;  // a shape of such a size has a test of its own
    for (std::uint32_t seed = 1; seed <= 6; ++seed) {
      RandomModelOptions options;
      options.noisy_devices = seed % 3 == 0;
      if (seed % 3 == 1) options.gain = 65535;  // beyond the fast path of ideal cells
      const Network network = random_model(config, seed, options);
      compare_levels(config, network, config.tokens, config.steps);
      compare_levels(config, network, config.tokens / 2 + 1, 1);
    }
  }
}

TEST_CASE("all levels agree on shapes of a vision transformer", "[levels]") {
  Config config = configs.front();
  config.name = "vit-like";
  config.tokens = 200;  // several words of keys
  config.heads = 3;
  config.head_dim = 100;  // several words of columns, not whole ones
  config.dim = 300;
  config.ff = 700;
  config.steps = 3;
  config.input_rows = 768;
  config.classes = 100;
  config.array_rows = 128;
  config.array_cols = 100;
  for (const bool causal : {false, true}) {
    RandomModelOptions options;
    options.causal = causal;
    const Network network = random_model(config, 9, options);
    compare_levels(config, network, 197, 3);
  }
}
