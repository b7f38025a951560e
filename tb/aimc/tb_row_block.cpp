// SPDX-License-Identifier: Apache-2.0
// Row block: sums, parameters and programming against the matrix model.
#include <Vrow_block_a.h>
#include <Vrow_block_b.h>
#include <Vrow_block_c.h>

#include <catch2/catch.hpp>

#include "aimc/calibration_checks.hpp"
#include "aimc/cell_checks.hpp"
#include "aimc/conversions.hpp"

using namespace xpike::tb;

namespace {

// One row block is the whole matrix here, so that its number is a free choice; see CMakeLists.txt.
constexpr Shape shape_a{13, 5, 11, 5, 5, 6, 4, 2};
constexpr Shape shape_b{16, 6, 1, 7, 16, 6, 6, 1};

template <class Model>
struct RowBlockBench : ConversionBench<Model> {
  using Base = ConversionBench<Model>;
  using Base::model, Base::random, Base::result, Base::sim;

  RowBlockBench(Shape shape, bool thresholds)
      : Base(shape, shape.adc_cycles), has_thresholds(thresholds) {
    result = {[this] { return sim->sum_valid_o != 0; }, [this] { return int{sim->sum_step_o}; }};
  }

  void vector(int layer, const Bits& x, double stall, double pause) {
    Base::vector(layer, x, stall, pause, [this, layer, x](int step) { check(layer, x, step); });
  }

  void check(int layer, const Bits& x, int step) {
    const Shape& shape = model.shape();
    for (int lane = 0; lane < shape.converters; ++lane) {
      const int column = step * shape.converters + lane;
      const auto at = static_cast<std::size_t>(lane);
      const bool used = column < shape.outputs;
      const int current = used ? 4 * model.code_sum(layer, column, x) : 0;
      REQUIRE(get_bits(sim->current_o, at * 16, 16) ==
              (static_cast<std::uint64_t>(current) & 0xFFFFU));
      if (used) {
        const Neuron neuron = model.neuron(layer, column);
        REQUIRE(get_bits(sim->bias_o, at * 12, 12) ==
                (static_cast<std::uint64_t>(neuron.bias) & 0xFFFU));
        REQUIRE(get_bits(sim->threshold_o, at * 11, 11) ==
                (has_thresholds ? static_cast<std::uint64_t>(neuron.threshold) : 0U));
      }
    }
  }

  void run(int vectors, double stall, double pause) {
    for (int i = 0; i < vectors; ++i) {
      vector(random.between(0, model.shape().layers - 1),
             random_bits(random, model.shape().inputs, 0.3), stall, pause);
    }
    this->drain(stall);
  }

