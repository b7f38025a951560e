// SPDX-License-Identifier: Apache-2.0
// xpk_fold_seeder against the states written out from docs/numerics.md, section 2.
#include <Vfold_seeder_a.h>
#include <Vfold_seeder_one.h>
#include <Vfold_seeder_wide.h>

#include <catch2/catch.hpp>
#include <cstdint>
#include <vector>

#include "lib/random.hpp"
#include "lib/seeder_bench.hpp"
#include "lib/sim.hpp"

namespace {

using namespace xpike::tb;

constexpr unsigned kMixCycles = 22;
constexpr unsigned kJumpCycles = 33;

template <class Model>
void start(Sim<Model>& sim, const SeedWords& words) {
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
std::vector<std::uint32_t> states(Sim<Model>& sim, const SeedWords& words, unsigned lanes,
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

constexpr auto kStart = [](auto& sim, const SeedWords& words) { start(sim, words); };
constexpr auto kRun = [](auto& sim, const SeedWords& words, unsigned lanes, Random& random) {
  return states(sim, words, lanes, random);
};

}  // namespace

TEST_CASE("lane states of a folded chip lie 2^20 register steps apart", "[seeder][fold]") {
  Sim<Vfold_seeder_a> sim;
  prepare_seeder(sim);
  check_lane_distance(sim, kRun);
}

TEST_CASE("base states of a folded chip are mixed from the four words", "[seeder][fold]") {
  Sim<Vfold_seeder_a> sim;
  prepare_seeder(sim);
  check_base_states(sim, kRun);
}

TEST_CASE("a mix that ends at 0 gives a folded chip base state 1", "[seeder][fold]") {
  Sim<Vfold_seeder_a> sim;
  prepare_seeder(sim);
  check_mix_of_zero(sim, kRun);
}

TEST_CASE("clear stops the seeder of a folded chip, and the next start is whole",
          "[seeder][fold]") {
  Sim<Vfold_seeder_a> sim;
  prepare_seeder(sim);
  check_clear(sim, 100, kStart, kRun);
}

TEST_CASE("one lane of each kind, and most of both", "[seeder][fold]") {
  Sim<Vfold_seeder_one> one;
  prepare_seeder(one);
  check_single_lanes(one, kRun);
  Sim<Vfold_seeder_wide> wide;
  prepare_seeder(wide);
  check_most_lanes(wide, 1024, kRun);
}
