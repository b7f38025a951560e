// SPDX-License-Identifier: Apache-2.0
// Row block: sums, parameters and programming against the matrix model.
#include <Vrow_block_a.h>
#include <Vrow_block_b.h>

#include <catch2/catch.hpp>

#include "aimc/conversions.hpp"

using namespace xpike::tb;

namespace {

// One row block is the whole matrix here, so that its number is a free choice; see CMakeLists.txt.
constexpr Shape shape_a{13, 5, 3, 5, 5, 6, 4, 2};
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
  for (int round = 0; round < 4; ++round) {
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

  const CellAccess good{.target = {static_cast<unsigned>(shape.matrix), 0, 0, 0}, .data = {1, 2}};
  std::vector<CellAccess> bad(6, good);
  bad[0].target.matrix ^= 1U;
  bad[1].target.row_block += 1;
  bad[2].target.layer = static_cast<unsigned>(shape.layers);
  bad[3].target.array = static_cast<unsigned>(shape.arrays());
  bad[4].row = static_cast<unsigned>(shape.rows);
  bad[5].col = static_cast<unsigned>(shape.cols);
  for (CellAccess access : bad) {
    access.write = true;
    access_cell(sim, access);
    access.write = false;
    access.read = true;
    access_cell(sim, access);
    CHECK(sim->cell_rvalid_o == 0);
    CHECK(sim->cell_rdata_o == 0);
  }
  for (std::size_t i = 0; i < 3; ++i) {
    write_par(sim, {.target = bad[i].target,
                    .neuron = true,
                    .converter = true,
                    .threshold = 99,
                    .bias = 99,
                    .gain = 99,
                    .shift = 3});
  }
  write_par(sim, {.target = good.target,
                  .neuron = true,
                  .column = static_cast<unsigned>(shape.outputs),
                  .threshold = 99,
                  .bias = 99});

  for (int layer = 0; layer < shape.layers; ++layer) {
    for (int out = 0; out < shape.outputs; ++out) {
      for (int in = 0; in < shape.inputs; ++in) {
        CellAccess access = cell_of(bench.model, layer, out, in);
        access.read = true;
        access_cell(sim, access);
        REQUIRE(sim->cell_rvalid_o == 1);
        REQUIRE(sim->cell_rdata_o == (access.data.plus << 13U | access.data.minus));
        if (bench.random.chance(0.2)) {
          sim.tick();
          REQUIRE(sim->cell_rvalid_o == 0);
          REQUIRE(sim->cell_rdata_o == 0);
        }
      }
    }
  }
  bench.run(30, 0.0, 0.0);
}

}  // namespace

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
