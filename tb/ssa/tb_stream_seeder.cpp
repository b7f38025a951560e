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
#include "lib/seeder_bench.hpp"
#include "lib/sim.hpp"

namespace {

using namespace xpike::tb;

constexpr unsigned kMixCycles = 18;

template <class Model>
void start(Sim<Model>& sim, const SeedWords& words) {
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
std::vector<std::uint32_t> states(Sim<Model>& sim, const SeedWords& words, unsigned lanes,
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

constexpr auto kStart = [](auto& sim, const SeedWords& words) { start(sim, words); };
constexpr auto kRun = [](auto& sim, const SeedWords& words, unsigned lanes, Random& random) {
  return states(sim, words, lanes, random);
};

}  // namespace

TEST_CASE("lane states lie 2^20 register steps apart", "[seeder]") {
  Sim<Vstream_seeder> sim;
  prepare_seeder(sim);
  check_lane_distance(sim, kRun);
}

TEST_CASE("lanes made four at a time are the same", "[seeder]") {
  Sim<Vstream_seeder> one;
  Sim<Vstream_seeder_fours> four;
  prepare_seeder(one);
  prepare_seeder(four);
  Random random(7);
  for (const std::uint32_t kind : {0U, 1U}) {
    const unsigned lanes = kind == 0 ? 5 : 37;
    const SeedWords words{static_cast<std::uint32_t>(random.word()), 11, 6, kind};
    const auto expected = states(one, words, lanes, random);
    auto result = states<4>(four, words, lanes, random);
    REQUIRE(result.size() == (kind == 0 ? 8 : 40));
    result.resize(lanes);  // the last group is not complete
    CHECK(result == expected);
  }
}

TEST_CASE("base states are mixed from the four words", "[seeder]") {
  Sim<Vstream_seeder> sim;
  prepare_seeder(sim);
  check_base_states(sim, kRun);
}

TEST_CASE("a calibration pass has a base state of its own", "[seeder][calibration]") {
  Sim<Vstream_seeder> one;
  Sim<Vstream_seeder_fours> four;
  prepare_seeder(one);
  prepare_seeder(four);
  Random random(8);
  for (int round = 0; round < 20; ++round) {
    const auto seed = static_cast<std::uint32_t>(random.word());
    // Image and layer do not count: image 0, third word 2.
    const SeedWords words{seed, static_cast<std::uint32_t>(random.word()),
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
  prepare_seeder(sim);
  check_mix_of_zero(sim, kRun);
}

TEST_CASE("as many lanes as the largest build has", "[seeder]") {
  Sim<Vstream_seeder_wide> sim;
  prepare_seeder(sim);
  check_most_lanes(sim, 4096, kRun);
}

TEST_CASE("clear in the middle stops the writes, and the next start is whole", "[seeder]") {
  Sim<Vstream_seeder> sim;
  prepare_seeder(sim);
  check_clear(sim, 57, kStart, kRun);
}

TEST_CASE("a single lane per kind", "[seeder]") {
  Sim<Vstream_seeder_one> sim;
  prepare_seeder(sim);
  check_single_lanes(sim, kRun);
}
