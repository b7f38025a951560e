// SPDX-License-Identifier: Apache-2.0
// Runs time steps through a tile of any size and compares every score and every output.
#pragma once

#include <cstdint>
#include <vector>

#include "lib/bits.hpp"
#include "lib/random.hpp"
#include "lib/sim.hpp"
#include "ssa/attention_model.hpp"
#include "ssa/block_walk.hpp"

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
  /// n: side of the tile. Sequences have up to blocks * n tokens.
  TileBench(int n, int head_dim, std::uint64_t stream, int blocks = 1)
      : side_(n), n_(n * blocks), head_dim_(head_dim), random_(stream), sim_(100'000'000) {
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
    const int total = test.steps * static_cast<int>(walk_.size()) * head_dim_;
    int qk = 0;  // columns sent
    int v = 0;
    while (v < total || sum_ >= 0) {
      // V of a block flows once its scores are held, and ends no later than the next ones replace
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
  Numbers numbers() {
    const Bytes drawn = bytes();
    return {drawn.begin(), drawn.end()};
  }

  // Visit number i of the walk over the blocks of all time steps.
  int step_of(int visit) const { return visit / static_cast<int>(walk_.size()); }
  const Block& block_of(int visit) const { return walk_[at(visit) % walk_.size()]; }

  // The side_ values of a block out of those of all tokens.
  template <class Values>
  Values part(const Values& values, int block) const {
    return {values.begin() + block * side_, values.begin() + (block + 1) * side_};
  }
  // Random bytes of the cells of a block: i + j over all its queries i and keys j.
  Bytes window(const Bytes& ring, const Block& block) const {
    Bytes result;
    for (int b = 0; b < (n_ > side_ ? 2 : 1) * side_; ++b) {
      result.push_back(ring[at((block.row + block.key) * side_ + b) % ring.size()]);
    }
    return result;
  }

  // Tokens that do not run carry random bits too: they must not count.
  void setup(const TileCase& test) {
    case_ = test;
    result_ = {};
    sum_ = -1;
    walk_ = block_walk(test.tokens, side_, test.causal);
    model_ = {n_, test.tokens, test.causal, test.layer};
    q_.assign(at(test.steps), {});
    k_ = q_;
    v_ = q_;
    bytes_s_.clear();
    numbers_a_.clear();
    scores_.clear();
    for (std::size_t t = 0; t < at(test.steps); ++t) {
      for (int d = 0; d < head_dim_; ++d) {
        q_[t].push_back(column(test.density_qk));
        k_[t].push_back(column(test.density_qk));
        v_[t].push_back(column(test.density_v));
        numbers_a_.push_back(numbers());
      }
      bytes_s_.push_back(bytes());
      scores_.push_back(model_.scores(q_[t], k_[t], bytes_s_[t]));
    }
    sim_->layer_i = test.layer.packed(static_cast<unsigned>(random_.bits(4)));
  }

  template <class Port, class Values>
  static void drive(Port& port, const Values& values, std::size_t width) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      set_bits(port, i * width, width, values[i]);
    }
  }

  void load_first() {
    drive(sim_->bytes_s_i, window(bytes_s_[0], walk_[0]), 8);
    sim_->load_i = 1;
    sim_.tick();
    sim_->load_i = 0;
  }

  // Which tokens of a block run.
  Bits running(int block) const {
    Bits bits(at(side_));
    for (int i = 0; i < side_; ++i) bits[at(i)] = block * side_ + i < case_.tokens ? 1 : 0;
    return bits;
  }

  // One clock cycle with Q, K column qk and V column v, counted over all visits; -1: none, and then
  // the ports carry noise.
  void cycle(int qk, int v) {
    const int visit = qk < 0 ? 0 : qk / head_dim_;
    const Block& block = block_of(visit);
    const bool last = qk >= 0 && qk % head_dim_ == head_dim_ - 1;
    const bool more = last && step_of(visit + 1) < case_.steps;
    const std::size_t d = at(qk < 0 ? 0 : qk % head_dim_);
    const std::size_t t = at(step_of(visit));
    sim_->qk_valid_i = qk >= 0 ? 1 : 0;
    drive(sim_->q_i, part(qk < 0 ? column(0.5) : q_[t][d], block.row), 1);
    drive(sim_->k_i, part(qk < 0 ? column(0.5) : k_[t][d], block.key), 1);
    drive(sim_->queries_i, running(block.row), 1);
    drive(sim_->keys_i, running(block.key), 1);
    sim_->causal_i = case_.causal && block.row == block.key ? 1 : 0;
    sim_->last_i = last ? 1 : 0;
    sim_->load_i = more ? 1 : 0;
    drive(sim_->bytes_s_i,
          window(more ? bytes_s_[at(step_of(visit + 1))] : bytes(), block_of(visit + 1)), 8);
    const Block& value_block = block_of(v < 0 ? 0 : v / head_dim_);
    sim_->v_valid_i = v >= 0 ? 1 : 0;
    drive(sim_->v_i, part(v < 0 ? column(0.5) : value_column(v), value_block.key), 1);
    sim_->v_col_i = static_cast<CData>(v < 0 ? 0 : v % head_dim_);
    sim_->v_first_i = value_block.first ? 1 : 0;
    sim_->v_last_i = value_block.last ? 1 : 0;
    const Block& sum_block = block_of(sum_ < 0 ? 0 : sum_ / head_dim_);
    drive(sim_->bytes_a_i, part(sum_ < 0 ? numbers() : numbers_of(sum_), sum_block.row), 8);
    sim_->row_block_i = static_cast<CData>(sum_block.row);
    sim_.tick();
    sim_->load_i = 0;
    sim_->last_i = 0;
    if (last) {
      check_scores(scores_[t], block);
    }
    check_column();
    sum_ = v;
  }

  const Bits& value_column(int v) const {
    return v_[at(step_of(v / head_dim_))][at(v % head_dim_)];
  }
  const Numbers& numbers_of(int v) const {
    return numbers_a_[at(step_of(v / head_dim_) * head_dim_ + v % head_dim_)];
  }

  void check_scores(const Bits& expected, const Block& block) {
    for (int row = 0; row < side_; ++row) {
      sim_->s_row_i = static_cast<CData>(row);
      sim_.eval();
      for (int key = 0; key < side_; ++key) {
        const auto score = expected[at((block.row * side_ + row) * n_ + block.key * side_ + key)];
        result_.mismatches += get_bits(sim_->s_o, at(key)) != score ? 1U : 0U;
        result_.score_ones += score;
      }
    }
    ++result_.score_sets;
  }

  // Spikes come out with the last key block of their rows alone.
  void check_column() {
    const bool expected_valid = sum_ >= 0 && block_of(sum_ / head_dim_).last;
    sim_.eval();
    result_.mismatches += sim_->a_valid_o != (expected_valid ? 1 : 0) ? 1U : 0U;
    if (!expected_valid) {
      return;
    }
    const std::size_t step = at(step_of(sum_ / head_dim_));
    const Bits expected = part(model_.output(scores_[step], value_column(sum_), numbers_of(sum_)),
                               block_of(sum_ / head_dim_).row);
    for (std::size_t i = 0; i < expected.size(); ++i) {
      result_.mismatches += get_bits(sim_->a_o, i) != expected[i] ? 1U : 0U;
      result_.output_ones += expected[i];
    }
    ++result_.columns;
  }

  int side_;
  int n_;
  int head_dim_;
  Random random_;
  Sim<Model> sim_;
  TileCase case_;
  TileResult result_;
  AttentionModel model_;
  std::vector<std::vector<Bits>> q_, k_, v_;  // [step][column][token]
  std::vector<Block> walk_;                   // of a time step
  std::vector<Bytes> bytes_s_;                // per step
  std::vector<Numbers> numbers_a_;            // per column
  std::vector<Bits> scores_;                  // per step
  int sum_ = -1;                              // V column whose sum is compared in this cycle
};

}  // namespace xpike::tb
