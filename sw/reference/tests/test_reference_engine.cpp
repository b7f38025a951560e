// SPDX-License-Identifier: Apache-2.0
// The reference engine against a second model written in plain loops.
#include <catch2/catch.hpp>
#include <map>

#include "model/error.hpp"
#include "model/fit.hpp"
#include "model/random_model.hpp"
#include "naive_network.hpp"
#include "reference/engine.hpp"

using namespace xpike;
using reference::ReferenceEngine;

namespace {

void check_equal(const SpikeTensor& got, const naive::Tensor& expected, const std::string& name) {
  INFO("tensor " << name);
  REQUIRE(got.steps() == static_cast<int>(expected.size()));
  REQUIRE(got.tokens() == static_cast<int>(expected[0].size()));
  REQUIRE(got.features() == static_cast<int>(expected[0][0].size()));
  long wrong = 0;
  for (int t = 0; t < got.steps(); ++t) {
    for (int n = 0; n < got.tokens(); ++n) {
      for (int f = 0; f < got.features(); ++f) {
        const int bit = expected[std::size_t(t)][std::size_t(n)][std::size_t(f)];
        if (got.get(t, n, f) != (bit == 1)) ++wrong;
      }
    }
  }
  REQUIRE(wrong == 0);
}

void check_equal(const SpikeTensor& got, const naive::Scores& expected) {
  const int tokens = got.features();
  long wrong = 0;
  for (int t = 0; t < got.steps(); ++t) {
    for (int row = 0; row < got.tokens(); ++row) {
      for (int key = 0; key < tokens; ++key) {
        const int bit = expected[std::size_t(t)][std::size_t(row / tokens)]
                                [std::size_t(row % tokens)][std::size_t(key)];
        if (got.get(t, row, key) != (bit == 1)) ++wrong;
      }
    }
  }
  REQUIRE(wrong == 0);
}

// Runs both models and compares everything.
void compare(const Config& config, const Network& network, int tokens, int steps,
             std::uint32_t seed, std::uint32_t image_number) {
  const TokenImage image = seed % 3 == 0 ? random_stream(network, tokens, config.steps, seed + 1000)
                                         : random_image(network, tokens, seed + 1000);
  ReferenceEngine engine(config, network);
  const Result result = engine.run(image, image_number, {steps, seed, true});
  const naive::NetworkResult expected =
      naive::run(config, network, image, image_number, steps, seed);
  REQUIRE(result.tensors);
  const Tensors& tensors = *result.tensors;
  check_equal(tensors.input, expected.input, "input");
  check_equal(tensors.embed, expected.embed, "embed");
  REQUIRE(tensors.layers.size() == network.layers.size());
  for (std::size_t l = 0; l < tensors.layers.size(); ++l) {
    const LayerTensors& got = tensors.layers[l];
    const naive::LayerResult& want = expected.layers[l];
    INFO("layer " << l);
    check_equal(got.q, want.q, "q");
    check_equal(got.k, want.k, "k");
    check_equal(got.v, want.v, "v");
    check_equal(got.s, want.s);
    check_equal(got.a, want.a, "a");
    check_equal(got.proj, want.proj, "proj");
    check_equal(got.res1, want.res1, "res1");
    check_equal(got.ff1, want.ff1, "ff1");
    check_equal(got.ff2, want.ff2, "ff2");
    check_equal(got.res2, want.res2, "res2");
  }
  std::vector<std::int32_t> head;
  for (const auto& step : expected.head) {
    for (const long score : step) head.push_back(static_cast<std::int32_t>(score));
  }
  REQUIRE(tensors.head == head);
  CHECK(result.scores == std::vector<std::int32_t>(head.end() - network.shape.classes, head.end()));
  CHECK(result.predicted == expected.predicted);
}

}  // namespace

