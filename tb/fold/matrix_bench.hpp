// SPDX-License-Identifier: Apache-2.0
// Drives xpk_fold_matrix: answers for the input bits, and compares with a model of each matrix.
#pragma once

#include <algorithm>
#include <catch2/catch.hpp>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "aimc/matrix_model.hpp"
#include "aimc/ports.hpp"
#include "fold/fold_bench.hpp"

namespace xpike::tb {

/// Build parameters, in the order of the module.
struct MatrixShape {
  int dim, ff, depth, input_rows, classes, rows, cols;

  /// Matrices as the register TARGET numbers them: EMBED, Q, K, V, PROJ, FF1, FF2, HEAD.
  Shape of(unsigned matrix) const {
    const int inputs = matrix == 0 ? input_rows : matrix == 6 ? ff : dim;
    const int outputs = matrix == 5 ? ff : matrix == 7 ? classes : dim;
    const int layers = matrix == 0 || matrix == 7 ? 1 : depth;
    return {inputs, outputs, layers, static_cast<int>(matrix), rows, cols, 1, 1};
  }
};

/// The same weight, converter and neuron everywhere.
struct Corner {
  int weight;
  Converter converter;
  Neuron neuron;
};

template <class Model, MatrixShape Build>
class MatrixBench : private Agent {
 public:
  MatrixBench(unsigned stream, double hold) : random(stream), hold_(hold) {
    for (unsigned matrix = 0; matrix < 8; ++matrix) {
      models_.emplace_back(Build.of(matrix));
      states_.emplace_back(index(models_.back().shape().layers * models_.back().shape().outputs));
    }
    set_par(sim->par_i, {});
    set_cell(sim->cell_i, {});
    sim->clr_i = 0;
    sim->start_i = 0;
    sim.attach(*this);
    sim.reset();
  }

  /// New whole levels, converters and neurons everywhere; `corner`: those.
  void program(std::optional<Corner> corner = {}) {
    for (MatrixModel& model : models_) {
      const Shape& shape = model.shape();
      model.randomize(random);
      for (int layer = 0; layer < shape.layers; ++layer) {
        for (int out = 0; out < shape.outputs; ++out) {
          for (int in = 0; in < shape.inputs; ++in) {
            const int weight = corner ? corner->weight : random.between(-15, 15);
            const auto level = static_cast<unsigned>(weight < 0 ? -weight : weight) * 256U;
            model.devices(layer, out, in) = weight < 0 ? Devices{0, level} : Devices{level, 0};
          }
          if (corner) model.neuron(layer, out) = corner->neuron;
        }
        for (int block = 0; corner && block < shape.row_blocks(); ++block) {
          model.converter(layer, block) = corner->converter;
        }
      }
      program_parameters(sim, model);
      program_cells(sim, model);
    }
  }

  /// Every cell that an array has, also where the matrix is smaller.
  void read_all_cells() {
    for (const MatrixModel& model : models_) {
      const Shape& shape = model.shape();
      for (int layer = 0; layer < shape.layers; ++layer) {
        for (int out = 0; out < shape.row_blocks() * shape.cols; ++out) {
          for (int in = 0; in < shape.arrays() * shape.rows; ++in) {
            const bool exists = out < shape.outputs && in < shape.inputs;
            read_cell(place(model, layer, out, in),
                      exists ? model.devices(layer, out, in) : Devices{});
          }
        }
      }
    }
  }

  /// Cells and neurons that no matrix has: whatever is written there changes nothing.
  void write_beyond() {
    for (const MatrixModel& model : models_) {
      const Shape& shape = model.shape();
      for (int layer = 0; layer < shape.layers; ++layer) {
        for (int out = 0; out < shape.row_blocks() * shape.cols; ++out) {
          for (int in = 0; in < shape.arrays() * shape.rows; ++in) {
            if (out < shape.outputs && in < shape.inputs) continue;
            CellAccess access = place(model, layer, out, in);
            access.data = {256U * static_cast<unsigned>(random.below(16)), 0};
            access.write = true;
            access_cell(sim, access);
          }
          if (out < shape.outputs) continue;
          write_par(sim, {.target = target_of(model, layer, out / shape.cols),
                          .neuron = true,
                          .column = static_cast<unsigned>(out % shape.cols),
                          .threshold = 1,
                          .bias = 2047});
        }
      }
    }
  }

  void start(unsigned matrix, int layer, bool first, double density) {
    const Shape& shape = models_[matrix].shape();
    input_ = random_bits(random, shape.inputs, density);
    expected_.clear();
    for (int out = 0; out < shape.outputs; ++out) {
      const int current = 4 * models_[matrix].code_sum(layer, out, input_);
      const Neuron neuron = models_[matrix].neuron(layer, out);
      ExpectedNeuron& state = states_[matrix][index(layer * shape.outputs + out)];
      if (first) state.restart();
      const bool spike = matrix != 7 && state.update(current, neuron);
      expected_.push_back({current + neuron.bias, spike});
    }
    head_ = matrix == 7;
    results_ = 0;
    reads_ = 0;
    put(sim->matrix_i, matrix);
    put(sim->layer_i, layer);
    sim->first_i = first ? 1 : 0;
    sim->start_i = 1;
    sim.tick();
    sim->start_i = 0;
    put(sim->matrix_i, random.below(8));  // sampled with start_i only
    put(sim->layer_i, random.below(16));
    sim->first_i = random.chance(0.5) ? 1 : 0;
  }

