// SPDX-License-Identifier: Apache-2.0
// Spike memories of a folded chip: no tensor touches another one, reads give what was written last,
// residuals join what they should and hold the reads for a cycle, clears and resets in the middle.
#include <Vfold_spikes_a.h>
#include <Vfold_spikes_full.h>
#include <Vfold_spikes_long.h>
#include <Vfold_spikes_small.h>
#include <Vfold_spikes_wide.h>

#include <catch2/catch.hpp>
#include <optional>

#include "fold/fold_bench.hpp"
#include "fold/spikes_model.hpp"

namespace {

using namespace xpike::tb;

template <class Model>
constexpr SpikesShape ShapeOf{};
template <>
constexpr SpikesShape ShapeOf<Vfold_spikes_a>{10, 30, 50, 5, 21};
template <>
constexpr SpikesShape ShapeOf<Vfold_spikes_full>{8, 16, 416, 4, 16};  // not a bit is left
template <>
constexpr SpikesShape ShapeOf<Vfold_spikes_small>{1, 8, 3, 1, 4};
template <>
constexpr SpikesShape ShapeOf<Vfold_spikes_long>{64, 2, 1, 64, 1};
template <>
constexpr SpikesShape ShapeOf<Vfold_spikes_wide>{1, 2048, 2048, 1, 1024};

/// What the module is set to while a matrix is at work.
struct Work {
  unsigned matrix, token, step, res1, res2;
  unsigned mode() const { return matrix == kProj ? res1 : res2; }
  bool joins() const { return matrix == kProj || matrix == kFf2; }
};

template <class Model>
class SpikesBench {
 public:
  static constexpr SpikesShape shape = ShapeOf<Model>;

  explicit SpikesBench(unsigned stream) : random(stream) {
    sim->clr_i = 0;
    rest();
    sim.reset();
    fill();
  }

  /// Every bit of every tensor is written, through all the ways in.
  void fill() {
    for (unsigned row = 0; row < shape.rows; ++row) write_row(row);
    for (unsigned step = 0; step < shape.steps; ++step) {
      for (unsigned token = 0; token < shape.tokens; ++token) {
        for (const unsigned matrix : {kEmbed, kQ, kK, kV, kProj, kFf1}) {
          set_work({matrix, token, step, any(3), any(3)});
          for (unsigned c = 0; c < model_.outputs(matrix); ++c) {
            for (bool offered = true; offered || pending_; offered = false) {
              work_cycle(offered ? std::optional{c} : std::nullopt, false);
            }
          }
        }
        for (unsigned c = 0; c < shape.dim; ++c) attention_write_output(step, token, c);
      }
    }
    for (unsigned s = 0; s < shape.tokens * shape.tokens; ++s) attention_write_score(s);
  }

  /// Some cycles of any work, random reads and writes.
  void work() {
    const unsigned kind = any(6);
    if (kind == 0) {
      for (int i = 0; i < 10; ++i) write_row(any(shape.rows));
    } else if (kind < 4) {
      set_work({any(8), any(shape.tokens), any(shape.steps), any(3), any(3)});
      for (int i = 0; i < 40; ++i) {
        work_cycle(any(2) == 0 ? std::optional{any(model_.outputs(work_.matrix))} : std::nullopt,
                   true);
      }
      while (pending_) work_cycle(std::nullopt, true);
      REQUIRE(sim->busy_o == 0);
    } else {
      for (int i = 0; i < 40; ++i) {
        attention_read();
        if (random.chance(0.2)) attention_write_score(any(shape.tokens * shape.tokens));
        if (random.chance(0.2)) {
          attention_write_output(any(shape.steps), any(shape.tokens), any(shape.dim));
        }
      }
    }
  }

  /// A matrix is at work and is left in the middle of it.
  void begin_work() {
    set_work({any(8), any(shape.tokens), any(shape.steps), any(3), any(3)});
    const unsigned cycles = 1 + any(9);
    for (unsigned i = 0; i < cycles; ++i) {
      work_cycle(any(model_.outputs(work_.matrix)), true);
    }
    pending_.reset();
  }

  Sim<Model> sim{20'000'000};
  Random random;

 private:
  struct Pending {
    unsigned column;
    bool spike;
    int age;  // 1: residual is read, 2: written
  };

  unsigned any(unsigned bound) { return static_cast<unsigned>(random.below(bound)); }

  /// Noise on everything that says nothing.
  void rest() {
    sim->row_we_i = 0;
    sim->bit_re_i = 0;
    sim->out_valid_i = 0;
    sim->re_i = 0;
    sim->attention_i = 0;
    sim->score_we_i = 0;
    sim->output_we_i = 0;
    put(sim->row_i, any(shape.rows));
    put(sim->bit_index_i, any(shape.dim));
    put(sim->out_column_i, any(shape.dim));
    put(sim->query_i, any(shape.tokens));
    put(sim->key_i, any(shape.tokens));
    put(sim->a_step_i, any(shape.steps));
    put(sim->column_i, any(shape.dim));
    put(sim->score_i, any(shape.tokens * shape.tokens));
    for (auto* bit : {&sim->row_bit_i, &sim->out_spike_i, &sim->values_i, &sim->result_i}) {
      *bit = static_cast<CData>(any(2));
    }
  }

