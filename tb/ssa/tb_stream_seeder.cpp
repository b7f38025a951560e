// SPDX-License-Identifier: Apache-2.0
#include <Vstream_seeder.h>
#include <Vstream_seeder_fours.h>
#include <Vstream_seeder_one.h>
#include <Vstream_seeder_wide.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstdint>
#include <vector>

#include "lib/bits.hpp"
#include "lib/random.hpp"
#include "lib/seed_model.hpp"
#include "lib/sim.hpp"

namespace {

using namespace xpike::tb;

constexpr unsigned kMixCycles = 18;

struct Words {
  std::uint32_t seed, image, layer, kind;
  bool calibrate = false;
};

template <class Model>
void start(Sim<Model>& sim, const Words& words) {
  sim->seed_i = words.seed;
  sim->image_i = words.image;
  sim->layer_i = static_cast<CData>(words.layer);
  sim->kind_i = static_cast<CData>(words.kind);
  sim->calibrate_i = words.calibrate ? 1 : 0;
  sim->start_i = 1;
  sim.tick();
  sim->start_i = 0;
}

// Follows one run of `lanes` lanes, made Seeds at a time; words may change meanwhile, starts are
// ignored.
template <unsigned Seeds = 1, class Model>
std::vector<std::uint32_t> states(Sim<Model>& sim, const Words& words, unsigned lanes,
                                  Random& random) {
  start(sim, words);
  std::vector<std::uint32_t> result;
  const unsigned length = kMixCycles + (lanes + Seeds - 1) / Seeds;
  unsigned cycles = 0;
  for (; sim->busy_o != 0; ++cycles) {
    REQUIRE(cycles < length);
    REQUIRE((sim->seed_we_o != 0) == (cycles >= kMixCycles));
    if (sim->seed_we_o != 0) {
      REQUIRE(sim->seed_lane_o == result.size());
      REQUIRE(sim->seed_kind_o == words.kind);
      for (unsigned s = 0; s < Seeds; ++s) {
        result.push_back(static_cast<std::uint32_t>(get_bits(sim->seed_state_o, 32 * s, 32)));
      }
    }
    sim->start_i = random.chance(0.2) ? 1 : 0;
    sim->seed_i = static_cast<IData>(random.word());
    sim->image_i = static_cast<IData>(random.word());
    sim->layer_i = static_cast<CData>(random.bits(4));
    sim->kind_i = static_cast<CData>(random.bits(1));
    sim->calibrate_i = static_cast<CData>(random.bits(1));
    if (cycles + 1 == length) {
      sim->start_i = 0;
    }
    sim.tick();
  }
  REQUIRE(cycles == length);
  REQUIRE(sim->seed_we_o == 0);
  return result;
}

template <class Model>
void prepare(Sim<Model>& sim) {
  sim->clr_i = 0;
  sim->start_i = 0;
  sim.reset();
}

}  // namespace

TEST_CASE("lane states lie 2^20 register steps apart", "[seeder]") {
  Sim<Vstream_seeder> sim;
  prepare(sim);
  Random random(1);
  const Words words{7, 3, 2, 1};
  const auto result = states(sim, words, 37, random);
  REQUIRE(result.size() == 37);
  CHECK(result[0] == base_state(7, 3, 2, 1));
  for (std::size_t lane = 0; lane + 1 < result.size(); ++lane) {
    REQUIRE(result[lane + 1] == jumped(result[lane]));
  }
  // The jump is linear: right on 32 independent states, it is right on all.
  CHECK(rank({result.begin(), result.end() - 1}) == 32);
}

TEST_CASE("lanes made four at a time are the same", "[seeder]") {
  Sim<Vstream_seeder> one;
  Sim<Vstream_seeder_fours> four;
  prepare(one);
  prepare(four);
  Random random(7);
  for (const std::uint32_t kind : {0U, 1U}) {
    const unsigned lanes = kind == 0 ? 5 : 37;
    const Words words{static_cast<std::uint32_t>(random.word()), 11, 6, kind};
    const auto expected = states(one, words, lanes, random);
    auto result = states<4>(four, words, lanes, random);
    REQUIRE(result.size() == (kind == 0 ? 8 : 40));
    result.resize(lanes);  // the last group is not complete
    CHECK(result == expected);
  }
}

