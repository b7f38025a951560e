// SPDX-License-Identifier: Apache-2.0
// The programming structs of xpk_pkg (par_t, cell_t) as flat ports, and a loader for whole
// matrices.
#pragma once

#include <type_traits>

#include "aimc/matrix_model.hpp"
#include "lib/fields.hpp"
#include "lib/sim.hpp"

namespace xpike::tb {

/// target_t: which row block and array a programming access points at.
struct Target {
  unsigned matrix = 0;
  unsigned layer = 0;
  unsigned row_block = 0;
  unsigned array = 0;
  bool operator==(const Target&) const = default;
};

template <class Fields, class AnyTarget>
void fields_of_target(Fields& f, AnyTarget& target) {
  f.field(8, target.array);
  f.field(8, target.row_block);
  f.field(4, target.layer);
  f.field(3, target.matrix);
}
template <class Fields, class AnyTarget>
requires std::is_same_v<std::remove_const_t<AnyTarget>, Target>
void fields_of(Fields& f, AnyTarget& target) { fields_of_target(f, target); }

struct ParWrite {
  Target target{};
  bool neuron = false;
  bool converter = false;
  unsigned column = 0;
  unsigned threshold = 0;
  int bias = 0;
  unsigned gain = 0;
  unsigned shift = 0;
};

template <class Fields, class AnyPar>
requires std::is_same_v<std::remove_const_t<AnyPar>, ParWrite>
void fields_of(Fields& f, AnyPar& write) {
  f.field(3, write.shift);
  f.field(16, write.gain);
  f.field(12, write.bias);
  f.field(11, write.threshold);
  f.field(8, write.column);
  fields_of_target(f, write.target);
  f.field(1, write.converter);
  f.field(1, write.neuron);
}
template <class Port>
void set_par(Port& port, const ParWrite& write) {
  set_fields(port, write);
}

struct CellAccess {
  Target target{};
  unsigned row = 0;
  unsigned col = 0;
  Devices data{};
  bool write = false;
  bool read = false;
};

template <class Fields, class AnyCell>
requires std::is_same_v<std::remove_const_t<AnyCell>, CellAccess>
void fields_of(Fields& f, AnyCell& access) {
  f.field(13, access.data.minus);
  f.field(13, access.data.plus);
  f.field(8, access.col);
  f.field(8, access.row);
  fields_of_target(f, access.target);
  f.field(1, access.read);
  f.field(1, access.write);
}
template <class Port>
void set_cell(Port& port, const CellAccess& access) {
  set_fields(port, access);
}

/// One programming access per cycle, then idle ports.
template <class Model>
void write_par(Sim<Model>& sim, const ParWrite& write) {
  set_par(sim->par_i, write);
  sim.tick();
  set_par(sim->par_i, {});
}
template <class Model>
void access_cell(Sim<Model>& sim, const CellAccess& access) {
  set_cell(sim->cell_i, access);
  sim.tick();
  set_cell(sim->cell_i, {});
}

inline Target target_of(const MatrixModel& model, int layer, int row_block, int array = 0) {
  return {static_cast<unsigned>(model.shape().matrix), static_cast<unsigned>(layer),
          static_cast<unsigned>(row_block), static_cast<unsigned>(array)};
}

template <class Model>
void program_parameters(Sim<Model>& sim, const MatrixModel& model, bool converters = true) {
  const Shape& shape = model.shape();
  for (int layer = 0; layer < shape.layers; ++layer) {
    for (int block = 0; block < shape.row_blocks(); ++block) {
      const Converter setting = model.converter(layer, block);
      if (converters) {
        write_par(sim, {.target = target_of(model, layer, block),
                        .converter = true,
                        .gain = setting.gain,
                        .shift = setting.shift});
      }
      for (int column = 0; column < shape.columns(block); ++column) {
        const Neuron neuron = model.neuron(layer, block * shape.cols + column);
        write_par(sim, {.target = target_of(model, layer, block),
                        .neuron = true,
                        .column = static_cast<unsigned>(column),
                        .threshold = static_cast<unsigned>(neuron.threshold),
                        .bias = neuron.bias});
      }
    }
  }
}

/// The access to the cell of one weight.
inline CellAccess cell_of(const MatrixModel& model, int layer, int out, int in) {
  const Shape& shape = model.shape();
  return {.target = target_of(model, layer, out / shape.cols, in / shape.rows),
          .row = static_cast<unsigned>(in % shape.rows),
          .col = static_cast<unsigned>(out % shape.cols),
          .data = model.devices(layer, out, in)};
}

template <class Model>
void program_cells(Sim<Model>& sim, const MatrixModel& model) {
  const Shape& shape = model.shape();
  for (int layer = 0; layer < shape.layers; ++layer) {
    for (int out = 0; out < shape.outputs; ++out) {
      for (int in = 0; in < shape.inputs; ++in) {
        CellAccess access = cell_of(model, layer, out, in);
        access.write = true;
        access_cell(sim, access);
      }
    }
  }
}

}  // namespace xpike::tb
