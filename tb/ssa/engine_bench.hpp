// SPDX-License-Identifier: Apache-2.0
// Feeds an engine of any size from two memories, cycle by cycle, and compares all it says.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "lib/bits.hpp"
#include "lib/lane_model.hpp"
#include "lib/random.hpp"
#include "lib/sim.hpp"
#include "ssa/attention_model.hpp"
#include "ssa/block_walk.hpp"

namespace xpike::tb {

struct EngineSize {
  int n = 0;
  int heads = 0;
  int head_dim = 0;
  int steps = 0;
  unsigned leap_score = 32;
  unsigned leap_value = 32;
  int seeds = 1;  // lanes that one write seeds
  int tile = n;   // side of a tile

  int blocks() const { return block_count(n, tile); }
  int score_lanes() const { return (n + 3) / 4; }  // of a head
  int lane_rows() const { return n > 256 ? 2 : 4; }
  int value_lanes() const { return (n + lane_rows() - 1) / lane_rows(); }
};

struct LayerRun {
  int steps = 1;
  int tokens = 1;
  bool causal = false;
  LayerFields layer = {};
  double density = 0.5;
};

/// What the engine did until done_o.
struct LayerResult {
  std::uint64_t mismatches = 0;  // scores, outputs, their numbering
  std::uint64_t output_ones = 0;
  int score_sets = 0;
  int columns = 0;
  int qk_reads = 0;
  int v_reads = 0;
  int score_draws = 0;
  int value_draws = 0;
  std::uint64_t gated_rows = 0;
  std::uint64_t gated_expected = 0;
  int cycles = 0;  // from start_i, included, to done_o, not included
};

template <class Model>
class EngineBench {
 public:
  EngineBench(EngineSize size, std::uint64_t stream) : size_(size), random_(stream) {
    sim_->clr_i = 0;
    sim_->start_i = 0;
    sim_->seed_we_i = 0;
    sim_.reset();
  }

  Sim<Model>& sim() { return sim_; }

  /// New random lane states for all lanes.
  void seed() {
    const int bank = size_.heads * size_.score_lanes();
    const int lanes = bank + size_.heads * size_.value_lanes();
    score_.clear();
    value_.clear();
    const int groups = (lanes + size_.seeds - 1) / size_.seeds;
    for (int i = 0; i < 5; ++i) {  // lanes that do not exist
      write_group(random_.between(groups, 65535 / size_.seeds));
    }
    for (int group = 0; group < groups; ++group) {
      const std::vector<std::uint32_t> states = write_group(group);
      for (int s = 0; s < size_.seeds; ++s) {
        const int lane = group * size_.seeds + s;
        if (lane >= lanes) continue;
        (lane < bank ? score_ : value_)
            .emplace_back(states[static_cast<std::size_t>(s)],
                          lane < bank ? size_.leap_score : size_.leap_value);
      }
    }
    sim_->seed_we_i = 0;
  }

  /// Seeds one group of lanes with random states.
  std::vector<std::uint32_t> write_group(int group) {
    std::vector<std::uint32_t> states;
    sim_->seed_we_i = 1;
    sim_->seed_lane_i = static_cast<SData>(group * size_.seeds);
    for (int s = 0; s < size_.seeds; ++s) {
      states.push_back(static_cast<std::uint32_t>(random_.word()) | 1U);
      set_bits(sim_->seed_state_i, 32 * static_cast<std::size_t>(s), 32, states.back());
    }
    sim_.tick();
    return states;
  }

  /// Starts a layer and follows it for at most `limit` cycles.
  LayerResult run(const LayerRun& run, int limit = 1'000'000) {
    setup(run);
    sim_->start_i = 1;
    serve();
    sim_.tick();
    sim_->start_i = 0;
    result_.cycles = 1;
    for (; result_.cycles < limit; ++result_.cycles) {
      sim_->start_i = random_.chance(0.1) ? 1 : 0;  // while busy: of no effect
      serve();
      sim_.eval();
      observe();
      const bool done = sim_->done_o != 0;
      result_.mismatches += sim_->busy_o != 1 ? 1U : 0U;
      if (done) {
        sim_->start_i = 0;
        sim_.tick();
        sim_.eval();
        result_.mismatches += sim_->busy_o != 0 || sim_->a_valid_o != 0 ? 1U : 0U;
        return result_;
      }
      sim_.tick();
    }
    sim_->start_i = 0;
    return result_;
  }

  /// Scores that the tiles hold, [head][query][key] of a block, row by row.
  Bits scores() {
    const auto n = at(size_.tile);
    Bits all(at(size_.heads) * n * n);
    for (std::size_t row = 0; row < n; ++row) {
      sim_->s_row_i = static_cast<CData>(row);
      sim_.eval();
      for (std::size_t head = 0; head < at(size_.heads); ++head) {
        for (std::size_t key = 0; key < n; ++key) {
          all[(head * n + row) * n + key] =
              static_cast<std::uint8_t>(get_bits(sim_->s_o, head * n + key));
        }
      }
    }
    return all;
  }

