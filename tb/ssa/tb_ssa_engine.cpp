// SPDX-License-Identifier: Apache-2.0
#include <Vssa_engine_nano.h>
#include <Vssa_engine_odd_a.h>
#include <Vssa_engine_odd_b.h>
#include <Vssa_engine_thin.h>

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

LayerRun random_layer(const EngineSize& size, Random& random) {
  LayerRun run;
  run.steps = random.between(1, size.steps);
  run.tokens = random.between(1, size.n);
  run.causal = random.chance(0.5);
  run.layer.k_s = random.between(0, log2_up(size.head_dim));
  run.layer.k_a = random.between(0, 8);
  run.layer.row_exponent = random.chance(0.4);
  run.layer.row_offset = random.between(-8, 7);
  run.density = random.chance(0.3) ? 0.9 : 0.4;
  return run;
}

void check_complete(const LayerResult& result, const LayerRun& run, const EngineSize& size) {
  const int columns = run.steps * size.head_dim;
  REQUIRE(result.mismatches == 0);
  REQUIRE(result.score_sets == run.steps);
  REQUIRE(result.columns == columns);
  REQUIRE(result.qk_reads == columns);
  REQUIRE(result.v_reads == columns);
  REQUIRE(result.score_draws == run.steps);
  REQUIRE(result.value_draws == columns);
  REQUIRE(result.gated_rows == result.gated_expected);
  REQUIRE(result.cycles == columns + size.head_dim + 3);
  REQUIRE(result.cycles <= columns + size.head_dim + 32);
}

}  // namespace

TEMPLATE_TEST_CASE("layers back to back equal the definition", "[ssa][engine]", Nano, OddA, OddB,
                   Thin) {
  const EngineSize size = TestType::size;
  EngineBench<typename TestType::Engine> bench(size, 1);
  Random random(2);
  for (int layer = 0; layer < 40; ++layer) {
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

TEMPLATE_TEST_CASE("full-scale layers: every cell hit in every column", "[ssa][engine]", Nano, OddA,
                   OddB, Thin) {
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

TEMPLATE_TEST_CASE("clear and reset in the middle leave a usable engine", "[ssa][engine]", Nano,
                   OddA, OddB, Thin) {
  const EngineSize size = TestType::size;
  EngineBench<typename TestType::Engine> bench(size, 4);
  Random random(5);
  for (int round = 0; round < 30; ++round) {
    bench.seed();
    LayerRun run = random_layer(size, random);
    run.steps = size.steps;
    const int whole = run.steps * size.head_dim + size.head_dim + 3;
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
