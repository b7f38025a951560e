// SPDX-License-Identifier: Apache-2.0
// Attention tiles of 64 columns: rows of cells as words (rtl/ssa), and a module per cell.
#include <Vbench_cell_tile_32.h>
#include <Vbench_tile_128.h>
#include <Vbench_tile_256.h>
#include <Vbench_tile_32.h>
#include <Vbench_tile_64.h>

#include "bench/rtl/suites.hpp"
#include "lib/sim.hpp"
#include "ssa/attention_model.hpp"

namespace xpike::bench {
namespace {

constexpr int kColumns = 64;

// Full occupancy: a column of Q, K and V in every cycle, new random numbers with every step.
template <class Model, int Tokens>
class TileDriver {
 public:
  static constexpr double kUpdates = Tokens * Tokens;

  TileDriver() {
    sim_->clr_i = 0;
    sim_->causal_i = 0;
    if constexpr (requires { sim_->queries_i; }) {  // marks of the tokens that run
      fill(sim_->queries_i);
      fill(sim_->keys_i);
      sim_->v_first_i = 1;
      sim_->v_last_i = 1;
    } else {
      sim_->n_tokens_i = Tokens;
    }
    sim_->layer_i = tb::LayerFields{.k_s = 3, .k_a = 3}.packed();
    sim_->s_row_i = 0;
    sim_->qk_valid_i = 1;
    sim_->v_valid_i = 1;
    sim_.reset();
  }

  void cycle() {
    sim_->q_i = q_.at(cycle_);
    sim_->k_i = k_.at(cycle_ + 7);
    sim_->v_i = v_.at(cycle_ + 13);
    sim_->bytes_a_i = bytes_.at(cycle_);
    const bool last = cycle_ % kColumns == kColumns - 1;
    sim_->last_i = last ? 1 : 0;
    sim_->load_i = last ? 1 : 0;
    if (last) sim_->bytes_s_i = bytes_.at(cycle_ + 17);
    sim_.tick();
    ++cycle_;
  }

 private:
  template <class Port>
  static void fill(Port& port) {
    for (std::size_t i = 0; i < Tokens; ++i) tb::set_bits(port, i, 1, 1);
  }

  template <class Port>
  Stimulus<std::remove_reference_t<Port>> stimulus(Port& port, int width, double density) {
    return {port, static_cast<std::size_t>(width), density, random_};
  }

  tb::Random random_{2};
  tb::Sim<Model> sim_{kNoLimit};
  decltype(std::declval<TileDriver>().stimulus(sim_->q_i, 1, 0.0)) q_ =
      stimulus(sim_->q_i, Tokens, 0.2);
  decltype(q_) k_ = stimulus(sim_->k_i, Tokens, 0.2);
  decltype(q_) v_ = stimulus(sim_->v_i, Tokens, 0.2);
  decltype(std::declval<TileDriver>().stimulus(sim_->bytes_a_i, 1, 0.0)) bytes_ =
      stimulus(sim_->bytes_a_i, 8 * Tokens, 0.5);
  std::uint64_t cycle_ = 0;
};

}  // namespace

void register_tiles() {
  benchmark::RegisterBenchmark("attention tile/32 x 32/row vectors",
                               run_cycles<TileDriver<Vbench_tile_32, 32>>);
  benchmark::RegisterBenchmark("attention tile/64 x 64/row vectors",
                               run_cycles<TileDriver<Vbench_tile_64, 64>>);
  benchmark::RegisterBenchmark("attention tile/32 x 32/cell modules",
                               run_cycles<TileDriver<Vbench_cell_tile_32, 32>>);
  benchmark::RegisterBenchmark("attention tile/128 x 128/row vectors",
                               run_cycles<TileDriver<Vbench_tile_128, 128>>);
  benchmark::RegisterBenchmark("attention tile/256 x 256/row vectors",
                               run_cycles<TileDriver<Vbench_tile_256, 256>>);
}

}  // namespace xpike::bench