 private:
  static std::size_t at(int index) { return static_cast<std::size_t>(index); }
  int width() const { return size_.heads * size_.n; }

  Bits column(double density) {
    Bits bits(at(width()));
    for (auto& bit : bits) {
      bit = random_.chance(density) ? 1 : 0;
    }
    return bits;
  }

  static Bits head_of(const Bits& bits, int head, int n) {
    return {bits.begin() + head * n, bits.begin() + (head + 1) * n};
  }

  Bytes draw_score(int head) {
    Bytes bytes(at(size_.n));
    for (int b = 0; b < size_.n; ++b) {
      LaneModel& model = score_[at(head * size_.score_lanes() + b / 4)];
      if (b % 4 == 0) model.draw();
      bytes[at(b)] = static_cast<std::uint8_t>(model.state() >> (8 * (b % 4)));
    }
    return bytes;
  }

  // Lanes of row blocks that do not run rest.
  Numbers draw_value(int head) {
    Numbers numbers(at(size_.n));
    const int rows = size_.lane_rows();
    for (int i = 0; i < std::min(size_.n, block_count(run_.tokens, size_.tile) * size_.tile); ++i) {
      LaneModel& model = value_[at(head * size_.value_lanes() + i / rows)];
      if (i % rows == 0) model.draw();
      numbers[at(i)] = model.state() >> (32 / rows * (i % rows)) & ((1U << (32 / rows)) - 1);
    }
    return numbers;
  }

  // Makes the spikes, and what the engine must make of them.
  void setup(const LayerRun& run) {
    run_ = run;
    result_ = {};
    walk_ = block_walk(run.tokens, size_.tile, run.causal);
    qk_read_ = v_read_ = {};
    value_drawn_ = false;
    q_.clear();
    k_.clear();
    v_.clear();
    scores_.assign(at(run.steps), {});
    outputs_.assign(at(run.steps * size_.head_dim), {});
    for (int c = 0; c < run.steps * size_.head_dim; ++c) {
      q_.push_back(column(run.density));
      k_.push_back(column(run.density));
      v_.push_back(column(run.density));
      for (int bit = 0; bit < width(); ++bit) {
        if (bit % size_.n >= run.tokens || q_.back()[at(bit)] != 0) continue;
        for (const Block& block : walk_) {  // each time that its row block is read
          result_.gated_expected += bit % size_.n / size_.tile == block.row ? 1U : 0U;
        }
      }
    }
    for (int head = 0; head < size_.heads; ++head) {
      expect_head(head);
    }
    sim_->n_tokens_i = static_cast<SData>(run.tokens);
    sim_->steps_i = static_cast<CData>(run.steps);
    sim_->causal_i = run.causal ? 1 : 0;
    sim_->layer_i = run.layer.packed(static_cast<unsigned>(random_.bits(4)));
  }

  void expect_head(int head) {
    const AttentionModel model{size_.n, run_.tokens, run_.causal, run_.layer};
    for (int t = 0; t < run_.steps; ++t) {
      std::vector<Bits> q;
      std::vector<Bits> k;
      for (int d = 0; d < size_.head_dim; ++d) {
        q.push_back(head_of(q_[at(t * size_.head_dim + d)], head, size_.n));
        k.push_back(head_of(k_[at(t * size_.head_dim + d)], head, size_.n));
      }
      const Bits s = model.scores(q, k, draw_score(head));
      append(scores_[at(t)], s);
      for (int d = 0; d < size_.head_dim; ++d) {
        const int c = t * size_.head_dim + d;
        append(outputs_[at(c)],
               model.output(s, head_of(v_[at(c)], head, size_.n), draw_value(head)));
      }
    }
  }

  static void append(Bits& to, const Bits& from) { to.insert(to.end(), from.begin(), from.end()); }

  // A column that is read, or comes out.
  struct Place {
    int step = -1;  // -1: none
    int row = 0;
    int key = 0;
    int col = 0;
    bool operator==(const Place& other) const = default;
  };
  // Column `number` of the walk over all blocks of all time steps.
  Place place(int number) const {
    const int visit = number / size_.head_dim;
    const auto blocks = static_cast<int>(walk_.size());
    const Block& block = walk_[at(visit % blocks)];
    return {visit / blocks, block.row, block.key, number % size_.head_dim};
  }

