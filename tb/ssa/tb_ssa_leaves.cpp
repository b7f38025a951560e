// SPDX-License-Identifier: Apache-2.0
// One row of the attention tile by itself, and the walk over columns.
#include <Vssa_cursor_13_1_1.h>
#include <Vssa_cursor_1_1_1.h>
#include <Vssa_cursor_1_3_1.h>
#include <Vssa_cursor_256_1_1.h>
#include <Vssa_cursor_3_4_1.h>
#include <Vssa_cursor_4_3_0.h>
#include <Vssa_cursor_5_2_1.h>
#include <Vssa_row_10_4_3.h>
#include <Vssa_row_1_1_0.h>
#include <Vssa_row_256_8_200.h>
#include <Vssa_row_37_6_36.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>
#include <vector>

#include "lib/bits.hpp"
#include "lib/random.hpp"
#include "lib/sim.hpp"
#include "ssa/attention_model.hpp"
#include "ssa/block_walk.hpp"

using namespace xpike::tb;

namespace {

struct Walk {
  int columns, blocks;
  bool square;
};
template <class Model>
constexpr Walk WalkOf{1, 1, true};
template <>
constexpr Walk WalkOf<Vssa_cursor_13_1_1>{13, 1, true};
template <>
constexpr Walk WalkOf<Vssa_cursor_256_1_1>{256, 1, true};
template <>
constexpr Walk WalkOf<Vssa_cursor_5_2_1>{5, 2, true};
template <>
constexpr Walk WalkOf<Vssa_cursor_1_3_1>{1, 3, true};
template <>
constexpr Walk WalkOf<Vssa_cursor_3_4_1>{3, 4, true};
template <>
constexpr Walk WalkOf<Vssa_cursor_4_3_0>{4, 3, false};

struct Row {
  unsigned cells, planes, number;
};
template <class Model>
constexpr Row RowOf{1, 1, 0};
template <>
constexpr Row RowOf<Vssa_row_10_4_3>{10, 4, 3};
template <>
constexpr Row RowOf<Vssa_row_37_6_36>{37, 6, 36};
template <>
constexpr Row RowOf<Vssa_row_256_8_200>{256, 8, 200};

template <class Port>
std::vector<bool> drive_bits(Port& port, unsigned count, double density, Random& random) {
  std::vector<bool> bits(count);
  for (unsigned i = 0; i < count; ++i) {
    bits[i] = random.chance(density);
    set_bits(port, i, 1, bits[i]);
  }
  return bits;
}

}  // namespace

TEMPLATE_TEST_CASE("a walk visits every column of every block of every step once", "[ssa]",
                   Vssa_cursor_1_1_1, Vssa_cursor_13_1_1, Vssa_cursor_256_1_1, Vssa_cursor_5_2_1,
                   Vssa_cursor_1_3_1, Vssa_cursor_3_4_1, Vssa_cursor_4_3_0) {
  constexpr Walk shape = WalkOf<TestType>;
  Sim<TestType> sim;
  Random random(90);
  sim->clr_i = 0;
  sim->start_i = 0;
  sim->advance_i = 1;
  sim.reset();
  for (int round = 0; round < 60; ++round) {
    const int steps = random.between(1, round % 4 == 0 ? 64 : 5);
    const int blocks = random.between(1, shape.blocks);
    const bool causal = random.chance(0.5);
    std::vector<Block> walk = block_walk(blocks, 1, causal);
    if (!shape.square) std::erase_if(walk, [](const Block& block) { return !block.first; });
    const auto visits = static_cast<int>(walk.size());
    sim->steps_i = static_cast<CData>(steps);
    sim->last_block_i = static_cast<CData>(blocks - 1);
    sim->causal_i = causal;
    sim->start_i = 1;
    REQUIRE(sim->active_o == 0);
    sim.tick();
    sim->start_i = 0;
    const bool broken = round % 3 == 2;
    const int whole = steps * visits * shape.columns;
    const int end = broken ? random.between(0, whole - 1) : whole;
    const double pause = round % 2 == 0 ? 0.0 : 0.4;
    for (int i = 0; i < end;) {
      const int visit = i / shape.columns;
      const Block& block = walk[static_cast<std::size_t>(visit % visits)];
      sim->advance_i = !random.chance(pause);
      sim.eval();
      REQUIRE(sim->active_o == 1);
      REQUIRE(sim->step_o == visit / visits);
      REQUIRE(sim->row_o == block.row);
      REQUIRE(sim->key_o == block.key);
      REQUIRE(sim->col_o == i % shape.columns);
      REQUIRE(sim->first_col_o == (i % shape.columns == 0));
      REQUIRE(sim->last_col_o == (i % shape.columns == shape.columns - 1));
      REQUIRE(sim->last_key_o == (block.last || !shape.square));
      REQUIRE(sim->last_block_o == (visit % visits == visits - 1));
      REQUIRE(sim->last_step_o == (visit / visits == steps - 1));
      i += sim->advance_i;
      sim.tick();
    }
    if (broken && round % 2 == 0) {
      sim->clr_i = 1;
      sim->start_i = random.chance(0.5);  // clear wins
      sim.tick();
      sim->clr_i = 0;
      sim->start_i = 0;
    } else if (broken) {
      sim.reset();
    }
    for (int i = 0; i < 3; ++i) {
      REQUIRE(sim->active_o == 0);
      REQUIRE(sim->first_col_o == 0);
      REQUIRE(sim->last_col_o == 0);
      sim.tick();
    }
  }
}

