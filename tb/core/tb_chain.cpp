// SPDX-License-Identifier: Apache-2.0
// AIMC chain: whole inferences of random networks against the matrix model; pace; clear and reset.
#include <Vchain_a.h>
#include <Vchain_b.h>
#include <Vchain_c.h>
#include <Vchain_d.h>

#include "aimc/cell_checks.hpp"
#include "core/chain_bench.hpp"

using namespace xpike::tb;

namespace {

// See CMakeLists.txt; attention heads do not matter here.
template <class Model>
constexpr BuildShape ShapeOf{8, 1, 16, 32, 1, 4, 16, 4, 32, 16, 4, 1};  // configuration nano
template <>
constexpr BuildShape ShapeOf<Vchain_b>{5, 1, 12, 7, 3, 3, 9, 8, 5, 7, 3, 2};
template <>
constexpr BuildShape ShapeOf<Vchain_c>{3, 1, 6, 13, 2, 2, 3, 1, 4, 3, 3, 1};
template <>
constexpr BuildShape ShapeOf<Vchain_d>{256, 1, 2, 3, 16, 64, 2, 2, 2, 2, 2, 1};

template <class Model>
using Bench = ChainBench<Model, ShapeOf<Model>>;

}  // namespace

#define EVERY_SHAPE Vchain_a, Vchain_b, Vchain_c

TEMPLATE_TEST_CASE("chains compute what the matrices say, whatever gaps and stalls", "[chain]",
                   EVERY_SHAPE) {
  for (const auto& [gap, stall] : {std::pair{0.0, 0.0}, {0.6, 0.4}, {0.95, 0.9}}) {
    Bench<TestType> bench(gap, stall, 95);
    for (int network = 0; network < 4; ++network) {
      bench.program();
      for (int image = 0; image < 5; ++image) bench.run_inference(bench.random_settings());
    }
  }
}

TEMPLATE_TEST_CASE("a chain keeps its pace in every phase", "[chain]", EVERY_SHAPE) {
  Bench<TestType> bench(0.0, 0.0, 96);
  constexpr BuildShape shape = ShapeOf<TestType>;
  bench.program();
  ChainSettings settings = bench.random_settings();
  settings.ctrl.depth = shape.depth;
  settings.res1.assign(shape.depth, 0);
  settings.res2.assign(shape.depth, 0);
  for (const unsigned tokens : {1U, shape.tokens}) {
    settings.ctrl.n_tokens = tokens;
    settings.ctrl.steps = shape.steps;
    for (unsigned phase = 0; phase <= shape.depth; ++phase) {
      INFO("phase " << phase << ", " << tokens << " tokens");
      CHECK(bench.run_phase(settings, phase) <= bench.ideal_cycles(settings.ctrl, phase));
    }
    bench.read_result(settings);
  }
}

TEMPLATE_TEST_CASE("clear and reset end a phase anywhere, and the next inference is whole",
                   "[chain]", EVERY_SHAPE) {
  Bench<TestType> bench(0.2, 0.3, 97);
  bench.program();
  for (int round = 0; round < 30; ++round) {
    const ChainSettings settings = bench.random_settings();
    const auto broken = static_cast<unsigned>(bench.random.below(settings.ctrl.depth + 1));
    for (unsigned phase = 0; phase < broken; ++phase) bench.run_phase(settings, phase);
    bench.begin_phase(settings, broken);
    bench.sim.tick(bench.random.below(bench.ideal_cycles(settings.ctrl, broken)));
    bench.abandon(round % 2 == 0);
    CHECK(bench.sim->out_valid_o == 0);
    CHECK(bench.sim->sink_done_o == 0);
    bench.run_inference(bench.random_settings());
  }
}

TEMPLATE_TEST_CASE("every matrix answers for its own cells only", "[chain]", EVERY_SHAPE) {
  Bench<TestType> bench(0.0, 0.0, 98);
  bench.program();
  for (unsigned m = 0; m < 8; ++m) {
    read_cells(bench.sim, bench.model.matrix(m), bench.random, 100);
    access_elsewhere(bench.sim, bench.model.matrix(m), bench.random, 200, true);
  }
  bench.run_inference(bench.random_settings());
}

TEST_CASE("a chain of the most tokens, time steps and layers", "[chain]") {
  Bench<Vchain_d> bench(0.0, 0.0, 99);
  bench.program();
  ChainSettings settings = bench.random_settings();
  settings.res1.assign(16, 2);
  settings.res2.assign(16, 1);
  struct Size {
    unsigned tokens, steps, depth;
  };
  for (const Size& size : {Size{256, 64, 1}, Size{3, 2, 16}}) {
    settings.ctrl.n_tokens = size.tokens;
    settings.ctrl.steps = size.steps;
    settings.ctrl.depth = size.depth;
    bench.run_inference(settings);
  }
}
