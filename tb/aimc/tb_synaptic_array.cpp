// SPDX-License-Identifier: Apache-2.0
// Both models of the synaptic array against an expectation computed here.
#include <Varray_pair_a.h>
#include <Varray_pair_b.h>
#include <Varray_pair_c.h>

#include <catch2/catch.hpp>

#include "aimc/matrix_model.hpp"
#include "dpi/synaptic_array.hpp"
#include "lib/sim.hpp"

using namespace xpike::tb;

namespace {

/// One array is a matrix with a single row block and a single layer.
template <class Model>
struct ArrayBench {
  explicit ArrayBench(Shape build) : shape(build), model(build) { sim.reset(); }

  void write(int row, int col, Devices cell) {
    sim->prog_we_i = 1;
    sim->prog_row_i = static_cast<CData>(row);
    sim->prog_col_i = static_cast<CData>(col);
    sim->prog_data_i = cell.plus << 13U | cell.minus;
    sim.tick();
    sim->prog_we_i = 0;
  }

  void program() {
    for (int row = 0; row < shape.rows; ++row) {
      for (int col = 0; col < shape.cols; ++col) {
        write(row, col, model.devices(0, col, row));
      }
    }
  }

  void read(int row, int col) {
    sim->prog_re_i = 1;
    sim->prog_row_i = static_cast<CData>(row);
    sim->prog_col_i = static_cast<CData>(col);
    sim.tick();
    sim->prog_re_i = 0;
  }

  std::vector<int> codes(const Bits& x, int step) const {
    std::vector<int> result;
    for (int lane = 0; lane < shape.converters; ++lane) {
      const int col = step * shape.converters + lane;
      result.push_back(col < shape.cols ? model.code_sum(0, col, x) : 0);
    }
    return result;
  }

  void check_codes(const std::vector<int>& expected) {
    for (std::size_t lane = 0; lane < expected.size(); ++lane) {
      const auto code = static_cast<std::uint64_t>(expected[lane]) & 0x1FU;
      REQUIRE(get_bits(sim->kernel_code_o, lane * 5, 5) == code);
      REQUIRE(get_bits(sim->twin_code_o, lane * 5, 5) == code);
    }
  }

  /// One enabled clock edge after a random number of disabled ones, which must change nothing.
  void enabled_tick(double stall) {
    while (random.chance(stall)) {
      sim->en_i = 0;
      sim.tick();
      check_codes(shown);
    }
    sim->en_i = 1;
    sim.tick();
  }

  /// All mux steps of one input; codes must appear at the last edge of a conversion and hold.
  void convert(const Bits& x, double stall = 0.0, int pause = 0) {
    set_vector(sim->x_i, x);
    sim->shift_i = static_cast<CData>(model.converter(0, 0).shift);
    sim->gain_i = static_cast<SData>(model.converter(0, 0).gain);
    for (int step = 0; step < shape.mux_steps(); ++step) {
      sim->step_i = static_cast<CData>(step);
      for (int cycle = 0; cycle < shape.adc_cycles + pause; ++cycle) {
        sim->conv_i = cycle == 0 ? 1 : 0;
        enabled_tick(stall);
        if (cycle == shape.adc_cycles - 1) {
          shown = codes(x, step);
        }
        check_codes(shown);
      }
    }
    sim->conv_i = 0;
  }