// docs/numerics.md, section 7: S = C > r, C the hits of a cell in one step; a = sum > (byte &
// mask).
TEMPLATE_TEST_CASE("a row compares hits and sums with its random numbers", "[ssa]", Vssa_row_1_1_0,
                   Vssa_row_10_4_3, Vssa_row_37_6_36, Vssa_row_256_8_200) {
  constexpr Row shape = RowOf<TestType>;
  Sim<TestType> sim;
  Random random(91);
  std::vector<unsigned> hits(shape.cells);
  std::vector<unsigned> limits(shape.cells);
  std::vector<bool> scores(shape.cells);
  bool scored = false;  // a step has been completed
  unsigned sum = 0;
  bool summed = false;
  bool spike = false;
  bool compared = false;

  const auto load = [&](bool now) {
    sim->load_i = now;
    const auto kind = random.below(4);  // all limits 0, all full, or anything
    for (unsigned cell = 0; cell < shape.cells; ++cell) {
      const unsigned full = (1U << shape.planes) - 1;
      const auto limit = static_cast<unsigned>(kind == 0   ? 0
                                               : kind == 1 ? full
                                                           : random.bits(shape.planes));
      for (unsigned p = 0; p < shape.planes; ++p) {
        // The random number of key j has index (row + j) mod N.
        const unsigned position = (shape.number + cell) % shape.cells;
        set_bits(sim->planes_i, p * shape.cells + position, 1, limit >> p & 1U);
      }
      if (now) {
        limits[cell] = limit;
        hits[cell] = 0;
      }
    }
  };

  load(true);
  sim->count_i = sim->last_i = sim->v_valid_i = sim->compare_i = 0;
  sim.tick();
  bool causal = false;
  for (int step = 0; step < 60; ++step) {
    causal = step % 5 == 4;
    sim->causal_i = causal;
    // Full count: as many columns as a plane counter can hold.
    const int columns = step % 8 == 0 ? 1 << shape.planes : random.between(1, 20);
    const double density = step % 4 == 0 ? 1.0 : 0.5;
    for (int d = 0; d < columns; ++d) {
      const bool count = density == 1.0 || random.chance(0.6);
      const bool last = d == columns - 1;
      const auto keys = drive_bits(sim->k_i, shape.cells, density, random);
      sim->count_i = count;
      sim->last_i = last;
      for (unsigned cell = 0; cell < shape.cells && count; ++cell)
        hits[cell] += keys[cell] && (!causal || cell <= shape.number) ? 1U : 0U;
      std::vector<bool> next_scores = scores;
      for (unsigned cell = 0; cell < shape.cells && last; ++cell) {
        next_scores[cell] = hits[cell] > limits[cell];
      }
      load(last);  // the numbers of the next step come with the last column

      // Outputs, at the same time: sum of a V column, compared one cycle later.
      const bool compare = summed && random.chance(0.8);
      const auto byte = static_cast<unsigned>(random.bits(8));
      const auto exponent = static_cast<unsigned>(random.below(9));
      sim->compare_i = compare;
      sim->bytes_a_i = static_cast<CData>(byte);
      // The exponent itself, or one from the keys that the row sees and an offset; k_s and the
      // residual codes do not matter.
      const bool from_row = random.chance(0.5);
      const int offset = random.between(-8, 7);
      unsigned visible = 0;
      while ((1U << visible) < shape.number + 1) ++visible;
      const int row_exponent = std::clamp(static_cast<int>(visible) + offset, 0, 8);
      sim->layer_i =
          LayerFields{random.between(0, 15), static_cast<int>(exponent), from_row, offset}.packed(
              static_cast<unsigned>(random.bits(4)));
      const unsigned used = from_row ? static_cast<unsigned>(row_exponent) : exponent;
      if (compare) {
        spike = sum > byte % (1U << used);
        compared = true;
      }
      const bool weigh = scored && random.chance(0.7);
      const auto values = drive_bits(sim->v_i, shape.cells, density, random);
      sim->v_valid_i = weigh;
      if (weigh) {
        sum = 0;
        for (unsigned cell = 0; cell < shape.cells; ++cell) {
          sum += scores[cell] && values[cell] ? 1U : 0U;
        }
        summed = true;
      }
      sim.tick();
      scores = next_scores;
      scored = scored || last;
      for (unsigned cell = 0; cell < shape.cells && scored; ++cell) {
        REQUIRE((get_bits(sim->s_o, cell) != 0) == scores[cell]);
      }
      if (compared) REQUIRE((sim->a_o != 0) == spike);
    }
  }
}
