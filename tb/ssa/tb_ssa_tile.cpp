// SPDX-License-Identifier: Apache-2.0
#include <Vssa_tile_12_5_2.h>
#include <Vssa_tile_1_1.h>
#include <Vssa_tile_21_6.h>
#include <Vssa_tile_4_1_3.h>
#include <Vssa_tile_5_1.h>
#include <Vssa_tile_64_37.h>
#include <Vssa_tile_8_8.h>
#include <Vssa_tile_8_8_4.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "ssa/tile_bench.hpp"

namespace {

using namespace xpike::tb;

template <class Model, int Tokens, int Columns, int BlockCount = 1>
struct Size {
  using Tile = Model;
  static constexpr int N = Tokens;
  static constexpr int HeadDim = Columns;
  static constexpr int Blocks = BlockCount;
};
using Tile1 = Size<Vssa_tile_1_1, 1, 1>;
using Tile5 = Size<Vssa_tile_5_1, 5, 1>;
using Tile8 = Size<Vssa_tile_8_8, 8, 8>;
using Tile21 = Size<Vssa_tile_21_6, 21, 6>;
using Tile64 = Size<Vssa_tile_64_37, 64, 37>;
// Sequences of two, three and four sides.
using Tile12x2 = Size<Vssa_tile_12_5_2, 12, 5, 2>;
using Tile4x3 = Size<Vssa_tile_4_1_3, 4, 1, 3>;
using Tile8x4 = Size<Vssa_tile_8_8_4, 8, 8, 4>;

#define EVERY_TILE Tile1, Tile5, Tile8, Tile21, Tile64, Tile12x2, Tile4x3, Tile8x4

template <class S>
TileCase whole() {
  TileCase test;
  test.tokens = S::Blocks * S::N;
  test.layer.k_s = log2_up(S::HeadDim);
  test.layer.k_a = log2_up(S::Blocks * S::N);
  return test;
}

template <class S>
std::uint64_t all_scores(int steps) {
  return static_cast<std::uint64_t>(steps) * S::N * S::N * S::Blocks * S::Blocks;
}

template <class S>
std::uint64_t all_outputs(int steps) {
  return static_cast<std::uint64_t>(steps) * S::N * S::Blocks * S::HeadDim;
}

}  // namespace

TEMPLATE_TEST_CASE("random steps equal the definition", "[ssa][tile]", EVERY_TILE) {
  using S = TestType;
  TileBench<typename S::Tile> bench(S::N, S::HeadDim, 1, S::Blocks);
  Random random(2);
  for (int round = 0; round < (S::N == 64 ? 12 : 60); ++round) {
    TileCase test = whole<S>();
    test.steps = random.between(1, 4);
    test.tokens = random.between(1, S::Blocks * S::N);
    test.causal = random.chance(0.5);
    test.layer.k_s = random.between(0, log2_up(S::HeadDim));
    test.layer.k_a = random.between(0, 8);
    test.layer.row_exponent = random.chance(0.5);
    test.layer.row_offset = random.between(-8, 7);
    test.density_qk = random.chance(0.3) ? 0.95 : 0.4;
    test.density_v = random.chance(0.3) ? 0.95 : 0.2;
    test.gap = random.chance(0.5) ? 0.0 : 0.4;
    const TileResult result = bench.run(test);
    REQUIRE(result.mismatches == 0);
    const int blocks = block_count(test.tokens, S::N);
    const auto visits = static_cast<int>(block_walk(test.tokens, S::N, test.causal).size());
    REQUIRE(result.score_sets == test.steps * visits);
    REQUIRE(result.columns == test.steps * blocks * S::HeadDim);
  }
}

TEMPLATE_TEST_CASE("all ones reach the full count and always spike", "[ssa][tile]", EVERY_TILE) {
  using S = TestType;
  TileBench<typename S::Tile> bench(S::N, S::HeadDim, 3, S::Blocks);
  TileCase test = whole<S>();
  test.density_qk = 1.0;
  test.density_v = 1.0;
  // All ones in the exponent's bits, or else the largest random number that both counts exceed.
  constexpr int tokens = S::Blocks * S::N;
  const int bits = std::max(log2_up(S::HeadDim), log2_up(tokens));
  const int smaller = std::min(tokens, S::HeadDim);
  test.random_byte = (1 << bits) - 1 < smaller ? (1 << bits) - 1 : smaller - 1;
  const TileResult result = bench.run(test);
  CHECK(result.mismatches == 0);
  CHECK(result.score_ones == all_scores<S>(test.steps));
  CHECK(result.output_ones == all_outputs<S>(test.steps));
}

