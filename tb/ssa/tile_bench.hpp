// SPDX-License-Identifier: Apache-2.0
// Runs time steps through a tile of any size and compares every score and every output.
#pragma once

#include <cstdint>
#include <vector>

#include "lib/bits.hpp"
#include "lib/random.hpp"
#include "lib/sim.hpp"
#include "ssa/attention_model.hpp"

namespace xpike::tb {

/// What one run feeds.
struct TileCase {
  int steps = 3;
  int tokens = 1;
  bool causal = false;
  LayerFields layer = {};
  double density_qk = 0.5;
  double density_v = 0.5;
  int random_byte = -1;  // all random bytes have this value; -1: they are random
  double gap = 0.0;      // probability of a cycle without a column, per stream
};

struct TileResult {
  std::uint64_t mismatches = 0;
  std::uint64_t score_ones = 0;
  std::uint64_t output_ones = 0;
  int score_sets = 0;
  int columns = 0;
};

template <class Model>
class TileBench {
 public:
  TileBench(int n, int head_dim, std::uint64_t stream)
      : n_(n), head_dim_(head_dim), random_(stream), sim_(100'000'000) {
    sim_->clr_i = 0;
    sim_->load_i = 0;
    sim_->qk_valid_i = 0;
    sim_->last_i = 0;
    sim_->v_valid_i = 0;
    sim_.reset();
  }

  TileResult run(const TileCase& test) {
    setup(test);
    load_first();
    const int total = test.steps * head_dim_;
    int qk = 0;  // columns sent
    int v = 0;
    while (v < total || sum_ >= 0) {
      // V of a step flows once its scores are held, and ends no later than the next ones replace
      // them, which may be in the same cycle.
      const int scored = qk / head_dim_ * head_dim_;
      const bool send_v = v < scored && !random_.chance(test.gap);
      const bool last = qk % head_dim_ == head_dim_ - 1;
      const bool held_done = v + (send_v ? 1 : 0) == scored;
      const bool send_qk = qk < total && (!last || held_done) && !random_.chance(test.gap);
      cycle(send_qk ? qk : -1, send_v ? v : -1);
      qk += send_qk ? 1 : 0;
      v += send_v ? 1 : 0;
    }
    return result_;
  }

 private:
  static std::size_t at(int index) { return static_cast<std::size_t>(index); }

  Bits column(double density) {
    Bits bits(at(n_));
    for (auto& bit : bits) {
      bit = random_.chance(density) ? 1 : 0;
    }
    return bits;
  }

  Bytes bytes() {
    Bytes result(at(n_));
    for (auto& byte : result) {
      byte = static_cast<std::uint8_t>(case_.random_byte < 0 ? random_.bits(8)
                                                             : at(case_.random_byte));
    }
    return result;
  }

  // Tokens that do not run carry random bits too: they must not count.
  void setup(const TileCase& test) {
    case_ = test;
    result_ = {};
    sum_ = -1;
    model_ = {n_, test.tokens, test.causal, test.layer};
    q_.assign(at(test.steps), {});
    k_ = q_;
    v_ = q_;
    bytes_s_.clear();
    bytes_a_.clear();
    scores_.clear();
    for (std::size_t t = 0; t < at(test.steps); ++t) {
      for (int d = 0; d < head_dim_; ++d) {
        q_[t].push_back(column(test.density_qk));
        k_[t].push_back(column(test.density_qk));
        v_[t].push_back(column(test.density_v));
        bytes_a_.push_back(bytes());
      }
      bytes_s_.push_back(bytes());
      scores_.push_back(model_.scores(q_[t], k_[t], bytes_s_[t]));
    }
    sim_->n_tokens_i = static_cast<SData>(test.tokens);
    sim_->causal_i = test.causal ? 1 : 0;
    sim_->layer_i = test.layer.packed(static_cast<unsigned>(random_.bits(4)));
  }

  template <class Port>
  static void drive(Port& port, const std::vector<std::uint8_t>& values, std::size_t width) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      set_bits(port, i * width, width, values[i]);
    }
  }

  void load_first() {
    drive(sim_->bytes_s_i, bytes_s_[0], 8);
    sim_->load_i = 1;
    sim_.tick();
    sim_->load_i = 0;
  }

  // One clock cycle with Q, K column qk and V column v, counted over all steps; -1: none, and then
  // the ports carry noise.
  void cycle(int qk, int v) {
    const int step = qk / head_dim_;
    const bool last = qk >= 0 && qk % head_dim_ == head_dim_ - 1;
    const bool more = last && step + 1 < case_.steps;
    const std::size_t d = at(qk < 0 ? 0 : qk % head_dim_);
    sim_->qk_valid_i = qk >= 0 ? 1 : 0;
    drive(sim_->q_i, qk < 0 ? column(0.5) : q_[at(step)][d], 1);
    drive(sim_->k_i, qk < 0 ? column(0.5) : k_[at(step)][d], 1);
    sim_->last_i = last ? 1 : 0;
    sim_->load_i = more ? 1 : 0;
    drive(sim_->bytes_s_i, more ? bytes_s_[at(step + 1)] : bytes(), 8);
    sim_->v_valid_i = v >= 0 ? 1 : 0;
    drive(sim_->v_i, v < 0 ? column(0.5) : v_[at(v / head_dim_)][at(v % head_dim_)], 1);
    drive(sim_->bytes_a_i, sum_ < 0 ? bytes() : bytes_a_[at(sum_)], 8);
    sim_.tick();
    sim_->load_i = 0;
    sim_->last_i = 0;
    if (last) {
      check_scores(scores_[at(step)]);
    }
    check_column();
    sum_ = v;
  }

  void check_scores(const Bits& expected) {
    for (int row = 0; row < n_; ++row) {
      sim_->s_row_i = static_cast<CData>(row);
      sim_.eval();
      for (int key = 0; key < n_; ++key) {
        const auto score = expected[at(row * n_ + key)];
        result_.mismatches += get_bits(sim_->s_o, at(key)) != score ? 1U : 0U;
        result_.score_ones += score;
      }
    }
    ++result_.score_sets;
  }

  // The V column of the cycle before is on a_o now.
  void check_column() {
    result_.mismatches += (sim_->a_valid_o != 0) != (sum_ >= 0) ? 1U : 0U;
    if (sum_ < 0) {
      return;
    }
    const std::size_t step = at(sum_ / head_dim_);
    const Bits expected =
        model_.output(scores_[step], v_[step][at(sum_ % head_dim_)], bytes_a_[at(sum_)]);
    for (std::size_t i = 0; i < expected.size(); ++i) {
      result_.mismatches += get_bits(sim_->a_o, i) != expected[i] ? 1U : 0U;
      result_.output_ones += expected[i];
    }
    ++result_.columns;
  }

  int n_;
  int head_dim_;
  Random random_;
  Sim<Model> sim_;
  TileCase case_;
  TileResult result_;
  AttentionModel model_;
  std::vector<std::vector<Bits>> q_, k_, v_;  // [step][column][token]
  std::vector<Bytes> bytes_s_, bytes_a_;      // per step, per column
  std::vector<Bits> scores_;                  // per step
  int sum_ = -1;                              // V column whose sum is compared in this cycle
};

}  // namespace xpike::tb
