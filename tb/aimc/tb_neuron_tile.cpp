// SPDX-License-Identifier: Apache-2.0
// Neuron tile: spikes of whole tokens against the matrix model, with the membranes kept in between.
#include <Vneuron_tile_a.h>
#include <Vneuron_tile_b.h>

#include <catch2/catch.hpp>

#include "aimc/cell_checks.hpp"
#include "aimc/conversions.hpp"

using namespace xpike::tb;

namespace {

constexpr Shape shape_a{7, 5, 2, 2, 8, 7, 3, 1};
constexpr Shape shape_b{11, 4, 3, 6, 4, 4, 4, 1};  // one mux step of one cycle: forwarding

template <class Model>
struct TileBench : ConversionBench<Model> {
  using Base = ConversionBench<Model>;
  using Base::model, Base::random, Base::result, Base::sim;

  explicit TileBench(Shape shape) : Base(shape, shape.adc_cycles + 1) {
    result = {[this] { return sim->spike_valid_o != 0; },
              [this] { return int{sim->spike_step_o}; }};
    Base::before_conversion = [this] { sim->first_i = first ? 1 : 0; };
  }

  void token(int layer, int steps, double density, double stall, double pause) {
    for (int t = 0; t < steps; ++t) {
      first = t == 0;
      const Bits x = random_bits(random, model.shape().inputs, density);
      const Bits spikes = model.spikes(layer, x, first);
      Base::vector(layer, x, stall, pause, [this, spikes](int step) { check(spikes, step); });
      sim->first_i = random.chance(0.5) ? 1 : 0;  // sampled with conv_i only
    }
  }

  void check(const Bits& spikes, int step) {
    const Shape& shape = model.shape();
    for (int lane = 0; lane < shape.converters; ++lane) {
      const int column = step * shape.converters + lane;
      const bool spike = column < shape.outputs && spikes[static_cast<std::size_t>(column)] != 0;
      REQUIRE(get_bits(sim->spikes_o, static_cast<std::size_t>(lane)) == (spike ? 1U : 0U));
    }
  }

  bool first = false;
};

template <class Model>
void tokens(Shape shape) {
  TileBench<Model> bench(shape);
  for (int round = 0; round < 3; ++round) {
    bench.model.randomize(bench.random);
    program_parameters(bench.sim, bench.model);
    program_cells(bench.sim, bench.model);
    for (const double stall : {0.0, 0.4}) {
      for (int i = 0; i < 40; ++i) {
        bench.token(bench.random.between(0, shape.layers - 1), bench.random.between(1, 9),
                    bench.random.chance(0.2) ? 1.0 : 0.3, stall, stall);
      }
      bench.drain(stall);
    }
  }
}

template <class Model>
void clears(Shape shape) {
  TileBench<Model> bench(shape);
  bench.model.randomize(bench.random);
  program_parameters(bench.sim, bench.model);
  program_cells(bench.sim, bench.model);
  for (int round = 0; round < 20; ++round) {
    bench.token(0, 3, 0.3, 0.1, 0.1);
    bench.forget();
    if (round % 2 == 0) {
      bench.sim->clr_i = 1;
      bench.sim.tick();
      bench.sim->clr_i = 0;
    } else {
      bench.sim.reset();
      program_parameters(bench.sim, bench.model);
    }
    bench.drain();
  }
}

/// The tile has a number, and answers to it alone.
template <class Model>
void programming(Shape shape) {
  TileBench<Model> bench(shape);
  bench.model.randomize(bench.random);
  program_parameters(bench.sim, bench.model);
  program_cells(bench.sim, bench.model);
  read_cells(bench.sim, bench.model, bench.random, 100);
  access_elsewhere(bench.sim, bench.model, bench.random, 500);
  read_by_number(bench.sim, bench.model, bench.random);
  for (int i = 0; i < 10; ++i) bench.token(0, 4, 0.3, 0.0, 0.0);
  bench.drain();
}

}  // namespace

TEST_CASE("neuron tile spikes equal the model over tokens and layers", "[aimc]") {
  tokens<Vneuron_tile_a>(shape_a);
  tokens<Vneuron_tile_b>(shape_b);
}
TEST_CASE("neuron tile answers for its own cells only", "[aimc]") {
  programming<Vneuron_tile_a>(shape_a);
  programming<Vneuron_tile_b>(shape_b);
}
TEST_CASE("neuron tile starts afresh after clear and reset", "[aimc]") {
  clears<Vneuron_tile_a>(shape_a);
  clears<Vneuron_tile_b>(shape_b);
}
