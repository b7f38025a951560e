// SPDX-License-Identifier: Apache-2.0
// Programming windows: register words to accesses of arrays, neurons and converters.
#include <Vprogram_window_odd_a.h>
#include <Vprogram_window_odd_b.h>
#include <Vprogram_window_widest.h>

#include <catch2/catch.hpp>

#include "core/window_model.hpp"
#include "lib/sim.hpp"

using namespace xpike;
using namespace xpike::tb;

namespace {

template <class Model>
constexpr BuildShape ShapeOf = odd_a_shape;
template <>
constexpr BuildShape ShapeOf<Vprogram_window_odd_b> = odd_b_shape;
template <>
constexpr BuildShape ShapeOf<Vprogram_window_widest> = widest_shape;

template <class Model>
constexpr bool HasCalibration = true;
template <>
constexpr bool HasCalibration<Vprogram_window_odd_b> = false;

template <class Model>
struct Bench {
  explicit Bench(unsigned stream) : random(stream) {
    sim->access_i = 0;
    sim.reset();
  }

  /// Puts the access on the ports for one cycle and checks all answers.
  WindowModel::Answer access(const WindowAccess& request) {
    const WindowModel::Answer expected = model.access(request.write, request.address, request.data);
    drive(true, request);
    sim.eval();
    REQUIRE((sim->error_o != 0) == expected.error);
    REQUIRE((sim->late_read_o != 0) == expected.late_read());
    if (!request.write && !expected.error) REQUIRE(sim->rdata_o == expected.data);
    sim.tick();
    require_writes(expected);
    return expected;
  }

  /// Without access_i the other ports mean nothing.
  void idle(WindowAccess noise) {
    noise.address = static_cast<std::uint16_t>(random.bits(16));
    drive(false, noise);
    sim.eval();
    REQUIRE(sim->error_o == 0);
    REQUIRE(sim->late_read_o == 0);
    sim.tick();
    require_writes({});
  }

  static constexpr BuildShape shape = ShapeOf<Model>;
  Sim<Model> sim;
  Random random;
  WindowModel model{shape, HasCalibration<Model>};

 private:
  void drive(bool valid, const WindowAccess& request) {
    sim->access_i = valid;
    sim->write_i = request.write;
    sim->addr_i = request.address;
    sim->wdata_i = request.data;
  }

  void require_writes(const WindowModel::Answer& expected) {
    const auto par = get_fields<ParWrite>(sim->par_o);
    REQUIRE(par.neuron == (expected.par && expected.par->neuron));
    REQUIRE(par.converter == (expected.par && expected.par->converter));
    if (expected.par) {
      REQUIRE(par.target == expected.par->target);
      if (par.neuron) {
        REQUIRE(par.column == expected.par->column);
        REQUIRE(par.threshold == expected.par->threshold);
        REQUIRE(par.bias == expected.par->bias);
      } else {
        REQUIRE(par.gain == expected.par->gain);
        REQUIRE(par.shift == expected.par->shift);
      }
    }
    const auto cell = get_fields<CellAccess>(sim->cell_o);
    REQUIRE(cell.write == (expected.cell && expected.cell->write));
    REQUIRE(cell.read == (expected.cell && expected.cell->read));
    if (expected.cell) {
      REQUIRE(cell.target == expected.cell->target);
      REQUIRE(cell.row == expected.cell->row);
      REQUIRE(cell.col == expected.cell->col);
      if (cell.write) {
        REQUIRE(cell.data.plus == expected.cell->data.plus);
        REQUIRE(cell.data.minus == expected.cell->data.minus);
      }
    }
    const auto table = get_fields<TableAccess>(sim->table_o);
    REQUIRE(table.write == (expected.table && expected.table->write));
    REQUIRE(table.read == (expected.table && expected.table->read));
    if (expected.table) {
      REQUIRE(table.item == expected.table->item);
      REQUIRE(table.target == expected.table->target);
      if (table.write) REQUIRE(table.data == expected.table->data);
    }
  }
};

}  // namespace

#define EVERY_SHAPE Vprogram_window_odd_a, Vprogram_window_odd_b, Vprogram_window_widest

TEMPLATE_TEST_CASE("window accesses become writes and reads, in order", "[program_window]",
                   EVERY_SHAPE) {
  Bench<TestType> bench(50);
  for (int i = 0; i < 20000; ++i) {
    const WindowAccess request = random_window_access(bench.shape, bench.random);
    bench.random.chance(0.8) ? void(bench.access(request)) : bench.idle(request);
  }
}

