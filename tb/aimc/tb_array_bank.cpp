// SPDX-License-Identifier: Apache-2.0
// Both models of an array bank against an expectation computed here.
#include <Vbank_pair_a.h>
#include <Vbank_pair_b.h>
#include <Vbank_pair_c.h>
#include <Vbank_pair_d.h>
#include <Vbank_pair_e.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "aimc/matrix_model.hpp"
#include "dpi/array_bank.hpp"
#include "lib/sim.hpp"

using namespace xpike::tb;

namespace {

/// A bank is a matrix with a single row block.
template <class Model>
struct BankBench {
  explicit BankBench(Shape build) : shape(build), model(build) { sim.reset(); }

  /// Port values of an access to the cell of input `in` (row in mod rows of array in / rows).
  void address(int layer, int in, int col) {
    sim->prog_layer_i = static_cast<CData>(layer);
    sim->prog_array_i = static_cast<CData>(in / shape.rows);
    sim->prog_row_i = static_cast<CData>(in % shape.rows);
    sim->prog_col_i = static_cast<CData>(col);
  }

  void write_at_address(Devices cell) {
    sim->prog_we_i = 1;
    sim->prog_data_i = cell.plus << 13U | cell.minus;
    sim.tick();
    sim->prog_we_i = 0;
  }

  void read_at_address() {
    sim->prog_re_i = 1;
    sim.tick();
    sim->prog_re_i = 0;
  }

  void write(int layer, int in, int col) {
    address(layer, in, col);
    write_at_address(model.devices(layer, col, in));
  }

  void program() {
    for (int layer = 0; layer < shape.layers; ++layer) {
      for (int in = 0; in < shape.inputs; ++in) {
        for (int col = 0; col < shape.cols; ++col) write(layer, in, col);
      }
    }
  }

  int any_layer() { return random.between(0, shape.layers - 1); }

  std::vector<int> codes(int layer, const Bits& x, int step) const {
    std::vector<int> result;
    for (int array = 0; array < shape.arrays(); ++array) {
      for (int lane = 0; lane < shape.converters; ++lane) {
        const int col = step * shape.converters + lane;
        result.push_back(col < shape.cols ? model.code(layer, col, array, x) : 0);
      }
    }
    return result;
  }

  void check_codes() {
    if (!settled) return;
    for (std::size_t lane = 0; lane < shown.size(); ++lane) {
      const auto code = static_cast<std::uint64_t>(shown[lane]) & 0x1FU;
      REQUIRE(get_bits(sim->kernel_code_o, lane * 5, 5) == code);
      REQUIRE(get_bits(sim->twin_code_o, lane * 5, 5) == code);
    }
  }

  /// One enabled clock edge after a random number of disabled ones, which must change nothing.
  void enabled_tick(double stall) {
    while (random.chance(stall)) {
      sim->en_i = 0;
      sim.tick();
      check_codes();
    }
    sim->en_i = 1;
    sim.tick();
  }

  /// All mux steps of one input; codes must appear at the last edge of a conversion and hold.
  void convert(int layer, const Bits& x, double stall = 0.0, int pause = 0) {
    set_vector(sim->x_i, x);
    sim->shift_i = static_cast<CData>(model.converter(layer, 0).shift);
    sim->gain_i = static_cast<SData>(model.converter(layer, 0).gain);
    for (int step = 0; step < shape.mux_steps(); ++step) {
      sim->step_i = static_cast<CData>(step);
      for (int cycle = 0; cycle < shape.adc_cycles + pause; ++cycle) {
        sim->conv_i = cycle == 0 ? 1 : 0;
        sim->layer_i = static_cast<CData>(cycle == 0 ? layer : any_layer());
        enabled_tick(stall);
        // Between two layers the outputs may show either.
        settled = (settled && layer == layer_shown) || cycle >= shape.adc_cycles - 1;
        if (cycle == shape.adc_cycles - 1) {
          shown = codes(layer, x, step);
          layer_shown = layer;
        }
        check_codes();
      }
    }
    sim->conv_i = 0;
  }

