// SPDX-License-Identifier: Apache-2.0
// The tile of cell modules, which the speed of the row vectors is compared with, against the same
// definition as those: scores and outputs of random steps.
#include <Vssa_cell_tile_21_6.h>
#include <Vssa_cell_tile_5_1.h>
#include <Vssa_cell_tile_8_8.h>

#include <catch2/catch.hpp>

#include "lib/bits.hpp"
#include "lib/random.hpp"
#include "lib/sim.hpp"
#include "ssa/attention_model.hpp"

namespace {

using namespace xpike::tb;

std::size_t at(int index) { return static_cast<std::size_t>(index); }

template <class Model>
class CellBench {
 public:
  CellBench(int n, int columns) : n_(n), columns_(columns) {
    sim_->clr_i = 0;
    sim_->load_i = 0;
    sim_->qk_valid_i = 0;
    sim_->last_i = 0;
    sim_->v_valid_i = 0;
    sim_.reset();
  }

  int ones = 0;  // outputs so far

  // One time step with random fields: random numbers, columns of Q and K, scores, columns of V.
  void step() {
    LayerFields layer{random_.between(0, log2_up(columns_)), random_.between(0, 8),
                      random_.chance(0.5), random_.between(-8, 7)};
    const AttentionModel model{n_, random_.between(1, n_), random_.chance(0.5), layer};
    sim_->n_tokens_i = static_cast<std::uint16_t>(model.tokens);
    sim_->causal_i = model.causal ? 1 : 0;
    sim_->layer_i = layer.packed(static_cast<unsigned>(random_.bits(4)));
    const Bytes bytes = draw_bytes();
    drive(sim_->bytes_s_i, bytes, 8);
    sim_->load_i = 1;
    cycle();
    sim_->load_i = 0;
    const Bits scores = score(model, bytes);
    weigh(model, scores);
  }

 private:
  Bits column(double density) {
    Bits bits(at(n_));
    for (auto& bit : bits) bit = random_.chance(density) ? 1 : 0;
    return bits;
  }

  Bytes draw_bytes() {
    Bytes bytes(at(n_));
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random_.bits(8));
    return bytes;
  }

  template <class Port>
  static void drive(Port& port, const std::vector<std::uint8_t>& values, std::size_t width) {
    for (std::size_t i = 0; i < values.size(); ++i) set_bits(port, i * width, width, values[i]);
  }

  void cycle() { sim_.tick(); }

  // Cycles without a column, whose ports carry noise.
  void gap() {
    while (random_.chance(0.3)) {
      drive(sim_->q_i, column(0.5), 1);
      drive(sim_->k_i, column(0.5), 1);
      drive(sim_->v_i, column(0.5), 1);
      cycle();
    }
  }

  Bits score(const AttentionModel& model, const Bytes& bytes) {
    std::vector<Bits> q, k;
    for (int d = 0; d < columns_; ++d) {
      gap();
      q.push_back(column(0.5));
      k.push_back(column(0.5));
      drive(sim_->q_i, q.back(), 1);
      drive(sim_->k_i, k.back(), 1);
      sim_->qk_valid_i = 1;
      sim_->last_i = d + 1 == columns_ ? 1 : 0;
      cycle();
      sim_->qk_valid_i = 0;
      sim_->last_i = 0;
    }
    Bits scores = model.scores(q, k, bytes);
    for (int row = 0; row < n_; ++row) {
      sim_->s_row_i = static_cast<CData>(row);
      sim_.eval();
      for (int key = 0; key < n_; ++key) {
        REQUIRE(get_bits(sim_->s_o, at(key)) == scores[at(row * n_ + key)]);
      }
    }
    return scores;
  }

  void weigh(const AttentionModel& model, const Bits& scores) {
    for (int d = 0; d < columns_; ++d) {
      gap();
      const Bits v = column(0.5);
      const Bytes bytes = draw_bytes();
      drive(sim_->v_i, v, 1);
      sim_->v_valid_i = 1;
      cycle();
      sim_->v_valid_i = 0;
      REQUIRE(sim_->a_valid_o == 0);
      drive(sim_->bytes_a_i, bytes, 8);
      cycle();
      REQUIRE(sim_->a_valid_o == 1);
      const Bits expected = model.output(scores, v, {bytes.begin(), bytes.end()});
      for (int i = 0; i < n_; ++i) {
        REQUIRE(get_bits(sim_->a_o, at(i)) == expected[at(i)]);
        ones += expected[at(i)];
      }
      cycle();
    }
  }

  int n_;
  int columns_;
  Random random_{1};
  Sim<Model> sim_;
};

template <class Model>
void random_steps(int n, int columns) {
  CellBench<Model> bench(n, columns);
  for (int step = 0; step < 60; ++step) bench.step();
  REQUIRE(bench.ones > 0);
}

}  // namespace

TEST_CASE("the tile of cell modules equals the definition", "[ssa]") {
  random_steps<Vssa_cell_tile_5_1>(5, 1);
  random_steps<Vssa_cell_tile_8_8>(8, 8);
  random_steps<Vssa_cell_tile_21_6>(21, 6);
}
