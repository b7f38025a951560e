// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>

#include "model/fit.hpp"
#include "model/tensor_rates.hpp"
#include "reference/engine.hpp"
#include "reference/synaptic_matrix.hpp"
#include "workload/workload.hpp"

using namespace xpike;

namespace {

// Rates over so many images that at least `token_steps` of them run.
TensorRates measure(const Config& config, const Network& network, std::uint32_t seed,
                    int token_steps) {
  reference::ReferenceEngine engine(config, network);
  const int steps = network.shape.steps;
  const int images = ceil_div(token_steps, steps * network.input.tokens().value());
  TensorRates rates;
  for (int i = 0; i < images; ++i) {
    const auto number = static_cast<std::uint32_t>(i);
    const Result result =
        engine.run(workload_image(network, seed, number), number, {steps, seed + 7, true});
    rates.add(*result.tensors);
  }
  return rates;
}

void expect_rates(const char* name, std::uint32_t seed, int tokens, int steps) {
  const Config& config = config_by_name(name);
  const Network network = workload_network(config, seed, tokens, steps);
  check_fit(network, config, "workload");
  CHECK(network.input.tokens() == tokens);
  const TensorRates rates = measure(config, network, seed, 2000);
  CHECK(rates.entries().size() == 2 + 10 * static_cast<std::size_t>(config.depth));
  for (const TensorRates::Entry& entry : rates.entries()) {
    INFO(name << " seed " << seed << " " << entry.name);
    CHECK(entry.rate() >= kLowestRate);
    CHECK(entry.rate() <= kHighestRate);
  }
}

}  // namespace

TEST_CASE("every tensor of a workload fires at a rate of 0.1 to 0.3", "[workload]") {
  for (const std::uint32_t seed : {1U, 2U, 4000000000U}) {
    for (const Config& config : configs) {
      if (config.dim > 128) continue;  // the large ones run in `make paper-scale`
      expect_rates(config.name.data(), seed, config.tokens, config.steps);
    }
  }
}

TEST_CASE("rates hold for fewer tokens and time steps", "[workload]") {
  expect_rates("tiny", 3, 11, 8);
  expect_rates("tiny", 3, 16, 3);
  expect_rates("icl", 3, 5, 2);
}

TEST_CASE("a workload follows from its arguments", "[workload]") {
  const Config& config = config_by_name("odd-a");
  const Network network = workload_network(config, 5, 9, 4);
  CHECK(network == workload_network(config, 5, 9, 4));
  CHECK(network.embed.weight != workload_network(config, 6, 9, 4).embed.weight);
  CHECK(network.shape.steps == 4);
  const TokenImage image = workload_image(network, 5, 2);
  CHECK(image.tokens == 9);
  CHECK(image.values == workload_image(network, 5, 2).values);
  CHECK(image.values != workload_image(network, 5, 3).values);
  CHECK(image.values != workload_image(network, 6, 2).values);
}

TEST_CASE("weights are nearly normal", "[workload]") {
  const Network network = workload_network(config_by_name("icl"), 1, 8, 2);
  const std::vector<std::int8_t>& weights = network.layers[0].ff1.weight;
  double sum = 0;
  double squares = 0;
  int inner = 0;  // within one deviation
  for (const std::int8_t weight : weights) {
    sum += weight;
    squares += weight * weight;
    if (std::abs(weight) <= 5) ++inner;
  }
  const auto count = static_cast<double>(weights.size());
  CHECK(std::abs(sum / count) < 0.1);  // five standard errors
  CHECK(std::sqrt(squares / count) == Approx(5.0).margin(0.1));
  CHECK(inner / count == Approx(0.73).margin(0.02));  // of a normal, |x| < 5.5
  CHECK(static_cast<double>(std::ranges::count(weights, kMaxWeight)) < 0.005 * count);
}

TEST_CASE("converters use their range and hardly clip", "[workload]") {
  const Config& config = config_by_name("tiny");  // Q is one array, so a sum is one code
  const Network network = workload_network(config, 1, 16, 8);
  const auto& kernels = reference::default_kernels();
  const reference::SynapticMatrix q(network.layers[0].q, config.array_rows, config.array_cols,
                                    kernels);
  reference::ReferenceEngine engine(config, network);
  const Result result = engine.run(workload_image(network, 1, 0), 0, {8, 1, true});
  const auto codes = q.code_sums({result.tensors->embed, config.array_rows, kernels});
  double squares = 0;
  int clipped = 0;
  for (const std::int16_t code : codes) {
    squares += code * code;
    if (code == -16 || code == 15) ++clipped;
  }
  const auto count = static_cast<double>(codes.size());
  CHECK(std::sqrt(squares / count) > 4.0);
  CHECK(std::sqrt(squares / count) < 7.0);
  CHECK(clipped < 0.02 * count);
}

TEST_CASE("sizes that a configuration does not have are refused", "[workload]") {
  const Config& config = config_by_name("nano");
  CHECK_THROWS_WITH(workload_network(config, 1, 9, 4), "workload: tokens: 9 is outside 1..8");
  CHECK_THROWS_WITH(workload_network(config, 1, 0, 4), "workload: tokens: 0 is outside 1..8");
  CHECK_THROWS_WITH(workload_network(config, 1, 8, 5), "workload: steps: 5 is outside 1..4");
}

TEST_CASE("a tensor out of range is named if it is large enough to judge", "[workload]") {
  Tensors tensors;
  tensors.input = SpikeTensor(10, 100, 100);
  tensors.embed = SpikeTensor(1, 100, 199);  // 100 places too few
  for (int n = 0; n < 100; ++n) {
    for (int t = 0; t < 10; ++t) {
      for (int f = 0; f < 10; ++f) tensors.input.set(t, n, f, true);
    }
  }
  TensorRates rates;
  rates.add(tensors);
  CHECK_NOTHROW(check_rates(rates));  // 0.1 exactly; embed never spikes
  tensors.input.set(0, 0, 0, false);
  rates.add(tensors);
  CHECK(rates.entries().front().places == 200000);
  CHECK_THROWS_WITH(check_rates(rates),
                    "workload: input: spikes at a rate of 0.1000, outside 0.1..0.3");
}
