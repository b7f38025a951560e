// SPDX-License-Identifier: Apache-2.0
// Programming ports of anything that holds a matrix (row block, tile, stage, head, chain): cells
// read back, and accesses to what does not exist are ignored.
#pragma once

#include <catch2/catch.hpp>

#include "aimc/ports.hpp"

namespace xpike::tb {

/// Reads random cells; each answers one cycle later, for one cycle.
template <class Model>
void read_cells(Sim<Model>& sim, const MatrixModel& model, Random& random, int count) {
  const Shape& shape = model.shape();
  for (int i = 0; i < count; ++i) {
    CellAccess access =
        cell_of(model, random.between(0, shape.layers - 1), random.between(0, shape.outputs - 1),
                random.between(0, shape.inputs - 1));
    access.read = true;
    access_cell(sim, access);
    REQUIRE(sim->cell_rvalid_o == 1);
    REQUIRE(sim->cell_rdata_o == (access.data.plus << 13U | access.data.minus));
    if (random.chance(0.3)) {
      sim.tick();
      REQUIRE(sim->cell_rvalid_o == 0);
      REQUIRE(sim->cell_rdata_o == 0);
    }
  }
}

/// One row block answers to the matrix and the number on its ports, and to no other.
template <class Model>
void read_by_number(Sim<Model>& sim, const MatrixModel& model, Random& random) {
  const CellAccess own = cell_of(model, 0, 0, 0);
  for (int i = 0; i < 50; ++i) {
    CellAccess access = own;
    access.read = true;
    access.target.row_block = static_cast<unsigned>(random.bits(8));
    access.target.matrix = static_cast<unsigned>(random.bits(3));
    sim->row_block_i = static_cast<CData>(access.target.row_block);
    sim->matrix_i = static_cast<CData>(access.target.matrix);
    access_cell(sim, access);
    REQUIRE(sim->cell_rdata_o == (own.data.plus << 13U | own.data.minus));
    access.target.row_block ^= 1U << random.below(8);
    access_cell(sim, access);
    REQUIRE(sim->cell_rvalid_o == 0);
  }
  sim->row_block_i = static_cast<CData>(own.target.row_block);
  sim->matrix_i = static_cast<CData>(own.target.matrix);
}

/// A target that misses the matrix in one field, or in any of them.
inline Target target_elsewhere(const MatrixModel& model, Random& random, bool own_matrix) {
  const auto any = [&](unsigned width) { return static_cast<unsigned>(random.bits(width)); };
  Target target{any(3), any(4), any(8), any(8)};
  if (random.chance(0.6)) {
    const Shape& shape = model.shape();
    const Target own =
        target_of(model, random.between(0, shape.layers - 1),
                  random.between(0, shape.row_blocks() - 1), random.between(0, shape.arrays() - 1));
    const auto field = random.below(4);
    target = {field == 0 ? target.matrix : own.matrix, field == 1 ? target.layer : own.layer,
              field == 2 ? target.row_block : own.row_block, field == 3 ? target.array : own.array};
  }
  if (own_matrix) target.matrix = static_cast<unsigned>(model.shape().matrix);
  return target;
}

/// Accesses to cells and parameters that the matrix does not have: no answer, and no effect, which
/// the caller sees by running the matrix afterwards. `own_matrix`: other matrices exist as well.
template <class Model>
void access_elsewhere(Sim<Model>& sim, const MatrixModel& model, Random& random, int count,
                      bool own_matrix = false) {
  const Shape& shape = model.shape();
  const auto below = [](unsigned value, int limit) { return static_cast<int>(value) < limit; };
  for (int i = 0; i < count; ++i) {
    const Target target = target_elsewhere(model, random, own_matrix);
    const bool block_exists = static_cast<int>(target.matrix) == shape.matrix &&
                              below(target.layer, shape.layers) &&
                              below(target.row_block, shape.row_blocks());
    const auto any = [&](unsigned width) { return static_cast<unsigned>(random.bits(width)); };
    CellAccess access{.target = target, .row = any(8), .col = any(8), .data = {any(13), any(13)}};
    access.write = random.chance(0.5);
    access.read = !access.write;
    if (!block_exists || !below(target.array, shape.arrays()) || !below(access.row, shape.rows) ||
        !below(access.col, shape.cols)) {
      access_cell(sim, access);
      REQUIRE(sim->cell_rvalid_o == 0);
      REQUIRE(sim->cell_rdata_o == 0);
    }
    ParWrite write{.target = target,
                   .column = any(8),
                   .threshold = any(11),
                   .bias = random.between(-2048, 2047),
                   .gain = any(16),
                   .shift = any(3)};
    write.neuron =
        !block_exists || !below(write.column, shape.columns(static_cast<int>(target.row_block)));
    write.converter = !block_exists;
    write_par(sim, write);
  }
}

}  // namespace xpike::tb