  void set_work(Work work) {
    work_ = work;
    put(sim->matrix_i, work.matrix);
    put(sim->token_i, work.token);
    put(sim->step_i, work.step);
    put(sim->res1_i, work.res1);
    put(sim->res2_i, work.res2);
  }

  void write_row(unsigned row) {
    rest();
    sim->row_we_i = 1;
    put(sim->row_i, row);
    sim.tick();
    model_.input[row] = sim->row_bit_i;
    rest();
  }

  /// A cycle in which a matrix is at work; `column` fires if the one before it is written.
  void work_cycle(std::optional<unsigned> column, bool reading) {
    rest();
    const bool fires = column && !pending_;
    if (fires) {
      sim->out_valid_i = 1;
      put(sim->out_column_i, *column);
    }
    sim.eval();
    const bool holds = pending_ && pending_->age == 1 && work_.joins();
    REQUIRE((sim->hold_o != 0) == holds);
    REQUIRE((sim->busy_o != 0) == pending_.has_value());
    bool read = false;
    bool expected = false;
    if (reading && !holds && random.chance(0.7)) {
      const unsigned index = any(model_.inputs(work_.matrix));
      sim->bit_re_i = 1;
      put(sim->bit_index_i, index);
      read = true;
      expected = model_.read(work_.matrix, work_.step, work_.token, index);
    }
    sim.eval();
    const bool writes = pending_ && pending_->age == 2;
    REQUIRE((sim->res_valid_o != 0) == (writes && work_.joins()));
    if (writes) {
      const auto& [matrix, token, step, res1, res2] = work_;
      bool spike = pending_->spike;
      if (work_.joins()) {
        spike = residual(work_.mode(), model_.joined(matrix, step, token, pending_->column), spike);
        REQUIRE((sim->res_spike_o != 0) == spike);
      }
      model_.target(matrix, step, token, pending_->column) = spike ? 1 : 0;
    }
    const bool spike = sim->out_spike_i != 0;
    sim.tick();
    if (read) REQUIRE((sim->bit_o != 0) == expected);
    if (writes) {
      pending_.reset();
    } else if (pending_) {
      ++pending_->age;
    } else if (fires && work_.matrix != kHead) {
      pending_ = Pending{*column, spike, 1};
    }
  }

  void attention_write_score(unsigned score) {
    rest();
    sim->attention_i = 1;
    sim->score_we_i = 1;
    put(sim->score_i, score);
    sim.tick();
    model_.scores[score] = sim->result_i;
  }
  void attention_write_output(unsigned step, unsigned token, unsigned column) {
    rest();
    sim->attention_i = 1;
    sim->output_we_i = 1;
    put(sim->a_step_i, step);
    put(sim->query_i, token);
    put(sim->column_i, column);
    sim.tick();
    model_.a[model_.place(step, token, column)] = sim->result_i;
  }
  void attention_read() {
    rest();
    sim->attention_i = 1;
    sim->re_i = 1;
    const bool values = sim->values_i != 0;
    const std::size_t query = model_.place(sim->a_step_i, sim->query_i, sim->column_i);
    const std::size_t key = model_.place(sim->a_step_i, sim->key_i, sim->column_i);
    const unsigned score = sim->score_i;
    sim.tick();
    REQUIRE(sim->bit_o == (values ? model_.scores[score] : model_.q[query]));
    REQUIRE(sim->b_o == (values ? model_.v[key] : model_.k[key]));
    const auto a = sim->bit_o;
    const auto b = sim->b_o;
    rest();
    sim->attention_i = 1;
    sim.tick(any(3));
    REQUIRE(sim->bit_o == a);
    REQUIRE(sim->b_o == b);
  }

  SpikesModel model_{shape};
  Work work_{};
  std::optional<Pending> pending_;
};

}  // namespace

TEMPLATE_TEST_CASE("spikes of a folded chip are where they were put", "[fold]", Vfold_spikes_a,
                   Vfold_spikes_full, Vfold_spikes_small, Vfold_spikes_long, Vfold_spikes_wide) {
  SpikesBench<TestType> bench(261);
  for (int i = 0; i < 1500; ++i) bench.work();
}

TEMPLATE_TEST_CASE("a clear or a reset ends a write of a folded chip", "[fold]", Vfold_spikes_full,
                   Vfold_spikes_small) {
  SpikesBench<TestType> bench(262);
  for (int round = 0; round < 40; ++round) {
    bench.begin_work();
    abandon(bench.sim, round % 2 == 0);
    REQUIRE(bench.sim->busy_o == 0);
    REQUIRE(bench.sim->hold_o == 0);
    REQUIRE(bench.sim->res_valid_o == 0);
    bench.fill();  // what was on its way may have been written or not
    for (int i = 0; i < 10; ++i) bench.work();
  }
}
