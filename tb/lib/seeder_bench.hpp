// SPDX-License-Identifier: Apache-2.0
// What every seeder promises, however many cycles it takes: checks on the states of whole runs.
// `run(sim, words, lanes, random)` follows one run and returns its states; `start(sim, words)` only
// begins one.
#pragma once

#include <catch2/catch.hpp>
#include <cstdint>
#include <vector>

#include "lib/random.hpp"
#include "lib/seed_model.hpp"
#include "lib/sim.hpp"

namespace xpike::tb {

struct SeedWords {
  std::uint32_t seed, image, layer, kind;
  bool calibrate = false;
};

template <class Model>
void prepare_seeder(Sim<Model>& sim) {
  sim->clr_i = 0;
  sim->start_i = 0;
  sim.reset();
}

/// Needs 37 lanes of kind 1.
template <class Model, class Run>
void check_lane_distance(Sim<Model>& sim, Run run) {
  Random random(1);
  const std::vector<std::uint32_t> result = run(sim, SeedWords{7, 3, 2, 1}, 37, random);
  REQUIRE(result.size() == 37);
  CHECK(result[0] == base_state(7, 3, 2, 1));
  for (std::size_t lane = 0; lane + 1 < result.size(); ++lane) {
    REQUIRE(result[lane + 1] == jumped(result[lane]));
  }
  // The jump is linear: right on 32 independent states, it is right on all.
  CHECK(rank({result.begin(), result.end() - 1}) == 32);
}

/// Needs 5 lanes of kind 0 and 37 of kind 1.
template <class Model, class Run>
void check_base_states(Sim<Model>& sim, Run run) {
  Random random(2);
  for (int round = 0; round < 100; ++round) {
    const SeedWords words{
        static_cast<std::uint32_t>(random.word()), static_cast<std::uint32_t>(random.word()),
        static_cast<std::uint32_t>(random.bits(4)), static_cast<std::uint32_t>(random.bits(1))};
    const auto result = run(sim, words, words.kind == 0 ? 5 : 37, random);
    // The encoder belongs to no layer.
    REQUIRE(result.at(0) ==
            base_state(words.seed, words.image, words.kind == 0 ? 0 : words.layer, words.kind));
    sim.tick(random.below(3));
  }
}

/// Needs 37 lanes of kind 1.
template <class Model, class Run>
void check_mix_of_zero(Sim<Model>& sim, Run run) {
  Random random(3);
  const std::uint32_t seed = seed_of_zero(9, 4, 1);
  const auto result = run(sim, SeedWords{seed, 9, 4, 1}, 37, random);
  CHECK(result.at(0) == 1);
  CHECK(result.at(1) == jumped(1));
  const auto neighbour = run(sim, SeedWords{seed ^ 1U, 9, 4, 1}, 37, random);
  CHECK(neighbour.at(0) == base_state(seed ^ 1U, 9, 4, 1));
  CHECK(neighbour.at(0) != 1);
}

/// Clears after 0 .. waits - 1 cycles; needs 5 lanes of kind 0.
template <class Model, class Start, class Run>
void check_clear(Sim<Model>& sim, std::uint64_t waits, Start start, Run run) {
  Random random(4);
  for (std::uint64_t wait = 0; wait < waits; ++wait) {
    start(sim, SeedWords{1, 2, 3, 1});
    sim.tick(wait);
    sim->clr_i = 1;
    sim.tick();
    sim->clr_i = 0;
    REQUIRE(sim->busy_o == 0);
    REQUIRE(sim->seed_we_o == 0);
    const auto result = run(sim, SeedWords{5, 6, 0, 0}, 5, random);
    REQUIRE(result.at(0) == base_state(5, 6, 0, 0));
    REQUIRE(result.at(1) == jumped(result.at(0)));
  }
}

/// A build with one lane of each kind.
template <class Model, class Run>
void check_single_lanes(Sim<Model>& sim, Run run) {
  Random random(5);
  CHECK(run(sim, SeedWords{1, 1, 1, 1}, 1, random).at(0) == base_state(1, 1, 1, 1));
  CHECK(run(sim, SeedWords{1, 1, 0, 0}, 1, random).at(0) == base_state(1, 1, 0, 0));
}

/// A build with 256 lanes of kind 0 and `lanes` of kind 1.
template <class Model, class Run>
void check_most_lanes(Sim<Model>& sim, unsigned lanes, Run run) {
  Random random(6);
  for (const std::uint32_t kind : {0U, 1U}) {
    const auto result = run(sim, SeedWords{3, 4, 0, kind}, kind == 0 ? 256 : lanes, random);
    CHECK(result[0] == base_state(3, 4, 0, kind));
    CHECK(result.back() == jumped(result[result.size() - 2]));
  }
}

}  // namespace xpike::tb