TEST_CASE("random networks equal the naive model in every configuration", "[engine]") {
  for (const Config& config : configs) {
    if (config.dim > 200) continue;  // the naive model is too slow
    const int seeds = config.dim > 100 ? 2 : 6;
    for (int seed = 1; seed <= seeds; ++seed) {
      INFO("configuration " << config.name << ", seed " << seed);
      const auto number = static_cast<std::uint32_t>(seed);
      const Network network = random_model(config, number);
      compare(config, network, config.tokens, config.steps, number, number * 7);
    }
  }
}

TEST_CASE("random networks keep all stages lively", "[engine]") {
  for (const Config& config : configs) {
    if (config.dim > 200) continue;
    std::map<std::string, double> spikes;
    std::map<std::string, double> places;
    for (std::uint32_t seed = 1; seed <= 20; ++seed) {
      const Network network = random_model(config, seed);
      ReferenceEngine engine(config, network);
      const Tensors tensors =
          *engine.run(random_image(network, config.tokens, seed), 0, {config.steps, seed, true})
               .tensors;
      const auto add = [&](const std::string& name, const SpikeTensor& tensor) {
        spikes[name] += static_cast<double>(tensor.count());
        places[name] += 1.0 * tensor.steps() * tensor.tokens() * tensor.features();
      };
      add("embed", tensors.embed);
      for (const LayerTensors& layer : tensors.layers) {
        for (const auto& [name, tensor] :
             {std::pair("q", &layer.q), std::pair("k", &layer.k), std::pair("v", &layer.v),
              std::pair("s", &layer.s), std::pair("a", &layer.a), std::pair("proj", &layer.proj),
              std::pair("ff1", &layer.ff1), std::pair("ff2", &layer.ff2)}) {
          add(name, *tensor);
        }
      }
    }
    for (const auto& [name, count] : spikes) {
      INFO(config.name << ", " << name);
      CHECK(count / places[name] > 0.08);
      CHECK(count / places[name] < 0.45);
    }
  }
}

TEST_CASE("any number of tokens and steps runs", "[engine]") {
  for (const char* name : {"nano", "odd-a", "odd-b"}) {
    const Config& config = config_by_name(name);
    const Network network = random_model(config, 21);
    for (int tokens = 1; tokens <= config.tokens; tokens += 3) {
      INFO(name << ", tokens " << tokens);
      compare(config, network, tokens, 1 + tokens % config.steps, 5, 3);
    }
  }
}

TEST_CASE("options of the network equal the naive model", "[engine]") {
  const Config& config = config_by_name("odd-a");
  std::uint32_t seed = 100;
  for (const bool causal : {false, true}) {
    for (const Pooling pooling : {Pooling::kAll, Pooling::kFirst, Pooling::kLast}) {
      for (const Residual residual : {Residual::kIand, Residual::kOr, Residual::kXor}) {
        RandomModelOptions options;
        options.causal = causal;
        options.row_exponent = causal;
        options.pooling = pooling;
        options.residual = residual;
        options.noisy_devices = seed % 2 == 0;
        compare(config, random_model(config, seed, options), 7, 2, 100, 0);
        ++seed;
      }
    }
  }
}

TEST_CASE("extreme networks equal the naive model", "[engine]") {
  const Config& config = config_by_name("odd-b");
  for (const int weight : {-15, 0, 15}) {
    for (const int bias : {-2048, 0, 2047}) {
      for (const int gain : {1, 256, 65535}) {
        RandomModelOptions options;
        options.weight = weight;
        options.bias = bias;
        options.gain = gain;
        options.shift = gain == 1 ? 0 : 7;
        options.threshold = bias == 0 ? 1 : 2047;
        compare(config, random_model(config, 3, options), config.tokens, config.steps, 9, 1);
      }
    }
  }
}

TEST_CASE("smaller networks run on a larger configuration", "[engine]") {
  RandomModelOptions options;
  options.depth = 1;
  options.input_rows = 13;
  options.classes = 2;
  const Config& config = config_by_name("odd-a");
  compare(config, random_model(config, 8, options), 10, 5, 2, 2);
}

