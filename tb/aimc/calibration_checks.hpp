// SPDX-License-Identifier: Apache-2.0
// Calibration port (calib_t of xpk_pkg) of anything that holds row blocks: what a pass asks of
// them, and the sums and gains that must come of it (docs/numerics.md, section 11).
#pragma once

#include <catch2/catch.hpp>
#include <cstdlib>
#include <type_traits>
#include <vector>

#include "aimc/ports.hpp"

namespace xpike::tb {

struct CalibRequest {
  Target target{};
  unsigned gain = 0;
  bool gain_write = false;
  bool high = false;
  bool read = false;
  bool measure = false;
};

template <class Fields, class AnyRequest>
requires std::is_same_v<std::remove_const_t<AnyRequest>, CalibRequest>
void fields_of(Fields& f, AnyRequest& request) {
  fields_of_target(f, request.target);
  f.field(16, request.gain);
  f.field(1, request.gain_write);
  f.field(1, request.high);
  f.field(1, request.read);
  f.field(1, request.measure);
}

/// One request for one cycle.
template <class Model>
void ask_calibration(Sim<Model>& sim, const CalibRequest& request) {
  set_fields(sim->calib_i, request);
  sim.tick();
  set_fields(sim->calib_i, CalibRequest{});
}

/// Both halves of a sum, which is 0 from then on; each answers in the next cycle.
template <class Model>
std::uint32_t read_sum(Sim<Model>& sim, const Target& target) {
  std::uint32_t sum = 0;
  for (const bool high : {false, true}) {
    ask_calibration(sim, {.target = target, .high = high, .read = true});
    REQUIRE(sim->cell_rvalid_o == 1);
    REQUIRE(sim->cell_rdata_o < 0x10000U);
    sum |= std::uint32_t{sim->cell_rdata_o} << (high ? 16U : 0U);
    sim.tick();
    REQUIRE(sim->cell_rvalid_o == 0);
    REQUIRE(sim->cell_rdata_o == 0);
  }
  return sum;
}

/// Sum of the magnitudes that one vector adds to a row block.
inline std::uint32_t magnitudes(const MatrixModel& model, int layer, int row_block, const Bits& x) {
  const Shape& shape = model.shape();
  std::uint32_t sum = 0;
  for (int column = 0; column < shape.columns(row_block); ++column) {
    for (int array = 0; array < shape.arrays(); ++array) {
      sum += static_cast<std::uint32_t>(
          std::abs(model.code(layer, row_block * shape.cols + column, array, x)));
    }
  }
  return sum;
}

/// A vector of array rows, repeated over the inputs of a matrix.
inline Bits repeated(const Shape& shape, const Bits& rows) {
  Bits x(static_cast<std::size_t>(shape.inputs));
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = rows[i % static_cast<std::size_t>(shape.rows)];
  return x;
}

/// Measures a layer of a stage or head with vectors of array rows, one per period or, now and then,
/// later; requires its sums, and reads them.
template <class Model>
void measure_layer(Sim<Model>& sim, const MatrixModel& model, int layer, int vectors,
                   Random& random) {
  const Shape& shape = model.shape();
  std::vector<std::uint32_t> expected(static_cast<std::size_t>(shape.row_blocks()), 0);
  for (int k = 0; k < vectors; ++k) {
    const Bits rows = random_bits(random, shape.rows, random.chance(0.1) ? 1.0 : 0.3);
    set_vector(sim->calib_rows_i, rows);
    ask_calibration(sim, {.target = target_of(model, layer, 0), .measure = true});
    set_vector(sim->calib_rows_i, random_bits(random, shape.rows, 0.5));  // sampled
    sim.tick(static_cast<std::uint64_t>(shape.period() - 1) + random.below(2));
    for (int block = 0; block < shape.row_blocks(); ++block) {
      expected[static_cast<std::size_t>(block)] +=
          magnitudes(model, layer, block, repeated(shape, rows));
    }
  }
  sim.tick(5);  // with the cycles above, as long as the sums need
  for (int block = 0; block < shape.row_blocks(); ++block) {
    REQUIRE(read_sum(sim, target_of(model, layer, block)) ==
            expected[static_cast<std::size_t>(block)]);
    REQUIRE(read_sum(sim, target_of(model, layer, block)) == 0);
  }
}

}  // namespace xpike::tb