  Shape shape;
  MatrixModel model;
  Sim<Model> sim{2'000'000};
  Random random{7};
  std::vector<int> shown = std::vector<int>(static_cast<std::size_t>(shape.converters), 0);
};

// rows, columns, converters, cycles; see CMakeLists.txt.
constexpr Shape shape_a{5, 6, 1, 0, 5, 6, 4, 3};
constexpr Shape shape_b{33, 16, 1, 0, 33, 16, 16, 1};
constexpr Shape shape_c{70, 37, 1, 0, 70, 37, 18, 2};

template <class Model>
void random_arrays(Shape shape) {
  ArrayBench<Model> bench(shape);
  for (int round = 0; round < 6; ++round) {
    bench.model.randomize(bench.random);
    bench.program();
    for (unsigned shift = 0; shift < 8; ++shift) {
      for (const unsigned gain :
           {1U, 256U, 65535U, 1U + static_cast<unsigned>(bench.random.below(65535))}) {
        bench.model.converter(0, 0) = {shift, gain};
        for (const double density : {0.0, 0.2, 0.6, 1.0}) {
          bench.convert(random_bits(bench.random, shape.rows, density), round == 0 ? 0.3 : 0.0,
                        round == 1 ? 2 : 0);
        }
      }
    }
  }
}

template <class Model>
void extreme_arrays(Shape shape) {
  ArrayBench<Model> bench(shape);
  const Bits ones(static_cast<std::size_t>(shape.rows), 1);
  const Bits zeros(static_cast<std::size_t>(shape.rows), 0);
  bench.convert(ones);  // power-up: every conductance is 0
  for (const Devices cell : {Devices{8191, 0}, Devices{0, 8191}, Devices{8191, 8191}}) {
    for (int row = 0; row < shape.rows; ++row) {
      for (int col = 0; col < shape.cols; ++col) {
        bench.model.devices(0, col, row) = cell;
      }
    }
    bench.program();
    for (const Converter setting : {Converter{0, 65535}, Converter{7, 1}, Converter{7, 256}}) {
      bench.model.converter(0, 0) = setting;
      bench.convert(ones);
      bench.convert(zeros);
    }
  }
}

/// Sums at and beside every rounding boundary, both signs: column c holds one offset, row 0 the
/// sum.
template <class Model>
void rounding(Shape shape) {
  ArrayBench<Model> bench(shape);
  Bits x(static_cast<std::size_t>(shape.rows), 0);
  x[0] = 1;
  for (unsigned shift = 0; shift < 5; ++shift) {
    bench.model.converter(0, 0) = {shift, 256};
    for (int code = -17; code <= 16; ++code) {
      for (int col = 0; col < shape.cols; ++col) {
        const int boundary = (2 * code + 1) * (1 << (shift + 7));
        const int sum = std::clamp(boundary + col % 3 - 1, -8191, 8191);
        bench.model.devices(0, col, 0) = {static_cast<unsigned>(std::max(sum, 0)),
                                          static_cast<unsigned>(std::max(-sum, 0))};
        bench.write(0, col, bench.model.devices(0, col, 0));
      }
      bench.convert(x);
    }
  }
}

template <class Model>
void programming(Shape shape) {
  ArrayBench<Model> bench(shape);
  bench.model.randomize(bench.random);
  bench.program();
  const auto check_all = [&] {
    for (int i = 0; i < 200; ++i) {
      const auto row = static_cast<int>(bench.random.below(static_cast<std::uint64_t>(shape.rows)));
      const auto col = static_cast<int>(bench.random.below(static_cast<std::uint64_t>(shape.cols)));
      const Devices cell = bench.model.devices(0, col, row);
      bench.read(row, col);
      for (int hold = 0; hold < 3; ++hold) {
        REQUIRE(bench.sim->kernel_data_o == (cell.plus << 13U | cell.minus));
        REQUIRE(bench.sim->twin_data_o == (cell.plus << 13U | cell.minus));
        bench.sim.tick();
      }
    }
  };
  check_all();

  // Reset in the middle of a conversion: codes go to 0, conductances stay.
  const Bits x = random_bits(bench.random, shape.rows, 0.5);
  bench.convert(x);
  bench.sim->conv_i = 1;
  bench.sim->step_i = 0;
  bench.sim.tick();
  bench.sim->conv_i = 0;
  bench.sim.reset();
  bench.shown.assign(bench.shown.size(), 0);
  for (int i = 0; i < 2 * shape.adc_cycles; ++i) {
    bench.sim.tick();
    bench.check_codes(bench.shown);
  }
  check_all();
  bench.convert(x);

  // Cells that do not exist are reported, and change nothing.
  VerilatedContext* const context = bench.sim->contextp();
  context->errorLimit(1000);
  const int before = context->errorCount();
  bench.write(shape.rows, 0, {1, 2});
  bench.write(0, shape.cols, {1, 2});
  CHECK(context->errorCount() == before + 4);  // two models
  bench.read(shape.rows, shape.cols);
  CHECK(context->errorCount() == before + 6);
  CHECK(bench.sim->kernel_data_o == 0);
  CHECK(bench.sim->twin_data_o == 0);
  check_all();
  bench.convert(x);
}

}  // namespace

#define FOR_EVERY_SHAPE(run)   \
  run<Varray_pair_a>(shape_a); \
  run<Varray_pair_b>(shape_b); \
  run<Varray_pair_c>(shape_c)

TEST_CASE("array codes equal the formula for random conductances, with stalls", "[aimc]") {
  FOR_EVERY_SHAPE(random_arrays);
}
TEST_CASE("array codes saturate and vanish at the corners", "[aimc]") {
  FOR_EVERY_SHAPE(extreme_arrays);
}
TEST_CASE("array codes round half up on both sides of zero", "[aimc]") {
  FOR_EVERY_SHAPE(rounding);
}
TEST_CASE("array cells read back, survive reset, and have a fence", "[aimc]") {
  FOR_EVERY_SHAPE(programming);
}

TEST_CASE("array kernel refuses what does not exist", "[aimc]") {
  using xpike::dpi::SynapticArray;
  CHECK_THROWS_AS(SynapticArray(0, 4), std::invalid_argument);
  CHECK_THROWS_AS(SynapticArray(4, 257), std::invalid_argument);
  SynapticArray array(40, 3);
  CHECK_THROWS_AS(array.write(40, 0, 1, 1), std::out_of_range);
  CHECK_THROWS_AS(array.write(0, 3, 1, 1), std::out_of_range);
  CHECK_THROWS_AS(array.write(0, 0, 8192, 0), std::out_of_range);
  CHECK_THROWS_AS(array.read(0, 3), std::out_of_range);
  const std::vector<std::uint32_t> beyond{0, 0x100};  // row 40
  CHECK_THROWS_AS(array.accumulate(beyond), std::out_of_range);
}
