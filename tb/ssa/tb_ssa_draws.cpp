// SPDX-License-Identifier: Apache-2.0
// Random numbers of attention against lanes by definition: windows of the ring of bank S, numbers
// of the rows of bank A, and that only the lanes of their row block draw.
#include <Vssa_draws_long.h>
#include <Vssa_draws_odd.h>
#include <Vssa_draws_one.h>
#include <Vssa_draws_wide.h>

#include <catch2/catch.hpp>
#include <vector>

#include "lib/bits.hpp"
#include "lib/lane_model.hpp"
#include "lib/random.hpp"
#include "lib/sim.hpp"

using namespace xpike::tb;

namespace {

struct Shape {
  int tokens, tile, heads;
  int blocks() const { return (tokens + tile - 1) / tile; }
  int score_lanes() const { return (tokens + 3) / 4; }
  int number_bits() const { return tokens > 256 ? 16 : 8; }
  int value_lanes() const { return (tokens * number_bits() + 31) / 32; }
};
template <class Model>
constexpr Shape ShapeOf{10, 10, 2};
template <>
constexpr Shape ShapeOf<Vssa_draws_long>{32, 8, 2};
template <>
constexpr Shape ShapeOf<Vssa_draws_odd>{19, 8, 3};
template <>
constexpr Shape ShapeOf<Vssa_draws_wide>{261, 100, 2};

constexpr unsigned kLeapScore = 3;
constexpr unsigned kLeapValue = 5;

}  // namespace

TEMPLATE_TEST_CASE("blocks get their part of the banks", "[ssa][draws]", Vssa_draws_one,
                   Vssa_draws_long, Vssa_draws_odd, Vssa_draws_wide) {
  constexpr Shape s = ShapeOf<TestType>;
  const auto at = [](int index) { return static_cast<std::size_t>(index); };
  Sim<TestType> sim;
  Random random(51);
  sim->draw_score_i = sim->draw_value_i = sim->seed_we_i = 0;
  sim.reset();
  std::vector<LaneModel> score;
  std::vector<LaneModel> value;
  for (int lane = 0; lane < s.heads * (s.score_lanes() + s.value_lanes()); ++lane) {
    const auto state = static_cast<std::uint32_t>(random.word()) | 1U;
    const bool is_score = lane < s.heads * s.score_lanes();
    sim->seed_we_i = 1;
    sim->seed_lane_i = static_cast<SData>(lane);
    sim->seed_state_i = state;
    sim.tick();
    (is_score ? score : value).emplace_back(state, is_score ? kLeapScore : kLeapValue);
    (is_score ? score : value).back().draw();  // what is on offer
  }
  sim->seed_we_i = 0;
  const int window = s.blocks() > 1 ? 2 * s.tile : s.tile;
  for (int cycle = 0; cycle < 300; ++cycle) {
    const int row = random.between(0, s.blocks() - 1);
    const int key = random.between(0, s.blocks() - 1);
    const int value_row = random.between(0, s.blocks() - 1);
    sim->score_row_i = static_cast<CData>(row);
    sim->score_key_i = static_cast<CData>(key);
    sim->value_row_i = static_cast<CData>(value_row);
    sim->draw_score_i = random.chance(0.3);
    sim->draw_value_i = random.chance(0.6);
    sim.eval();
    for (int h = 0; h < s.heads; ++h) {
      for (int b = 0; b < window; ++b) {
        const int byte = ((row + key) * s.tile + b) % s.tokens;
        const std::uint32_t state = score[at(h * s.score_lanes() + byte / 4)].state();
        REQUIRE(get_bits(sim->score_bytes_o, at((h * window + b) * 8), 8) ==
                (state >> (8 * (byte % 4)) & 0xFFU));
      }
      for (int i = 0; i < s.tile && value_row * s.tile + i < s.tokens; ++i) {
        const int bit = (value_row * s.tile + i) * s.number_bits();
        const std::uint32_t state = value[at(h * s.value_lanes() + bit / 32)].state();
        REQUIRE(get_bits(sim->value_numbers_o, at((h * s.tile + i) * s.number_bits()),
                         at(s.number_bits())) ==
                (state >> (bit % 32) & ((1U << s.number_bits()) - 1)));
      }
    }
    if (sim->draw_score_i != 0) {
      for (LaneModel& lane : score) lane.draw();
    }
    for (int lane = 0; lane < s.heads * s.value_lanes() && sim->draw_value_i != 0; ++lane) {
      const int first = lane % s.value_lanes() * 32 / s.number_bits();  // its first row
      if (first / s.tile == value_row) value[at(lane)].draw();
    }
    sim.tick();
  }
}