TEST_CASE("base states are mixed from the four words", "[seeder]") {
  Sim<Vstream_seeder> sim;
  prepare(sim);
  Random random(2);
  for (int round = 0; round < 100; ++round) {
    const Words words{
        static_cast<std::uint32_t>(random.word()), static_cast<std::uint32_t>(random.word()),
        static_cast<std::uint32_t>(random.bits(4)), static_cast<std::uint32_t>(random.bits(1))};
    const auto result = states(sim, words, words.kind == 0 ? 5 : 37, random);
    // The encoder belongs to no layer.
    REQUIRE(result.at(0) ==
            base_state(words.seed, words.image, words.kind == 0 ? 0 : words.layer, words.kind));
  }
}

TEST_CASE("a calibration pass has a base state of its own", "[seeder][calibration]") {
  Sim<Vstream_seeder> one;
  Sim<Vstream_seeder_fours> four;
  prepare(one);
  prepare(four);
  Random random(8);
  for (int round = 0; round < 20; ++round) {
    const auto seed = static_cast<std::uint32_t>(random.word());
    // Image and layer do not count: image 0, third word 2.
    const Words words{seed, static_cast<std::uint32_t>(random.word()),
                      static_cast<std::uint32_t>(random.bits(4)), 0, true};
    const auto result = states(one, words, 3, random);
    REQUIRE(result.at(0) == base_state(seed, 0, 1, 0));
    REQUIRE(result.at(2) == jumped(result.at(1)));
    auto together = states<4>(four, words, 7, random);
    REQUIRE(together.at(6) == jumped(together.at(5)));
    together.resize(3);
    REQUIRE(together == result);
    const auto encoder = states(one, {seed, 5, 3, 0}, 5, random);
    REQUIRE(encoder.at(0) == base_state(seed, 5, 0, 0));
  }
}

TEST_CASE("a mix that ends at 0 gives base state 1", "[seeder]") {
  Sim<Vstream_seeder> sim;
  prepare(sim);
  Random random(3);
  const std::uint32_t seed = seed_of_zero(9, 4, 1);
  const auto result = states(sim, {seed, 9, 4, 1}, 37, random);
  CHECK(result.at(0) == 1);
  const auto neighbour = states(sim, {seed ^ 1U, 9, 4, 1}, 37, random);
  CHECK(neighbour.at(0) == base_state(seed ^ 1U, 9, 4, 1));
  CHECK(neighbour.at(0) != 1);
}

TEST_CASE("as many lanes as the largest build has", "[seeder]") {
  Sim<Vstream_seeder_wide> sim;
  prepare(sim);
  Random random(6);
  for (const std::uint32_t kind : {0U, 1U}) {
    const auto result = states(sim, {3, 4, 0, kind}, kind == 0 ? 256 : 4096, random);
    CHECK(result[0] == base_state(3, 4, 0, kind));
    CHECK(result.back() == jumped(result[result.size() - 2]));
  }
}

TEST_CASE("clear in the middle stops the writes, and the next start is whole", "[seeder]") {
  Sim<Vstream_seeder> sim;
  prepare(sim);
  Random random(4);
  for (std::uint64_t wait = 0; wait < 57; ++wait) {
    start(sim, {1, 2, 3, 1});
    sim.tick(wait);
    sim->clr_i = 1;
    sim.tick();
    sim->clr_i = 0;
    REQUIRE(sim->busy_o == 0);
    REQUIRE(sim->seed_we_o == 0);
    const auto result = states(sim, {5, 6, 0, 0}, 5, random);
    REQUIRE(result.at(0) == base_state(5, 6, 0, 0));
  }
}

TEST_CASE("a single lane per kind", "[seeder]") {
  Sim<Vstream_seeder_one> sim;
  prepare(sim);
  Random random(5);
  CHECK(states(sim, {1, 1, 1, 1}, 1, random).at(0) == base_state(1, 1, 1, 1));
  CHECK(states(sim, {1, 1, 0, 0}, 1, random).at(0) == base_state(1, 1, 0, 0));
}
