// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "model/fit.hpp"
#include "model/random_model.hpp"
#include "model/tensor_list.hpp"
#include "naive_network.hpp"
#include "reference/engine.hpp"
#include "reference/faults.hpp"
#include "reference/plain_matrix.hpp"

using namespace xpike;
using namespace xpike::reference;

namespace {

// One output per weight, all of one input that spikes.
std::vector<std::int32_t> quarters_of(std::vector<std::int8_t> weights, int gain,
                                      ConverterShape converter) {
  Matrix m;
  m.in = 1;
  m.out = static_cast<int>(weights.size());
  m.weight = std::move(weights);
  m.gain = {static_cast<std::uint16_t>(gain)};
  m.shift = {0};
  SpikeTensor input(1, 1, 1);
  input.set(0, 0, 0, true);
  return PlainMatrix(m, 4, 16, converter).quarters(ActiveRows(input, 4, default_kernels()));
}

Result run(const Network& network, const Faults& faults) {
  const Config& config = config_by_name("nano");
  ReferenceEngine engine(config, network, default_kernels(), Randomness::kLanes, faults);
  return engine.run(random_image(network, network.shape.tokens, 3), 2, {4, 7, true});
}

bool same(const Result& a, const Result& b) {
  const auto differences = [&] {
    std::string first;
    return count_differences(a, b, first);
  };
  return a.running == b.running && differences() == 0;
}

}  // namespace

TEST_CASE("plain loops with the built converter give its codes", "[faults]") {
  const Network network = random_model(config_by_name("odd-a"), 4);
  const Config& config = config_by_name("odd-a");
  const Kernels& kernels = default_kernels();
  const Matrix& matrix = network.layers[0].ff2;
  const SpikeTensor input = *random_stream(network, 3, 5, 9).stream;
  SpikeTensor wide(5, 3, matrix.in);
  for (int t = 0; t < 5; ++t) {
    for (int n = 0; n < 3; ++n) {
      for (int f = 0; f < matrix.in; ++f) wide.set(t, n, f, input.get(t, n, f % input.features()));
    }
  }
  const ActiveRows rows(wide, config.array_rows, kernels);
  const SynapticMatrix built(matrix, config.array_rows, config.array_cols, kernels);
  const auto codes = built.code_sums(rows);
  const auto quarters =
      PlainMatrix(matrix, config.array_rows, config.array_cols, {}).quarters(rows);
  REQUIRE(quarters.size() == 15U * static_cast<std::size_t>(matrix.out));
  long wrong = 0;
  long spoken = 0;
  for (std::size_t i = 0; i < 15; ++i) {
    for (std::size_t o = 0; o < static_cast<std::size_t>(matrix.out); ++o) {
      const int code = codes[i * built.code_distance() + o];
      wrong += quarters[i * static_cast<std::size_t>(matrix.out) + o] != 4 * code ? 1 : 0;
      spoken += code != 0 ? 1 : 0;
    }
  }
  CHECK(wrong == 0);
  CHECK(spoken > 20);
}

TEST_CASE("converters of other shapes round and clip by their own step", "[faults]") {
  using Values = std::vector<std::int32_t>;
  // 4 bits over the same range: a step of two codes, -16..14.
  CHECK(quarters_of({5, 4, -5, 15, -15}, 256, {4, 0}) == Values{24, 16, -16, 56, -56});
  CHECK(quarters_of({15, -15}, 512, {4, 0}) == Values{56, -64});
  // 7 bits see a quarter of a code.
  CHECK(quarters_of({5, 1, -1, 15}, 64, {7, 0}) == Values{5, 1, -1, 15});
  CHECK(quarters_of({15, -15}, 512, {7, 0}) == Values{63, -64});
  // One bit less over half the range: the step stays, -8..7.
  CHECK(quarters_of({5, 7, 8, 15, -15}, 256, {4, -1}) == Values{20, 28, 28, 28, -32});
}

TEST_CASE("a wider converter of the same step changes nothing where none saturates", "[faults]") {
  RandomModelOptions quiet;
  quiet.weight = 5;
  quiet.shift = 3;
  quiet.gain = 256;
  quiet.threshold = 9;
  const Network network = random_model(config_by_name("nano"), 6, quiet);
  const Result built = run(network, {});
  REQUIRE(built.tensors->layers[0].res2.count() > 0);
  CHECK(same(run(network, {.converter = {6, 1}}), built));
  CHECK_FALSE(same(run(network, {.converter = {2, 0}}), built));
}

