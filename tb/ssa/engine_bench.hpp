// SPDX-License-Identifier: Apache-2.0
// Feeds an engine of any size from two memories, cycle by cycle, and compares all it says.
#pragma once

#include <cstdint>
#include <vector>

#include "lib/bits.hpp"
#include "lib/lane_model.hpp"
#include "lib/random.hpp"
#include "lib/sim.hpp"
#include "ssa/attention_model.hpp"

namespace xpike::tb {

struct EngineSize {
  int n = 0;
  int heads = 0;
  int head_dim = 0;
  int steps = 0;
  unsigned leap_score = 32;
  unsigned leap_value = 32;
  int seeds = 1;  // lanes that one write seeds
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
    const int bank = size_.heads * head_lanes();
    score_.clear();
    value_.clear();
    const int groups = (2 * bank + size_.seeds - 1) / size_.seeds;
    for (int i = 0; i < 5; ++i) {  // lanes that do not exist
      write_group(random_.between(groups, 65535 / size_.seeds));
    }
    for (int group = 0; group < groups; ++group) {
      const std::vector<std::uint32_t> states = write_group(group);
      for (int s = 0; s < size_.seeds; ++s) {
        const int lane = group * size_.seeds + s;
        if (lane >= 2 * bank) continue;
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

  int head_lanes() const { return (size_.n + 3) / 4; }

  /// Scores that the tiles hold, [head][query][key], row by row.
  Bits scores() {
    const auto n = at(size_.n);
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

  Bytes draw(std::vector<LaneModel>& bank, int head) {
    Bytes bytes(at(size_.n));
    for (int lane = 0; lane < head_lanes(); ++lane) {
      LaneModel& model = bank[at(head * head_lanes() + lane)];
      model.draw();
      for (int b = 0; b < 4 && lane * 4 + b < size_.n; ++b) {
        bytes[at(lane * 4 + b)] = static_cast<std::uint8_t>(model.state() >> (8 * b));
      }
    }
    return bytes;
  }

  // Makes the spikes, and what the engine must make of them.
  void setup(const LayerRun& run) {
    run_ = run;
    result_ = {};
    qk_read_ = v_read_ = -1;
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
        result_.gated_expected += bit % size_.n < run.tokens && q_.back()[at(bit)] == 0 ? 1U : 0U;
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
      const Bits s = model.scores(q, k, draw(score_, head));
      append(scores_[at(t)], s);
      for (int d = 0; d < size_.head_dim; ++d) {
        const int c = t * size_.head_dim + d;
        append(outputs_[at(c)],
               model.output(s, head_of(v_[at(c)], head, size_.n), draw(value_, head)));
      }
    }
  }

  static void append(Bits& to, const Bits& from) { to.insert(to.end(), from.begin(), from.end()); }

  // Answers of the memories to the reads of the cycle before; noise where nothing was read.
  void serve() {
    drive(sim_->q_i, qk_read_ < 0 ? column(0.5) : q_.at(at(qk_read_)));
    drive(sim_->k_i, qk_read_ < 0 ? column(0.5) : k_.at(at(qk_read_)));
    drive(sim_->v_i, v_read_ < 0 ? column(0.5) : v_.at(at(v_read_)));
    sim_.eval();
    qk_read_ = sim_->qk_re_o != 0 ? sim_->qk_step_o * size_.head_dim + sim_->qk_col_o : -1;
    v_read_ = sim_->v_re_o != 0 ? sim_->v_step_o * size_.head_dim + sim_->v_col_o : -1;
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
    if (qk_read_ >= 0) {
      result_.mismatches += qk_read_ != result_.qk_reads++ ? 1U : 0U;
    }
    if (v_read_ >= 0) {
      result_.mismatches += v_read_ != result_.v_reads++ ? 1U : 0U;
    }
    if (sim_->s_valid_o != 0) {
      result_.mismatches += sim_->s_step_o != result_.score_sets ? 1U : 0U;
      result_.mismatches += scores() != scores_.at(at(result_.score_sets++)) ? 1U : 0U;
    }
    // The bytes of a column are used one cycle before it comes out.
    result_.mismatches += (sim_->a_valid_o != 0) != value_drawn_ ? 1U : 0U;
    value_drawn_ = sim_->draw_value_o != 0;
    if (sim_->a_valid_o != 0) {
      const Bits& expected = outputs_.at(at(result_.columns));
      const int number = sim_->a_step_o * size_.head_dim + sim_->a_col_o;
      result_.mismatches += number != result_.columns++ ? 1U : 0U;
      compare(sim_->a_o, expected);
      for (const auto bit : expected) {
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
  int qk_read_ = -1;
  int v_read_ = -1;
  bool value_drawn_ = false;
};

}  // namespace xpike::tb
