// SPDX-License-Identifier: Apache-2.0
#include <Vssa_engine_long_2.h>
#include <Vssa_engine_long_3.h>
#include <Vssa_engine_long_4.h>
#include <Vssa_engine_nano.h>
#include <Vssa_engine_odd_a.h>
#include <Vssa_engine_odd_b.h>
#include <Vssa_engine_thin.h>
#include <Vssa_engine_wide.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "ssa/engine_bench.hpp"

namespace {

using namespace xpike::tb;

struct Nano {
  using Engine = Vssa_engine_nano;
  static constexpr EngineSize size{8, 2, 8, 4, 32, 32};
};
struct OddA {
  using Engine = Vssa_engine_odd_a;
  static constexpr EngineSize size{10, 3, 10, 5, 5, 17, 4};
};
struct OddB {
  using Engine = Vssa_engine_odd_b;
  static constexpr EngineSize size{21, 1, 6, 3, 31, 8};
};
// One column per head: every column is the last of its step.
struct Thin {
  using Engine = Vssa_engine_thin;
  static constexpr EngineSize size{3, 5, 1, 64, 1, 2, 32};
};
// Sequences of up to two, three and four tile sides, the last one not full or full; one column per
// head; and so long that bank A makes numbers of 16 bits.
struct Long2 {
  using Engine = Vssa_engine_long_2;
  static constexpr EngineSize size{7, 2, 3, 3, 3, 32, 1, 4};
};
struct Long3 {
  using Engine = Vssa_engine_long_3;
  static constexpr EngineSize size{20, 2, 1, 5, 32, 7, 2, 8};
};
struct Long4 {
  using Engine = Vssa_engine_long_4;
  static constexpr EngineSize size{32, 1, 8, 4, 32, 32, 1, 8};
};
struct Wide {
  using Engine = Vssa_engine_wide;
  static constexpr EngineSize size{261, 1, 2, 2, 32, 5, 4, 100};
};

#define EVERY_ENGINE Nano, OddA, OddB, Thin, Long2, Long3, Long4, Wide

LayerRun random_layer(const EngineSize& size, Random& random) {
  LayerRun run;
  run.steps = random.between(1, size.steps);
  // Around whole blocks as often as anywhere.
  run.tokens =
      random.chance(0.5)
          ? random.between(1, size.n)
          : std::clamp(random.between(1, 4) * size.tile + random.between(-1, 1), 1, size.n);
  run.causal = random.chance(0.5);
  run.layer.k_s = random.between(0, log2_up(size.head_dim));
  run.layer.k_a = random.between(0, size.n > 256 ? 10 : 8);
  run.layer.row_exponent = random.chance(0.4);
  run.layer.row_offset = random.between(-8, 7);
  run.density = random.chance(0.3) ? 0.9 : 0.4;
  return run;
}

void check_complete(const LayerResult& result, const LayerRun& run, const EngineSize& size) {
  const auto blocks = static_cast<int>(block_walk(run.tokens, size.tile, run.causal).size());
  const int columns = run.steps * block_count(run.tokens, size.tile) * size.head_dim;
  const int reads = run.steps * blocks * size.head_dim;
  CAPTURE(run.tokens, run.steps, run.causal, run.layer.k_s, run.layer.k_a, run.layer.row_exponent,
          run.layer.row_offset, run.density);
  REQUIRE(result.mismatches == 0);
  REQUIRE(result.score_sets == run.steps * blocks);
  REQUIRE(result.columns == columns);
  REQUIRE(result.qk_reads == reads);
  REQUIRE(result.v_reads == reads);
  REQUIRE(result.score_draws == run.steps);
  REQUIRE(result.value_draws == columns);
  REQUIRE(result.gated_rows == result.gated_expected);
  REQUIRE(result.cycles == reads + size.head_dim + 3);
  REQUIRE(result.cycles <= reads + size.head_dim + 32);
}

}  // namespace