TEST_CASE("seed and image number select other streams", "[engine]") {
  const Config& config = config_by_name("nano");
  const Network network = random_model(config, 4);
  const TokenImage image = random_image(network, 8, 1);
  ReferenceEngine engine(config, network);
  const auto input = [&](std::uint32_t number, std::uint32_t seed) {
    return engine.run(image, number, {4, seed, true}).tensors->input;
  };
  CHECK(input(0, 1) == input(0, 1));
  CHECK_FALSE(input(0, 1) == input(1, 1));
  CHECK_FALSE(input(0, 1) == input(0, 2));
}

TEST_CASE("impossible runs are refused by name", "[engine]") {
  const Config& config = config_by_name("nano");
  const Network network = random_model(config, 4);
  ReferenceEngine engine(config, network);
  const TokenImage image = random_image(network, 8, 1);
  CHECK_THROWS_WITH(engine.run(image, 0, {5, 0, false}), "run: steps: 5 is outside 1..4");
  CHECK_THROWS_AS(engine.run(image, 0, {0, 0, false}), Error);
  CHECK_THROWS_AS(engine.run(TokenImage(9, 16), 0, {1, 0, false}), Error);
  CHECK_THROWS_AS(engine.run(TokenImage(0, 16), 0, {1, 0, false}), Error);
  CHECK_THROWS_AS(engine.run(TokenImage(3, 15), 0, {1, 0, false}), Error);
  TokenImage bright = image;
  bright.at(2, 3) = 257;
  CHECK_THROWS_AS(engine.run(bright, 0, {1, 0, false}), Error);
  Network broken = network;
  broken.layers[0].q.threshold[3] = 0;
  CHECK_THROWS_WITH(ReferenceEngine(config, broken),
                    "network 'random': layer0.q.threshold: value 0 at index 3 is outside 1..2047");
  CHECK_THROWS_AS(ReferenceEngine(config_by_name("tiny"), network), Error);
}

TEST_CASE("events count what the built matrices do", "[engine][events]") {
  const Config& config = config_by_name("odd-a");  // 24 x 20 arrays, 30 wide, 50 in FF
  RandomModelOptions options;
  options.depth = 2;
  options.input_rows = 12;
  options.classes = 3;
  const Network network = random_model(config, 6, options);
  const int tokens = 7;
  const int steps = 3;
  ReferenceEngine engine(config, network);
  const Result result = engine.run(random_image(network, tokens, 2), 0, {steps, 1, true});
  const Events& events = result.events;
  const Tensors& tensors = *result.tensors;
  const std::uint64_t n = 7 * 3;                // token-steps
  CHECK(events.at("mvms_embed") == n * 1 * 2);  // 21 built rows, 30 columns
  CHECK(events.at("mvms_q") == 2 * n * 2 * 2);
  CHECK(events.at("mvms_ff1") == 2 * n * 2 * 3);
  CHECK(events.at("mvms_ff2") == 2 * n * 3 * 2);
  CHECK(events.at("mvms_head") == n * 2 * 1);
  CHECK(events.at("active_rows_embed") == 2 * tensors.input.count());
  CHECK(events.at("active_rows_ff2") ==
        2 * (tensors.layers[0].ff1.count() + tensors.layers[1].ff1.count()));
  CHECK(events.at("conversions") ==
        n * (1 * 30 + 2 * (3 * 2 * 30 + 2 * 30 + 2 * 50 + 3 * 30) + 2 * 7));
  CHECK(events.at("lif_updates") == n * (30 + 2 * (4 * 30 + 50 + 30)));
  CHECK(events.at("spikes_input") == tensors.input.count());
  CHECK(events.at("spikes_k") == tensors.layers[0].k.count() + tensors.layers[1].k.count());
  CHECK(events.at("gated_rows") == 2 * n * 30 - events.at("spikes_q"));
  CHECK(events.at("ssa_columns") == 2 * steps * 10);
  CHECK(events.at("draws_encoder") == n * 6);
  CHECK(events.at("draws_score") == 2 * steps * 3 * 3);
  CHECK(events.at("draws_value") == 2 * steps * 10 * 3 * 3);
  CHECK(events.count("cycles") == 0);
  CHECK_FALSE(result.cycles);
}