  // Bits of all heads of one block of a column of all tokens; 0 where there is no token.
  Bits block_of(const Bits& column, int block) const {
    Bits bits(at(size_.heads * size_.tile), 0);
    for (int head = 0; head < size_.heads; ++head) {
      for (int i = 0; i < size_.tile && block * size_.tile + i < size_.n; ++i) {
        bits[at(head * size_.tile + i)] = column[at(head * size_.n + block * size_.tile + i)];
      }
    }
    return bits;
  }
  Bits scores_of(const Place& place) const {
    const Bits& all = scores_.at(at(place.step));
    Bits bits;
    for (int head = 0; head < size_.heads; ++head) {
      for (int i = 0; i < size_.tile; ++i) {
        for (int j = 0; j < size_.tile; ++j) {
          const int query = place.row * size_.tile + i;
          const int key = place.key * size_.tile + j;
          const bool exists = query < size_.n && key < size_.n;
          bits.push_back(exists ? all[at((head * size_.n + query) * size_.n + key)] : 0);
        }
      }
    }
    return bits;
  }

  // Answers of the memories to the reads of the cycle before; noise where nothing was read.
  void serve() {
    const auto answer = [&](const std::vector<Bits>& memory, const Place& read, int block) {
      return block_of(
          read.step < 0 ? column(0.5) : memory.at(at(read.step * size_.head_dim + read.col)),
          block);
    };
    drive(sim_->q_i, answer(q_, qk_read_, qk_read_.row));
    drive(sim_->k_i, answer(k_, qk_read_, qk_read_.key));
    drive(sim_->v_i, answer(v_, v_read_, v_read_.key));
    sim_.eval();
    qk_read_ = {};
    v_read_ = {};
    if (sim_->qk_re_o != 0) {
      qk_read_ = {sim_->qk_step_o, sim_->qk_row_o, sim_->qk_key_o, sim_->qk_col_o};
    }
    if (sim_->v_re_o != 0) v_read_ = {sim_->v_step_o, 0, sim_->v_key_o, sim_->v_col_o};
  }

  template <class Port>
  static void drive(Port& port, const Bits& bits) {
    for (std::size_t i = 0; i < bits.size(); ++i) {
      set_bits(port, i, 1, bits[i]);
    }
  }

  template <class Port>
  void compare(const Port& port, const Bits& expected) {
    for (std::size_t i = 0; i < expected.size(); ++i) {
      result_.mismatches += get_bits(port, i) != expected[i] ? 1U : 0U;
    }
  }

  // Reads must come in order and without a gap once they have begun.
  void observe() {
    result_.score_draws += sim_->draw_score_o;
    result_.value_draws += sim_->draw_value_o;
    result_.gated_rows += sim_->gated_rows_o;
    if (qk_read_.step >= 0) {
      result_.mismatches += qk_read_ != place(result_.qk_reads++) ? 1U : 0U;
    }
    if (v_read_.step >= 0) {
      Place expected = place(result_.v_reads++);
      expected.row = 0;  // V knows keys alone
      result_.mismatches += v_read_ != expected ? 1U : 0U;
    }
    if (sim_->s_valid_o != 0) {
      const Place shown{sim_->s_step_o, sim_->s_row_block_o, sim_->s_key_block_o, 0};
      const Place expected = place(size_.head_dim * result_.score_sets++);
      result_.mismatches += shown != expected || scores() != scores_of(expected) ? 1U : 0U;
    }
    // The bytes of a column are used one cycle before it comes out, those of its row block.
    const bool valid = sim_->a_valid_o != 0;
    result_.mismatches += valid != value_drawn_ || (valid && sim_->a_row_o != drawn_row_) ? 1U : 0U;
    value_drawn_ = sim_->draw_value_o != 0;
    drawn_row_ = sim_->draw_row_o;
    if (valid) {
      // Row blocks follow one another within a time step.
      const int rows = block_count(run_.tokens, size_.tile);
      const int visit = result_.columns / size_.head_dim;
      const Place expected{visit / rows, visit % rows, 0, result_.columns % size_.head_dim};
      const Place shown{sim_->a_step_o, sim_->a_row_o, 0, sim_->a_col_o};
      ++result_.columns;
      result_.mismatches += shown != expected ? 1U : 0U;
      const Bits spikes =
          block_of(outputs_.at(at(expected.step * size_.head_dim + expected.col)), expected.row);
      compare(sim_->a_o, spikes);
      for (const auto bit : spikes) {
        result_.output_ones += bit;
      }
    }
  }

  EngineSize size_;
  Random random_;
  Sim<Model> sim_;
  LayerRun run_;
  LayerResult result_;
  std::vector<LaneModel> score_, value_;  // all heads
  std::vector<Bits> q_, k_, v_;           // [step * head_dim + column][head * N + token]
  std::vector<Bits> scores_, outputs_;    // per step, per column
  std::vector<Block> walk_;               // of a time step
  Place qk_read_, v_read_;
  bool value_drawn_ = false;
  int drawn_row_ = 0;
};

}  // namespace xpike::tb