TEST_CASE("a chip without faults is the plain one, whatever its seed", "[faults]") {
  const Network network = random_model(config_by_name("nano"), 8);
  CHECK(same(run(network, {.seed = 77}), run(network, {})));
  // The same path with faults of next to no rate.
  CHECK(same(run(network, {.stuck_lanes = 1e-12, .flipped_spikes = 1e-12}), run(network, {})));
  CHECK_FALSE(same(run(network, {.stuck_lanes = 1.0}), run(network, {})));
  CHECK_FALSE(same(run(network, {.flipped_spikes = 0.1}), run(network, {})));
}

TEST_CASE("a stuck bit holds in every draw and leaves other lanes alone", "[faults]") {
  const std::vector<std::uint32_t> starts{1, 0x12345678, 0xDEADBEEF};
  LaneBank sound(starts, 9);
  LaneBank one_by_one(starts, 9);
  LaneBank together(starts, 9);
  const StuckBit bit{1, 1U << 13, 1U << 13};
  one_by_one.stick({bit});
  together.stick({bit});
  const std::vector<std::uint32_t> masks(3, 0xFFFFFFFF);
  std::vector<std::uint32_t> words(3 * 50);
  together.draw(50, masks, words);
  std::uint32_t state = 0x12345678 | bit.mask;
  for (std::size_t d = 0; d < 50; ++d) {
    sound.draw();
    one_by_one.draw();
    for (int i = 0; i < 9; ++i) state = naive::step(state);
    state |= bit.mask;
    REQUIRE(words[3 * d + 1] == state);
    for (int b = 0; b < 12; ++b) {
      const auto byte = static_cast<std::uint8_t>(words[3 * d + static_cast<std::size_t>(b / 4)] >>
                                                  (8 * (b % 4)));
      REQUIRE(one_by_one.byte(b) == byte);
      if (b / 4 != 1) REQUIRE(sound.byte(b) == byte);
    }
  }
}

TEST_CASE("the share of lanes with a stuck bit is that asked for, milder chips within",
          "[faults]") {
  const auto lanes_of = [](double share) {
    std::vector<std::size_t> lanes;
    for (const StuckBit& bit : stuck_bits({.seed = 5, .stuck_lanes = share}, 10000, 1)) {
      lanes.push_back(bit.lane);
      CHECK((bit.mask & (bit.mask - 1)) == 0);
      CHECK((bit.value == 0 || bit.value == bit.mask));
    }
    return lanes;
  };
  CHECK(lanes_of(0.0).empty());
  CHECK(lanes_of(1.0).size() == 10000);
  const auto some = lanes_of(0.1);
  const auto many = lanes_of(0.4);
  CHECK(std::abs(static_cast<double>(some.size()) - 1000) < 4.5 * std::sqrt(900));
  CHECK(std::ranges::includes(many, some));
}

TEST_CASE("memory inverts the share of bits asked for", "[faults]") {
  SpikeTensor spikes(8, 16, 100);
  spikes.set(3, 5, 70, true);
  const auto flipped = [&](double share, std::uint32_t image) {
    SpikeTensor copy = spikes;
    flip_spikes({.seed = 2, .flipped_spikes = share}, image, 1, SpikeMemory::kV, copy);
    return copy;
  };
  CHECK(flipped(0.0, 1) == spikes);
  CHECK(flipped(1.0, 1).count() == 12800 - 1);
  CHECK_FALSE(flipped(1.0, 1).get(3, 5, 70));
  CHECK(std::abs(static_cast<double>(flipped(0.25, 1).count()) - 3200) < 4.5 * std::sqrt(2400));
  CHECK(flipped(0.25, 1) == flipped(0.25, 1));
  CHECK_FALSE(flipped(0.25, 1) == flipped(0.25, 2));
}

TEST_CASE("faults out of their range are refused", "[faults]") {
  using Catch::Matchers::Contains;
  const Network network = random_model(config_by_name("nano"), 8);
  CHECK_THROWS_WITH(run(network, {.stuck_lanes = -0.1}), Contains("stuck lanes: must be in 0..1"));
  CHECK_THROWS_WITH(run(network, {.flipped_spikes = 1.5}), Contains("flipped spikes: must be"));
  CHECK_THROWS_WITH(run(network, {.converter = {8, 0}}),
                    Contains("converter bits: must be in 2..7"));
  CHECK_THROWS_WITH(run(network, {.converter = {6, -2}}), Contains("converter range: must be in"));
}