TEMPLATE_TEST_CASE("layers back to back equal the definition", "[ssa][engine]", EVERY_ENGINE) {
  const EngineSize size = TestType::size;
  EngineBench<typename TestType::Engine> bench(size, 1);
  Random random(2);
  for (int layer = 0; layer < (size.n > 64 ? 12 : 40); ++layer) {
    // Lanes go on where they are if a layer is not seeded; the model does likewise.
    if (layer == 0 || random.chance(0.6)) {
      bench.seed();
    }
    const LayerRun run = random_layer(size, random);
    check_complete(bench.run(run), run, size);
    if (random.chance(0.3)) {
      bench.sim().tick(random.below(9));
    }
  }
}

TEMPLATE_TEST_CASE("full-scale layers: every cell hit in every column", "[ssa][engine]",
                   EVERY_ENGINE) {
  const EngineSize size = TestType::size;
  EngineBench<typename TestType::Engine> bench(size, 3);
  bench.seed();
  LayerRun run;
  run.steps = size.steps;
  run.tokens = size.n;
  run.density = 1.0;
  run.layer.k_s = 0;  // every score is 1
  run.layer.k_a = 0;
  const LayerResult result = bench.run(run);
  check_complete(result, run, size);
  CHECK(result.output_ones ==
        static_cast<std::uint64_t>(size.steps) * static_cast<std::uint64_t>(size.head_dim) *
            static_cast<std::uint64_t>(size.heads) * static_cast<std::uint64_t>(size.n));
}

TEMPLATE_TEST_CASE("clear and reset in the middle leave a usable engine", "[ssa][engine]",
                   EVERY_ENGINE) {
  const EngineSize size = TestType::size;
  EngineBench<typename TestType::Engine> bench(size, 4);
  Random random(5);
  for (int round = 0; round < (size.n > 64 ? 6 : 30); ++round) {
    bench.seed();
    LayerRun run = random_layer(size, random);
    run.steps = size.steps;
    const auto blocks = static_cast<int>(block_walk(run.tokens, size.tile, run.causal).size());
    const int whole = (run.steps * blocks + 1) * size.head_dim + 3;
    const LayerResult part = bench.run(run, random.between(1, whole));
    REQUIRE(part.mismatches == 0);
    if (random.chance(0.5)) {
      bench.sim()->clr_i = 1;
      bench.sim().tick();
      bench.sim()->clr_i = 0;
    } else {
      bench.sim().reset();
    }
    bench.sim().eval();
    REQUIRE(bench.sim()->busy_o == 0);
    REQUIRE(bench.sim()->a_valid_o == 0);
    REQUIRE(bench.sim()->qk_re_o == 0);
    REQUIRE(bench.sim()->v_re_o == 0);
    bench.seed();
    check_complete(bench.run(run), run, size);
  }
}

TEST_CASE("an engine without work keeps still", "[ssa][engine]") {
  EngineBench<Nano::Engine> bench(Nano::size, 6);
  bench.seed();
  LayerRun run;
  run.steps = 2;
  run.tokens = 8;
  run.layer = {3, 3, false, 0};
  check_complete(bench.run(run), run, Nano::size);
  auto& sim = bench.sim();
  sim.tick(2);
  const auto outputs = sim->a_o;
  const Bits scores = bench.scores();
  Random random(7);
  for (int cycle = 0; cycle < 50; ++cycle) {
    sim->q_i = static_cast<SData>(random.word());
    sim->k_i = static_cast<SData>(random.word());
    sim->v_i = static_cast<SData>(random.word());
    sim.tick();
    REQUIRE(sim->a_o == outputs);
    REQUIRE(bench.scores() == scores);
    REQUIRE(sim->draw_score_o + sim->draw_value_o + sim->gated_rows_o == 0);
  }
  // The lanes rested too: the model, which did not draw, still agrees.
  check_complete(bench.run(run), run, Nano::size);
}