  bool has_thresholds;
};

template <class Model>
void sums(Shape shape, bool thresholds) {
  RowBlockBench<Model> bench(shape, thresholds);
  for (int round = 0; round < 12; ++round) {
    bench.model.randomize(bench.random);
    program_parameters(bench.sim, bench.model);
    program_cells(bench.sim, bench.model);
    bench.run(60, 0.0, 0.0);
    bench.run(60, 0.4, 0.4);
  }
}

template <class Model>
void clear_and_reset(Shape shape, bool thresholds) {
  RowBlockBench<Model> bench(shape, thresholds);
  bench.model.randomize(bench.random);
  program_parameters(bench.sim, bench.model);
  program_cells(bench.sim, bench.model);
  for (int round = 0; round < 20; ++round) {
    bench.vector(0, random_bits(bench.random, shape.inputs, 0.5), 0.0, 0.0);
    bench.forget();
    if (round % 2 == 0) {
      bench.sim->en_i = bench.random.chance(0.5) ? 1 : 0;  // clear does not wait for the enable
      bench.sim->clr_i = 1;
      bench.sim.tick();
      bench.sim->clr_i = 0;
    } else {
      bench.sim.reset();
      for (int layer = 0; layer < shape.layers; ++layer) {
        bench.model.converter(layer, 0) = Converter{};  // the reset setting
      }
    }
    bench.drain();
    bench.run(5, 0.2, 0.2);
  }
}

/// Reads answer one cycle later, only for cells that exist; accesses elsewhere change nothing.
template <class Model>
void programming(Shape shape, bool thresholds) {
  RowBlockBench<Model> bench(shape, thresholds);
  auto& sim = bench.sim;
  bench.model.randomize(bench.random);
  program_parameters(sim, bench.model);
  program_cells(sim, bench.model);

  access_elsewhere(sim, bench.model, bench.random, 1000);
  read_cells(sim, bench.model, bench.random, 1000);
  read_by_number(sim, bench.model, bench.random);
  bench.run(30, 0.0, 0.0);
}

/// Vectors of a calibration pass, neuron vectors between them, in any order: each gets what is its.
template <class Model>
void calibration(Shape shape, bool thresholds) {
  RowBlockBench<Model> bench(shape, thresholds);
  auto& model = bench.model;
  auto& sim = bench.sim;
  auto& random = bench.random;
  for (int round = 0; round < 20; ++round) {
    if (round % 5 == 0) {
      model.randomize(random);
      program_parameters(sim, model);
      program_cells(sim, model);
    }
    std::uint32_t expected = 0;
    for (int k = 0; k < 10; ++k) {
      const int layer = random.between(0, shape.layers - 1);
      const Bits x = random_bits(random, shape.inputs, random.chance(0.2) ? 1.0 : 0.3);
      bench.measure(layer, x, 0.3, 0.3);
      expected += magnitudes(model, layer, 0, x);
      if (random.chance(0.3)) bench.run(2, 0.2, 0.2);
    }
    bench.drain(0.3);
    sim.tick(2);
    // Foreign reads change nothing; the layer of an own one does not matter, if it exists.
    Target target = target_of(model, random.between(0, shape.layers - 1), 0);
    for (Target other = target; auto* field : {&other.matrix, &other.row_block}) {
      *field ^= 1U;
      ask_calibration(sim, {.target = other, .high = true, .read = true});
      REQUIRE(sim->cell_rvalid_o == 0);
      other = target;
    }
    if (round % 4 == 3) {
      sim->clr_i = 1;
      sim.tick();
      sim->clr_i = 0;
      expected = 0;
    }
    REQUIRE(read_sum(sim, target) == expected);
    REQUIRE(read_sum(sim, target) == 0);
    // A gain of the pass, to this row block or, in a head, to every one.
    const bool broadcast = round % 2 == 0;
    if (broadcast) sim->matrix_i = 7;
    target.matrix = broadcast ? 7 : target.matrix;
    target.row_block = broadcast ? static_cast<unsigned>(random.bits(8)) : 0;
    const unsigned gain = 1 + static_cast<unsigned>(random.below(65535));
    ask_calibration(sim, {.target = target, .gain = gain, .gain_write = true});
    model.converter(static_cast<int>(target.layer), 0).gain = gain;
    target.matrix ^= 1U;
    ask_calibration(sim, {.target = target, .gain = 1, .gain_write = true});
    sim->matrix_i = static_cast<CData>(shape.matrix);
    bench.run(10, 0.0, 0.0);
  }
}

/// Without it, a calibration port asks in vain.
void no_calibration(Shape shape) {
  RowBlockBench<Vrow_block_c> bench(shape, true);
  bench.model.randomize(bench.random);
  program_parameters(bench.sim, bench.model);
  program_cells(bench.sim, bench.model);
  const Target target = target_of(bench.model, 0, 0);
  for (const bool gain : {true, false}) {
    ask_calibration(bench.sim, {.target = target, .gain = 1, .gain_write = gain, .read = !gain});
    CHECK(bench.sim->cell_rvalid_o == 0);
  }
  bench.run(30, 0.2, 0.2);
}

}  // namespace

TEST_CASE("row block measures for a calibration pass", "[aimc][calibration]") {
  calibration<Vrow_block_a>(shape_a, true);
  calibration<Vrow_block_b>(shape_b, false);
  no_calibration(shape_a);
}
TEST_CASE("row block sums and parameters equal the model", "[aimc]") {
  sums<Vrow_block_a>(shape_a, true);
  sums<Vrow_block_b>(shape_b, false);
}
TEST_CASE("row block forgets on clear and reset, but keeps conductances", "[aimc]") {
  clear_and_reset<Vrow_block_a>(shape_a, true);
  clear_and_reset<Vrow_block_b>(shape_b, false);
}
TEST_CASE("row block answers for its own cells only", "[aimc]") {
  programming<Vrow_block_a>(shape_a, true);
  programming<Vrow_block_b>(shape_b, false);
}