TEMPLATE_TEST_CASE("no spikes, no scores and no outputs, even against random number 0",
                   "[ssa][tile]", EVERY_TILE) {
  using S = TestType;
  TileBench<typename S::Tile> bench(S::N, S::HeadDim, 4, S::Blocks);
  TileCase test = whole<S>();
  test.random_byte = 0;
  test.density_qk = 0.0;
  TileResult result = bench.run(test);
  CHECK(result.mismatches == 0);
  CHECK(result.score_ones == 0);
  CHECK(result.output_ones == 0);
  test.density_qk = 1.0;  // scores, but no values
  test.density_v = 0.0;
  result = bench.run(test);
  CHECK(result.mismatches == 0);
  CHECK(result.score_ones == all_scores<S>(test.steps));
  CHECK(result.output_ones == 0);
}

TEST_CASE("a count equal to the random number does not spike, one more does", "[ssa][tile]") {
  using S = Tile64;
  TileBench<S::Tile> bench(S::N, S::HeadDim, 5, S::Blocks);
  TileCase test = whole<S>();
  test.density_qk = 1.0;
  test.density_v = 1.0;
  test.random_byte = S::HeadDim;  // C = 37, r = 37
  TileResult result = bench.run(test);
  CHECK(result.mismatches == 0);
  CHECK(result.score_ones == 0);
  test.random_byte = S::HeadDim - 1;  // C = 37, r = 36; 64 keys against 36
  result = bench.run(test);
  CHECK(result.mismatches == 0);
  CHECK(result.score_ones == all_scores<S>(test.steps));
  CHECK(result.output_ones == all_outputs<S>(test.steps));
  test.random_byte = 63;  // r = 63, 64 keys only if every score is there: k_s = 0 makes it so
  test.layer.k_s = 0;
  result = bench.run(test);
  CHECK(result.mismatches == 0);
  CHECK(result.output_ones == all_outputs<S>(test.steps));
}

TEST_CASE("exponents smaller than the counts need saturate", "[ssa][tile]") {
  using S = Tile8;
  TileBench<S::Tile> bench(S::N, S::HeadDim, 6, S::Blocks);
  TileCase test = whole<S>();
  test.density_qk = 1.0;
  test.density_v = 1.0;
  for (int exponent = 0; exponent <= 3; ++exponent) {
    test.layer.k_s = exponent;
    test.layer.k_a = exponent;
    const TileResult result = bench.run(test);
    CHECK(result.mismatches == 0);
    CHECK(result.score_ones == all_scores<S>(test.steps));
    CHECK(result.output_ones == all_outputs<S>(test.steps));
  }
}

TEST_CASE("the causal tile sees exactly the keys up to the row", "[ssa][tile]") {
  using S = Tile21;
  TileBench<S::Tile> bench(S::N, S::HeadDim, 7, S::Blocks);
  TileCase test = whole<S>();
  test.causal = true;
  test.density_qk = 1.0;
  test.random_byte = 0;
  const TileResult result = bench.run(test);
  CHECK(result.mismatches == 0);
  CHECK(result.score_ones == 3U * 21U * 22U / 2U);
}

TEST_CASE("clear drops columns on their way", "[ssa][tile]") {
  Sim<Vssa_tile_8_8> sim;
  sim->qk_valid_i = 0;
  sim->load_i = 0;
  sim->last_i = 0;
  sim->clr_i = 0;
  sim.reset();
  for (const int wait : {0, 1}) {
    sim->v_valid_i = 1;
    sim.tick();
    sim->v_valid_i = 0;
    sim.tick(static_cast<std::uint64_t>(wait));
    CHECK(sim->a_valid_o == wait);
    sim->clr_i = 1;
    sim.tick();
    sim->clr_i = 0;
    for (int cycle = 0; cycle < 4; ++cycle) {
      CHECK(sim->a_valid_o == 0);
      sim.tick();
    }
  }
}
