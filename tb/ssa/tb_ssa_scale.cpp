// SPDX-License-Identifier: Apache-2.0
// The largest tile, 256 tokens, 64 columns: correct, and how fast it simulates.
#include <Vssa_tile_256_64.h>

#include <catch2/catch.hpp>
#include <cstdio>
#include <ctime>

#include "ssa/tile_bench.hpp"

namespace {

using namespace xpike::tb;

constexpr int kTokens = 256;
constexpr int kColumns = 64;

// Word i of a vector port, whatever its width.
template <class Port>
void fill(Port& port, Random& random, double density) {
  for (std::size_t i = 0; i < sizeof(port) * 8; ++i) {
    set_bits(port, i, 1, random.chance(density) ? 1 : 0);
  }
}

}  // namespace

TEST_CASE("the tile of 256 tokens equals the definition", "[ssa][scale]") {
  TileBench<Vssa_tile_256_64> bench(kTokens, kColumns, 1);
  for (const int tokens : {256, 197}) {
    for (const bool causal : {false, true}) {
      TileCase test;
      test.steps = 2;
      test.tokens = tokens;
      test.causal = causal;
      test.layer = {6, 8, causal, 0};
      test.density_qk = 0.3;
      const TileResult result = bench.run(test);
      CHECK(result.mismatches == 0);
      CHECK(result.columns == 2 * kColumns);
      CHECK(result.output_ones > 0);
    }
  }
}

TEST_CASE("simulation speed of the tile of 256 tokens", "[ssa][scale]") {
  Sim<Vssa_tile_256_64> sim(100'000'000);
  Random random(2);
  sim->clr_i = 0;
  sim->causal_i = 0;
  sim->v_first_i = 1;
  sim->v_last_i = 1;
  sim->layer_i = LayerFields{6, 8, false, 0}.packed();
  sim.reset();
  fill(sim->queries_i, random, 1.0);
  fill(sim->keys_i, random, 1.0);
  fill(sim->bytes_s_i, random, 0.5);
  fill(sim->bytes_a_i, random, 0.5);
  sim->qk_valid_i = 1;
  sim->v_valid_i = 1;
  const std::clock_t begin = std::clock();  // CPU time: other work on the machine does not count
  double spent = 0.0;
  int cycles = 0;
  // New Q, K, V every fourth cycle keep the bench itself from dominating.
  for (; spent < 5.0; ++cycles) {
    if (cycles % 4 == 0) {
      fill(sim->q_i, random, 0.3);
      fill(sim->k_i, random, 0.3);
      fill(sim->v_i, random, 0.3);
    }
    sim->last_i = cycles % kColumns == kColumns - 1 ? 1 : 0;
    sim->load_i = sim->last_i;
    sim.tick();
    spent = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  }
  const double rate = cycles / spent;
  std::printf("tile 256 x 64: %.0f cycles/s, %.3g cell updates/s\n", rate,
              rate * kTokens * kTokens);
  CHECK(sim->a_valid_o == 1);
}
