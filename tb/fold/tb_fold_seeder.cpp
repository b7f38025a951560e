// SPDX-License-Identifier: Apache-2.0
// xpk_fold_seeder against the states written out from docs/numerics.md, section 2.
#include <Vfold_seeder_a.h>
#include <Vfold_seeder_one.h>
#include <Vfold_seeder_wide.h>

#include <catch2/catch.hpp>
#include <cstdint>
#include <vector>

#include "lib/random.hpp"
#include "lib/seed_model.hpp"
#include "lib/sim.hpp"

namespace {

using namespace xpike::tb;

constexpr unsigned kMixCycles = 22;
constexpr unsigned kJumpCycles = 33;

struct Words {
  std::uint32_t seed, image, layer, kind;
};

template <class Model>
void start(Sim<Model>& sim, const Words& words) {
  sim->seed_i = words.seed;
  sim->image_i = words.image;
  sim->layer_i = static_cast<CData>(words.layer);
  sim->kind_i = static_cast<CData>(words.kind);
  sim->start_i = 1;
  sim.tick();
  sim->start_i = 0;
}

/// Follows one run of `lanes` lanes; layer and kind change meanwhile, starts are ignored.
template <class Model>
std::vector<std::uint32_t> states(Sim<Model>& sim, const Words& words, unsigned lanes,
                                  Random& random) {
  start(sim, words);
  std::vector<std::uint32_t> result;
  const unsigned length = kMixCycles + kJumpCycles * (lanes - 1) + 1;
  unsigned cycles = 0;
  for (; sim->busy_o != 0; ++cycles) {
    REQUIRE(cycles < length);
    const bool writes = cycles >= kMixCycles && (cycles - kMixCycles) % kJumpCycles == 0;
    REQUIRE((sim->seed_we_o != 0) == writes);
    if (writes) {
      REQUIRE(sim->seed_lane_o == result.size());
      REQUIRE(sim->seed_kind_o == words.kind);
      result.push_back(sim->seed_state_o);
    }
    sim->layer_i = static_cast<CData>(random.bits(4));
    sim->kind_i = static_cast<CData>(random.bits(1));
    sim->start_i = cycles + 1 < length && random.chance(0.2) ? 1 : 0;
    sim.tick();
  }
  REQUIRE(cycles == length);
  REQUIRE(sim->seed_we_o == 0);
  REQUIRE(result.size() == lanes);
  return result;
}

template <class Model>
void prepare(Sim<Model>& sim) {
  sim->clr_i = 0;
  sim->start_i = 0;
  sim.reset();
}

}  // namespace

TEST_CASE("lane states of a folded chip lie 2^20 register steps apart", "[seeder][fold]") {
  Sim<Vfold_seeder_a> sim;
  prepare(sim);
  Random random(1);
  const auto result = states(sim, {7, 3, 2, 1}, 37, random);
  CHECK(result[0] == base_state(7, 3, 2, 1));
  for (std::size_t lane = 0; lane + 1 < result.size(); ++lane) {
    REQUIRE(result[lane + 1] == jumped(result[lane]));
  }
  // The jump is linear: right on 32 independent states, it is right on all.
  CHECK(rank({result.begin(), result.end() - 1}) == 32);
}

TEST_CASE("base states of a folded chip are mixed from the four words", "[seeder][fold]") {
  Sim<Vfold_seeder_a> sim;
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
    sim.tick(random.below(3));
  }
}

TEST_CASE("a mix that ends at 0 gives a folded chip base state 1", "[seeder][fold]") {
  Sim<Vfold_seeder_a> sim;
  prepare(sim);
  Random random(3);
  const std::uint32_t seed = seed_of_zero(9, 4, 1);
  const auto result = states(sim, {seed, 9, 4, 1}, 37, random);
  CHECK(result.at(0) == 1);
  CHECK(result.at(1) == jumped(1));
  const auto neighbour = states(sim, {seed ^ 1U, 9, 4, 1}, 37, random);
  CHECK(neighbour.at(0) == base_state(seed ^ 1U, 9, 4, 1));
}

TEST_CASE("clear stops the seeder of a folded chip, and the next start is whole",
          "[seeder][fold]") {
  Sim<Vfold_seeder_a> sim;
  prepare(sim);
  Random random(4);
  for (std::uint64_t wait = 0; wait < 100; ++wait) {
    start(sim, {1, 2, 3, 1});
    sim.tick(wait);
    sim->clr_i = 1;
    sim.tick();
    sim->clr_i = 0;
    REQUIRE(sim->busy_o == 0);
    REQUIRE(sim->seed_we_o == 0);
    const auto result = states(sim, {5, 6, 0, 0}, 5, random);
    REQUIRE(result.at(0) == base_state(5, 6, 0, 0));
    REQUIRE(result.at(1) == jumped(result.at(0)));
  }
}

TEST_CASE("one lane of each kind, and most of both", "[seeder][fold]") {
  Random random(5);
  Sim<Vfold_seeder_one> one;
  prepare(one);
  CHECK(states(one, {1, 1, 1, 1}, 1, random).at(0) == base_state(1, 1, 1, 1));
  CHECK(states(one, {1, 1, 0, 0}, 1, random).at(0) == base_state(1, 1, 0, 0));
  Sim<Vfold_seeder_wide> wide;
  prepare(wide);
  for (const std::uint32_t kind : {0U, 1U}) {
    const auto result = states(wide, {3, 4, 0, kind}, kind == 0 ? 256 : 1024, random);
    CHECK(result[0] == base_state(3, 4, 0, kind));
    CHECK(result.back() == jumped(result[result.size() - 2]));
  }
}