  void multiply(unsigned matrix, int layer, bool first, double density) {
    start(matrix, layer, first, density);
    const auto begin = sim.cycles();
    REQUIRE(sim->busy_o == 1);
    sim.run_until([this] { return sim->busy_o == 0; });
    cycles_ = sim.cycles() - begin;
    REQUIRE(results_ == expected_.size());
    REQUIRE(reads_ == expected_.size() * input_.size());
    sim.tick(random.below(3));
    REQUIRE(results_ == expected_.size());
  }
  /// A time step of a token of any matrix; the first one begins at time step 0.
  void multiply_some() {
    const auto matrix = static_cast<unsigned>(random.below(8));
    const int layer =
        static_cast<int>(random.below(static_cast<std::uint64_t>(Build.of(matrix).layers)));
    const bool first = started_.insert({matrix, layer}).second || random.chance(0.2);
    multiply(matrix, layer, first, random.chance(0.1) ? 1.0 : 0.4);
  }

  std::uint64_t last_cycles() const { return cycles_; }
  /// Cycles of busy_o. An array's sum is there when its rows were read, one cycle passed and the
  /// converter is free; that works through the bits of the largest sum, the shift and three cycles,
  /// and two more for the neuron behind the last array of a column.
  std::uint64_t expected_cycles(unsigned matrix, int layer) const {
    const Shape& shape = models_[matrix].shape();
    int sum_bits = 1;
    while ((1 << (sum_bits - 1)) < 15 * shape.rows + 1) ++sum_bits;
    int handed = 0;
    int converter_free = 0;
    for (int out = 0; out < shape.outputs; ++out) {
      for (int array = 0; array < shape.arrays(); ++array) {
        const int rows = std::min(shape.rows, shape.inputs - array * shape.rows);
        const bool last = array == shape.arrays() - 1;
        handed = std::max(handed + rows + 2, converter_free);
        converter_free = handed + sum_bits + 3 + (last ? 2 : 0) +
                         static_cast<int>(models_[matrix].converter(layer, out / shape.cols).shift);
      }
    }
    return static_cast<std::uint64_t>(converter_free - 1);
  }

  std::size_t results() const { return results_; }
  void forget() {
    expected_.clear();
    results_ = 0;
    started_.clear();
  }

  Sim<Model> sim{200'000'000};
  Random random;

 private:
  struct Result {
    int value;
    bool spike;
  };

  static std::size_t index(int value) { return static_cast<std::size_t>(value); }
  static CellAccess place(const MatrixModel& model, int layer, int out, int in) {
    const Shape& shape = model.shape();
    return {.target = target_of(model, layer, out / shape.cols, in / shape.rows),
            .row = static_cast<unsigned>(in % shape.rows),
            .col = static_cast<unsigned>(out % shape.cols)};
  }

  void read_cell(CellAccess access, Devices expected) {
    access.read = true;
    access_cell(sim, access);
    REQUIRE(sim->cell_rvalid_o == 1);
    REQUIRE(get_bits(sim->cell_rdata_o, 13, 13) == expected.plus);
    REQUIRE(get_bits(sim->cell_rdata_o, 0, 13) == expected.minus);
    sim.tick();
    REQUIRE(sim->cell_rvalid_o == 0);
  }

  void drive() override {
    sim->bit_i = static_cast<CData>(reading_ ? bit_ : random.bits(1));
    sim->hold_i = random.chance(hold_) ? 1 : 0;
  }
  void sample() override {
    reading_ = sim->bit_re_o != 0;
    if (reading_) {
      REQUIRE(sim->hold_i == 0);
      bit_ = input_.at(sim->bit_index_o);
      ++reads_;
    }
    if (sim->out_valid_o == 0) return;
    REQUIRE(results_ < expected_.size());
    const Result& expected = expected_[results_];
    REQUIRE(sim->out_column_o == results_);
    const auto raw = static_cast<int>(sim->out_value_o);
    REQUIRE((raw >= 65536 ? raw - 131072 : raw) == expected.value);
    if (!head_) REQUIRE((sim->out_spike_o != 0) == expected.spike);
    ++results_;
  }

  double hold_;
  std::vector<MatrixModel> models_;
  std::vector<std::vector<ExpectedNeuron>> states_;  // [matrix][layer * outputs + output]
  std::vector<Result> expected_;
  std::set<std::pair<unsigned, int>> started_;  // matrix, layer: its membranes are known
  Bits input_;
  std::uint8_t bit_ = 0;
  bool reading_ = false, head_ = false;
  std::size_t results_ = 0, reads_ = 0;
  std::uint64_t cycles_ = 0;
};

}  // namespace xpike::tb