  Shape shape;
  MatrixModel model;
  Sim<Model> sim{2'000'000};
  Random random{7};
  std::vector<int> shown =
      std::vector<int>(static_cast<std::size_t>(shape.converters * shape.arrays()), 0);
  int layer_shown = 0;
  bool settled = true;
};

// inputs, columns, layers, matrix, rows, columns, converters, cycles; see CMakeLists.txt.
constexpr Shape shape_a{10, 6, 3, 6, 5, 6, 4, 3};
constexpr Shape shape_b{33, 16, 1, 6, 33, 16, 16, 1};
constexpr Shape shape_c{210, 37, 2, 6, 70, 37, 18, 2};
constexpr Shape shape_d{66, 7, 2, 6, 33, 7, 2, 8};  // arrays in block RAM
constexpr Shape shape_e{64, 6, 1, 6, 64, 6, 2, 12};

template <class Model>
void random_arrays(Shape shape) {
  BankBench<Model> bench(shape);
  for (int round = 0; round < 6; ++round) {
    bench.model.randomize(bench.random);
    bench.program();
    for (unsigned shift = 0; shift < 8; ++shift) {
      for (const unsigned gain :
           {1U, 256U, 65535U, 1U + static_cast<unsigned>(bench.random.below(65535))}) {
        for (const double density : {0.0, 0.2, 0.6, 1.0}) {
          const int layer = bench.any_layer();
          bench.model.converter(layer, 0) = {shift, gain};
          bench.convert(layer, random_bits(bench.random, shape.inputs, density),
                        round == 0 ? 0.3 : 0.0, round == 1 ? 2 : 0);
        }
      }
    }
  }
}

template <class Model>
void extreme_arrays(Shape shape) {
  BankBench<Model> bench(shape);
  const Bits ones(static_cast<std::size_t>(shape.inputs), 1);
  const Bits zeros(static_cast<std::size_t>(shape.inputs), 0);
  bench.convert(0, ones);  // power-up: every conductance is 0
  for (const Devices cell : {Devices{8191, 0}, Devices{0, 8191}, Devices{8191, 8191}}) {
    for (int layer = 0; layer < shape.layers; ++layer) {
      for (int in = 0; in < shape.inputs; ++in) {
        for (int col = 0; col < shape.cols; ++col) bench.model.devices(layer, col, in) = cell;
      }
    }
    bench.program();
    for (const Converter setting : {Converter{0, 65535}, Converter{7, 1}, Converter{7, 256}}) {
      for (int layer = 0; layer < shape.layers; ++layer) {
        bench.model.converter(layer, 0) = setting;
        bench.convert(layer, ones);
        bench.convert(layer, zeros);
      }
    }
  }
}

/// Sums at and beside every rounding boundary, both signs: column c holds one offset, input 0 the
/// sum.
template <class Model>
void rounding(Shape shape) {
  BankBench<Model> bench(shape);
  Bits x(static_cast<std::size_t>(shape.inputs), 0);
  x[0] = 1;
  for (unsigned shift = 0; shift < 5; ++shift) {
    bench.model.converter(0, 0) = {shift, 256};
    for (int code = -17; code <= 16; ++code) {
      for (int col = 0; col < shape.cols; ++col) {
        const int boundary = (2 * code + 1) * (1 << (shift + 7));
        const int sum = std::clamp(boundary + col % 3 - 1, -8191, 8191);
        bench.model.devices(0, col, 0) = {static_cast<unsigned>(std::max(sum, 0)),
                                          static_cast<unsigned>(std::max(-sum, 0))};
        bench.write(0, 0, col);
      }
      bench.convert(0, x);
    }
  }
}

/// `reporting`: how many of the two models report cells that do not exist.
template <class Model>
void programming(Shape shape, int reporting = 2) {
  BankBench<Model> bench(shape);
  bench.model.randomize(bench.random);
  bench.program();
  const auto check_all = [&] {
    for (int i = 0; i < 200; ++i) {
      const int layer = bench.any_layer();
      const int in = bench.random.between(0, shape.inputs - 1);
      const int col = bench.random.between(0, shape.cols - 1);
      const Devices cell = bench.model.devices(layer, col, in);
      bench.address(layer, in, col);
      bench.read_at_address();
      for (int hold = 0; hold < 3; ++hold) {
        REQUIRE(bench.sim->kernel_data_o == (cell.plus << 13U | cell.minus));
        REQUIRE(bench.sim->twin_data_o == (cell.plus << 13U | cell.minus));
        bench.sim.tick();
      }
    }
  };
  check_all();

  // Reset in the middle of a conversion: codes go to 0, conductances stay.
  const Bits x = random_bits(bench.random, shape.inputs, 0.5);
  const int layer = bench.any_layer();
  bench.convert(layer, x);
  bench.sim->conv_i = 1;
  bench.sim->layer_i = static_cast<CData>(layer);
  bench.sim->step_i = 0;
  bench.sim.tick();
  bench.sim->conv_i = 0;
  bench.sim.reset();
  bench.shown.assign(bench.shown.size(), 0);
  for (int i = 0; i < 2 * shape.adc_cycles; ++i) {
    bench.sim.tick();
    bench.check_codes();
  }
  check_all();
  bench.settled = false;
  bench.convert(layer, x);

  // Cells that do not exist are reported, and change nothing.
  VerilatedContext* const context = bench.sim->contextp();
  context->errorLimit(1000);
  const int before = context->errorCount();
  bench.address(0, 0, 0);
  bench.sim->prog_row_i = static_cast<CData>(shape.rows);
  bench.write_at_address({1, 2});
  bench.address(0, 0, shape.cols);
  bench.write_at_address({1, 2});
  CHECK(context->errorCount() == before + 2 * reporting);
  bench.read_at_address();
  CHECK(context->errorCount() == before + 3 * reporting);
  CHECK(bench.sim->kernel_data_o == 0);
  CHECK(bench.sim->twin_data_o == 0);
  check_all();
  bench.convert(layer, x);
}

}  // namespace

