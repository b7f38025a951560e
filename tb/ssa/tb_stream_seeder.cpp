// SPDX-License-Identifier: Apache-2.0
#include <Vstream_seeder.h>
#include <Vstream_seeder_one.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>
#include <vector>

#include "lib/lane_model.hpp"
#include "lib/random.hpp"
#include "lib/sim.hpp"

namespace {

using namespace xpike::tb;

std::uint32_t shift_left(std::uint32_t word, unsigned count) {
  return static_cast<std::uint32_t>((std::uint64_t{word} << count) % (std::uint64_t{1} << 32U));
}

// Written out from docs/numerics.md, section 2.
std::uint32_t base_state(std::uint32_t seed, std::uint32_t image, std::uint32_t layer,
                         std::uint32_t kind) {
  std::uint32_t h = 0x58504B31U ^ seed;
  for (const std::uint32_t word : {image, layer, kind}) {
    h ^= word;
    for (int round = 0; round < 2; ++round) {
      h ^= shift_left(h, 13);
      h ^= h >> 17U;
      h ^= shift_left(h, 5);
    }
  }
  return h == 0 ? 1 : h;
}

// The seed whose mix ends at 0. The mix is linear in the seed, up to a constant: eliminate for the
// seed bits whose columns cancel that constant.
std::uint32_t seed_of_zero(std::uint32_t image, std::uint32_t layer, std::uint32_t kind) {
  const std::uint32_t constant = base_state(0, image, layer, kind);
  std::vector<std::uint64_t> basis;  // column in the upper half, its seed bits in the lower
  for (unsigned b = 0; b < 32; ++b) {
    const std::uint32_t column = base_state(1U << b, image, layer, kind) ^ constant;
    std::uint64_t row = std::uint64_t{column} << 32U | (1U << b);
    for (const std::uint64_t pivot : basis) {
      row = std::min(row, row ^ pivot);
    }
    basis.push_back(row);
  }
  std::sort(basis.rbegin(), basis.rend());
  std::uint64_t wanted = std::uint64_t{constant} << 32U;
  for (const std::uint64_t pivot : basis) {
    wanted = std::min(wanted, wanted ^ pivot);
  }
  return static_cast<std::uint32_t>(wanted);
}

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

// Follows one run of `lanes` lanes; words may change meanwhile, starts are ignored.
template <class Model>
std::vector<std::uint32_t> states(Sim<Model>& sim, const Words& words, unsigned lanes,
                                  Random& random) {
  start(sim, words);
  std::vector<std::uint32_t> result;
  unsigned cycles = 0;
  for (; sim->busy_o != 0; ++cycles) {
    REQUIRE(cycles < lanes + 6);
    REQUIRE((sim->seed_we_o != 0) == (cycles >= 6));
    if (sim->seed_we_o != 0) {
      REQUIRE(sim->seed_lane_o == result.size());
      REQUIRE(sim->seed_kind_o == words.kind);
      result.push_back(sim->seed_state_o);
    }
    sim->start_i = random.chance(0.2) ? 1 : 0;
    sim->seed_i = static_cast<IData>(random.word());
    sim->layer_i = static_cast<CData>(random.bits(4));
    sim->kind_i = static_cast<CData>(random.bits(1));
    if (cycles == lanes + 5) {
      sim->start_i = 0;
    }
    sim.tick();
  }
  REQUIRE(cycles == lanes + 6);
  REQUIRE(sim->seed_we_o == 0);
  return result;
}

std::uint32_t jumped(std::uint32_t state) {
  LaneModel lane(state);
  for (std::uint32_t i = 0; i < 1U << 20U; ++i) {
    lane.step();
  }
  return lane.state();
}

// Number of linearly independent words.
unsigned rank(const std::vector<std::uint32_t>& words) {
  std::vector<std::uint32_t> basis;
  for (std::uint32_t word : words) {
    for (const std::uint32_t pivot : basis) {
      word = std::min(word, word ^ pivot);
    }
    if (word != 0) {
      basis.push_back(word);
    }
  }
  return static_cast<unsigned>(basis.size());
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

TEST_CASE("clear in the middle stops the writes, and the next start is whole", "[seeder]") {
  Sim<Vstream_seeder> sim;
  prepare(sim);
  Random random(4);
  for (std::uint64_t wait = 0; wait < 45; ++wait) {
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
