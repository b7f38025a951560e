// SPDX-License-Identifier: Apache-2.0
// Four arrays of 128 x 128 with 16 converters each: their cells in the C++ kernel (sim/dpi) and in
// plain SystemVerilog; with neurons behind them; and a neuron alone.
#include <Vbench_bank.h>
#include <Vbench_bank_sv.h>
#include <Vbench_lif_lane.h>
#include <Vbench_neuron_tile.h>

#include "aimc/ports.hpp"
#include "bench/rtl/suites.hpp"

namespace xpike::bench {
namespace {

// Inputs, outputs, layers, matrix, rows, columns, converters, cycles; see CMakeLists.txt.
constexpr tb::Shape kShape{512, 128, 1, 6, 128, 128, 16, 1};
constexpr double kDriven = 0.2;

tb::MatrixModel random_matrix(tb::Random& random) {
  tb::MatrixModel model(kShape);
  model.randomize(random);
  return model;
}

// Items: one of the eight mux steps of all four arrays. Updates: cells at the converters.
template <class Model>
class BankDriver {
 public:
  static constexpr double kUpdates = kShape.inputs * kShape.converters;

  BankDriver() {
    sim_.reset();
    const tb::MatrixModel model = random_matrix(random_);
    sim_->prog_layer_i = 0;
    sim_->prog_we_i = 1;
    for (int in = 0; in < kShape.inputs; ++in) {
      for (int col = 0; col < kShape.outputs; ++col) {
        const tb::Devices cell = model.devices(0, col, in);
        sim_->prog_array_i = static_cast<CData>(in / kShape.rows);
        sim_->prog_row_i = static_cast<CData>(in % kShape.rows);
        sim_->prog_col_i = static_cast<CData>(col);
        sim_->prog_data_i = cell.plus << 13U | cell.minus;
        sim_.tick();
      }
    }
    sim_->prog_we_i = 0;
    sim_->shift_i = static_cast<CData>(model.converter(0, 0).shift);
    sim_->gain_i = static_cast<SData>(model.converter(0, 0).gain);
    sim_->en_i = 1;
    sim_->conv_i = 1;
    sim_->layer_i = 0;
  }

  void cycle() {
    const auto step = cycle_ % static_cast<unsigned>(kShape.mux_steps());
    if (step == 0) sim_->x_i = x_.at(cycle_ / static_cast<unsigned>(kShape.mux_steps()));
    sim_->step_i = static_cast<CData>(step);
    sim_.tick();
    ++cycle_;
  }

 private:
  tb::Random random_{3};
  tb::Sim<Model> sim_{kNoLimit};
  Stimulus<std::remove_reference_t<decltype(sim_->x_i)>> x_{sim_->x_i, kShape.inputs, kDriven,
                                                            random_};
  std::uint64_t cycle_ = 0;
};

// The same arrays in front of 16 neurons that share their row block's converters.
class NeuronTileDriver {
 public:
  static constexpr double kUpdates = kShape.converters;

  NeuronTileDriver() {
    sim_->matrix_i = kShape.matrix;
    sim_->row_block_i = 0;
    sim_->clr_i = 0;
    tb::set_par(sim_->par_i, {});
    tb::set_cell(sim_->cell_i, {});
    sim_.reset();
    const tb::MatrixModel model = random_matrix(random_);
    tb::program_parameters(sim_, model);
    tb::program_cells(sim_, model);
    sim_->en_i = 1;
    sim_->conv_i = 1;
    sim_->layer_i = 0;
  }

  // Tokens of eight time steps.
  void cycle() {
    const auto mux_steps = static_cast<unsigned>(kShape.mux_steps());
    const auto step = cycle_ % mux_steps;
    if (step == 0) sim_->x_i = x_.at(cycle_ / mux_steps);
    sim_->first_i = cycle_ / mux_steps % 8 == 0 ? 1 : 0;
    sim_->step_i = static_cast<CData>(step);
    sim_.tick();
    ++cycle_;
  }

 private:
  tb::Random random_{4};
  tb::Sim<Vbench_neuron_tile> sim_{kNoLimit};
  Stimulus<std::remove_reference_t<decltype(sim_->x_i)>> x_{sim_->x_i, kShape.inputs, kDriven,
                                                            random_};
  std::uint64_t cycle_ = 0;
};

// One combinational update per evaluation; the bench keeps the membrane.
class LifDriver {
 public:
  static constexpr double kUpdates = 1;

  LifDriver() {
    sim_->fresh_i = 0;
    sim_->bias_i = 3;
    sim_->threshold_i = 200;
  }

  void cycle() {
    sim_->current_i = current_.at(cycle_++);
    sim_->membrane_i = sim_->membrane_o;
    sim_.eval();
  }

 private:
  tb::Random random_{5};
  tb::Sim<Vbench_lif_lane> sim_{kNoLimit};
  Stimulus<std::remove_reference_t<decltype(sim_->current_i)>> current_{sim_->current_i, 8, 0.5,
                                                                        random_};
  std::uint64_t cycle_ = 0;
};

}  // namespace

void register_arrays() {
  benchmark::RegisterBenchmark("array bank/4 of 128 x 128/C++ kernel",
                               run_cycles<BankDriver<Vbench_bank>>);
  benchmark::RegisterBenchmark("array bank/4 of 128 x 128/SystemVerilog",
                               run_cycles<BankDriver<Vbench_bank_sv>>);
  benchmark::RegisterBenchmark("neuron tile/4 of 128 x 128/C++ kernel",
                               run_cycles<NeuronTileDriver>);
  benchmark::RegisterBenchmark("LIF lane/one neuron/rtl", run_cycles<LifDriver>);
}

}  // namespace xpike::bench