#define FOR_EVERY_SHAPE(run)  \
  run<Vbank_pair_a>(shape_a); \
  run<Vbank_pair_b>(shape_b); \
  run<Vbank_pair_c>(shape_c); \
  run<Vbank_pair_d>(shape_d); \
  run<Vbank_pair_e>(shape_e)

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
  programming<Vbank_pair_a>(shape_a);
  programming<Vbank_pair_b>(shape_b);
  programming<Vbank_pair_c>(shape_c);
  programming<Vbank_pair_d>(shape_d, 1);
  programming<Vbank_pair_e>(shape_e, 1);
}

TEST_CASE("a write through the ports tells which bank it was", "[aimc]") {
  using xpike::dpi::take_last_written;
  BankBench<Vbank_pair_a> other(shape_a);
  BankBench<Vbank_pair_b> bench(shape_b);
  take_last_written();
  CHECK(take_last_written().bank == nullptr);
  other.write(0, 0, 0);
  xpike::dpi::ArrayBank* const wrong = take_last_written().bank;
  bench.write(0, 0, 0);
  xpike::dpi::ArrayBank* const bank = take_last_written().bank;
  CHECK(take_last_written().bank == nullptr);
  REQUIRE(bank != nullptr);
  CHECK(bank != wrong);
  CHECK_THROWS_AS(bank->array(0, 1), std::out_of_range);
  CHECK_THROWS_AS(bank->array(1, 0), std::out_of_range);

  // What the software writes is what the chip reads.
  bank->array(0, 0).write(32, 15, 77, 5);
  bench.address(0, 32, 15);
  bench.read_at_address();
  CHECK(bench.sim->kernel_data_o == (77U << 13U | 5U));
}

TEST_CASE("array kernel refuses what does not exist", "[aimc]") {
  using xpike::dpi::ArrayBank;
  using xpike::dpi::SynapticArray;
  CHECK_THROWS_AS(ArrayBank(1, 0, 4, 4), std::invalid_argument);
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

TEST_CASE("array kernel adds whole levels and other conductances alike", "[aimc]") {
  constexpr unsigned rows = 256;
  constexpr unsigned cols = 19;  // not a multiple of what a processor adds at once
  xpike::dpi::SynapticArray array(rows, cols);
  Random random(11);
  std::vector<int> cells(std::size_t{rows} * cols);
  const auto write = [&](unsigned row, unsigned col, unsigned plus, unsigned minus) {
    array.write(row, col, plus, minus);
    cells[row * cols + col] = static_cast<int>(plus) - static_cast<int>(minus);
  };
  const auto check = [&](const std::vector<std::uint32_t>& x) {
    array.accumulate(x);
    std::vector<std::int32_t> codes(cols);
    array.convert(0, 0, 7, codes);  // small enough that most codes are within their range
    for (unsigned col = 0; col < cols; ++col) {
      std::int64_t sum = 0;
      for (unsigned row = 0; row < rows; ++row) {
        if ((x[row / 32] >> (row % 32) & 1U) != 0) sum += cells[row * cols + col];
      }
      CHECK(codes[col] == std::clamp<std::int64_t>((sum * 7 + 0x8000) >> 16, -16, 15));
    }
  };
  const auto random_rows = [&] {
    std::vector<std::uint32_t> x(rows / 32);
    for (std::uint32_t& word : x) word = static_cast<std::uint32_t>(random.bits(32));
    return x;
  };
  const std::vector<std::uint32_t> all(rows / 32, 0xFFFFFFFFU);

  for (unsigned row = 0; row < rows; ++row) {
    for (unsigned col = 0; col < cols; ++col) {
      const auto level = static_cast<unsigned>(random.below(16)) * 256;
      write(row, col, random.chance(0.5) ? level : 0, random.chance(0.5) ? level : 0);
    }
  }
  for (int round = 0; round < 8; ++round) check(random_rows());
  // Whole levels of devices that are not: the largest ones that add up.
  for (unsigned row = 0; row < rows; ++row) {
    write(row, 3, 8191, 8191 - 31 * 256);
    write(row, 4, 255, 255 + 31 * 256);
  }
  check(all);
  // One cell between two levels, and back.
  for (int round = 0; round < 4; ++round) {
    write(200, 5, 4097 + static_cast<unsigned>(round), 0);
    check(all);
    check(random_rows());
    write(200, 5, 4096, 0);
    check(random_rows());
  }
}