TEMPLATE_TEST_CASE("a whole array is programmed from one address, row by row", "[program_window]",
                   EVERY_SHAPE) {
  Bench<TestType> bench(51);
  const BuildShape& shape = bench.shape;
  const Target last{.matrix = 6,
                    .layer = shape.depth - 1,
                    .row_block = shape.row_blocks(6) - 1,
                    .array = shape.arrays(6) - 1};
  bench.access({true, regs::target.address, WindowModel::target_word(last)});
  for (const bool write : {true, false}) {
    bench.access({true, regs::cell_address.address, 0});
    for (unsigned row = 0; row < shape.array_rows; ++row) {
      for (unsigned col = 0; col < shape.array_cols; ++col) {
        const auto data = static_cast<std::uint32_t>(bench.random.bits(26));
        const auto answer = bench.access({write, regs::cell_data.address, data});
        REQUIRE(answer.cell);
        REQUIRE(answer.cell->row == row);
        REQUIRE(answer.cell->col == col);
      }
    }
    // One access too many; a counter of 8 bits has come back to row 0 of the largest array.
    CHECK(bench.access({write, regs::cell_data.address, 0}).error == (shape.array_rows < 256));
  }
  bench.access({true, regs::column.address, 0});
  for (unsigned column = 0; column < shape.array_cols; ++column) {
    REQUIRE(bench.access({true, regs::neuron.address, 1}).par->column == column);
  }
}

TEMPLATE_TEST_CASE("each limit of a target is checked by itself", "[program_window]", EVERY_SHAPE) {
  Bench<TestType> bench(52);
  const BuildShape& shape = bench.shape;
  for (unsigned matrix = 0; matrix < 8; ++matrix) {
    INFO("matrix " << matrix);
    const Target last{.matrix = matrix,
                      .layer = shape.layers(matrix) - 1,
                      .row_block = shape.row_blocks(matrix) - 1,
                      .array = shape.arrays(matrix) - 1};
    Target layer = last;
    Target block = last;
    Target array = last;
    ++layer.layer;
    ++block.row_block;
    ++array.array;
    const auto accesses = [&](const Target& target) {
      bench.access({true, regs::target.address, WindowModel::target_word(target)});
      bench.access({true, regs::cell_address.address, 0});
      bench.access({true, regs::column.address, 0});
      unsigned errors = 0;
      errors += bench.access({true, regs::cell_data.address, 5}).error ? 1U : 0U;
      errors += bench.access({false, regs::cell_data.address, 5}).error ? 2U : 0U;
      errors += bench.access({true, regs::neuron.address, 5}).error ? 4U : 0U;
      errors += bench.access({true, regs::converter.address, 5}).error ? 8U : 0U;
      for (const auto* reg : {&regs::calibration_sum, &regs::calibration_sum0, &regs::gain}) {
        const bool error = bench.access({false, reg->address, 5}).error;
        CHECK(error == (!HasCalibration<TestType> || (errors & 8U) != 0));
      }
      return errors;
    };
    CHECK(accesses(last) == 0U);
    if (layer.layer < 16) CHECK(accesses(layer) == 15U);  // the field has four bits
    CHECK(accesses(block) == 15U);
    CHECK(accesses(array) == 3U);  // neurons and converters belong to no array
  }
}

TEMPLATE_TEST_CASE("a reset forgets target and counters, and drops what is on the way",
                   "[program_window]", EVERY_SHAPE) {
  Bench<TestType> bench(53);
  for (int round = 0; round < 50; ++round) {
    for (int i = 0; i < 20; ++i) {
      bench.access(random_window_access(bench.shape, bench.random));
    }
    bench.sim->access_i = 0;
    bench.sim.reset();
    bench.model = WindowModel(bench.shape, HasCalibration<TestType>);
    REQUIRE(get_fields<ParWrite>(bench.sim->par_o).neuron == false);
    REQUIRE(get_fields<CellAccess>(bench.sim->cell_o).write == false);
    REQUIRE(get_fields<TableAccess>(bench.sim->table_o).write == false);
    for (const auto* reg : {&regs::target, &regs::cell_address, &regs::column}) {
      bench.access({false, reg->address, 0});
    }
  }
}
