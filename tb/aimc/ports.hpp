// SPDX-License-Identifier: Apache-2.0
// The programming structs of xpk_pkg (par_t, cell_t) as flat ports, and a loader for whole
// matrices.
#pragma once

#include <cstdint>

#include "aimc/matrix_model.hpp"
#include "lib/bits.hpp"
#include "lib/sim.hpp"

namespace xpike::tb {

/// target_t: which row block and array a programming access points at.
struct Target {
  unsigned matrix = 0;
  unsigned layer = 0;
  unsigned row_block = 0;
  unsigned array = 0;
};

/// Fields are packed from bit 0 upwards, last member of the struct first.
template <class Port>
class PackedStruct {
 public:
  explicit PackedStruct(Port& port) : port_(port) {}
  void field(unsigned width, std::uint64_t value) {
    set_bits(port_, lsb_, width, value);
    lsb_ += width;
  }
  void target(const Target& target) {
    field(8, target.array);
    field(8, target.row_block);
    field(4, target.layer);
    field(3, target.matrix);
  }

 private:
  Port& port_;
  unsigned lsb_ = 0;
};

struct ParWrite {
  Target target{};
  bool neuron = false;
  bool converter = false;
  unsigned column = 0;
  int threshold = 0;
  int bias = 0;
  unsigned gain = 0;
  unsigned shift = 0;
};

template <class Port>
void set_par(Port& port, const ParWrite& write) {
  PackedStruct<Port> fields(port);
  fields.field(3, write.shift);
  fields.field(16, write.gain);
  fields.field(12, static_cast<std::uint64_t>(write.bias));
  fields.field(11, static_cast<std::uint64_t>(write.threshold));
  fields.field(8, write.column);
  fields.target(write.target);
  fields.field(1, write.converter);
  fields.field(1, write.neuron);
}

struct CellAccess {
  Target target{};
  unsigned row = 0;
  unsigned col = 0;
  Devices data{};
  bool write = false;
  bool read = false;
};

template <class Port>
void set_cell(Port& port, const CellAccess& access) {
  PackedStruct<Port> fields(port);
  fields.field(13, access.data.minus);
  fields.field(13, access.data.plus);
  fields.field(8, access.col);
  fields.field(8, access.row);
  fields.target(access.target);
  fields.field(1, access.read);
  fields.field(1, access.write);
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
                        .threshold = neuron.threshold,
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
