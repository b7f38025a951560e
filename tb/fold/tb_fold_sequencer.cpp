// SPDX-License-Identifier: Apache-2.0
// Order of work in the phases of a folded chip against the list that docs/numerics.md section 1
// makes: all kinds of phases, random durations, clears and resets in the middle.
#include <Vfold_sequencer.h>

#include <catch2/catch.hpp>
#include <vector>

#include "fold/fold_bench.hpp"

namespace {

using namespace xpike::tb;

enum Matrix : unsigned { kEmbed, kQ, kK, kV, kProj, kFf1, kFf2, kHead, kEncoder };

struct Phase {
  bool embed, last;
  unsigned layer, qkv_layer, n_tokens, steps, pooling;
};

struct Job {
  unsigned matrix;  // or the encoder
  unsigned layer, token, step;
  bool first_counted;  // of HEAD alone
  bool operator==(const Job&) const = default;
};

std::vector<Job> jobs_of(const Phase& phase) {
  std::vector<Job> jobs;
  for (unsigned token = 0; token < phase.n_tokens; ++token) {
    for (unsigned step = 0; step < phase.steps; ++step) {
      const auto add = [&](unsigned matrix, unsigned layer, bool first = false) {
        jobs.push_back({matrix, layer, token, step, first});
      };
      if (phase.embed) {
        add(kEncoder, 0);
        add(kEmbed, 0);
      } else {
        for (const unsigned matrix : {kProj, kFf1, kFf2}) add(matrix, phase.layer);
      }
      if (phase.embed || !phase.last) {
        for (const unsigned matrix : {kQ, kK, kV}) add(matrix, phase.qkv_layer);
      } else if (phase.pooling == 1) {
        if (token == 0) add(kHead, 0, true);
      } else if (phase.pooling == 2) {
        if (token == phase.n_tokens - 1) add(kHead, 0, true);
      } else {
        add(kHead, 0, token == 0);
      }
    }
  }
  return jobs;
}

class SequencerBench : private Agent {
 public:
  explicit SequencerBench(unsigned stream, unsigned longest) : random(stream), longest_(longest) {
    sim->clr_i = 0;
    sim->start_i = 0;
    sim->busy_i = 0;
    sim.reset();
    sim.attach(*this);
  }

  Phase random_phase() {
    const auto any = [&](unsigned bound) { return static_cast<unsigned>(random.below(bound)); };
    Phase phase{random.chance(0.4), random.chance(0.5), any(16), any(16),
                1 + any(6),         1 + any(6),         any(3)};
    phase.last = phase.last && !phase.embed;
    if (random.chance(0.1)) phase.steps = 1;
    if (random.chance(0.1)) phase.n_tokens = 1;
    return phase;
  }

  void start(const Phase& phase) {
    jobs_.clear();
    done_ = 0;
    sim->embed_i = phase.embed;
    sim->last_i = phase.last;
    put(sim->layer_i, phase.layer);
    put(sim->qkv_layer_i, phase.qkv_layer);
    put(sim->n_tokens_i, phase.n_tokens);
    put(sim->steps_i, phase.steps);
    put(sim->pooling_i, phase.pooling);
    sim->start_i = 1;
    sim.tick();
    sim->start_i = 0;
  }

  /// The whole phase; the cycles from its start to its end.
  std::uint64_t run(const Phase& phase) {
    const auto begin = sim.cycles();
    start(phase);
    sim.run_until([this] { return done_ > 0; });
    const auto cycles = sim.cycles() - begin;
    const std::size_t jobs = jobs_.size();
    sim.tick(10);
    REQUIRE(done_ == 1);
    REQUIRE(jobs_.size() == jobs);
    REQUIRE(jobs_ == jobs_of(phase));
    return cycles;
  }
  void forget() { left_ = 0; }

  Sim<Vfold_sequencer> sim;
  Random random;

 private:
  void drive() override {
    sim->busy_i = left_ > 0 ? 1 : 0;
    if (left_ > 0) --left_;
  }
  void sample() override {
    const bool busy = sim->busy_i != 0;
    REQUIRE_FALSE((busy && (sim->encoder_start_o != 0 || sim->matrix_start_o != 0)));
    REQUIRE_FALSE((sim->encoder_start_o != 0 && sim->matrix_start_o != 0));
    if (sim->done_o != 0) {
      ++done_;
      REQUIRE_FALSE(busy);
    }
    if (sim->encoder_start_o == 0 && sim->matrix_start_o == 0) return;
    Job job{kEncoder, 0, sim->token_o, sim->step_o, false};
    if (sim->matrix_start_o != 0) {
      job.matrix = sim->matrix_o;
      job.layer = sim->matrix_layer_o;
      if (job.matrix == kHead) job.first_counted = sim->first_counted_o != 0;
    }
    jobs_.push_back(job);
    left_ = 1 + static_cast<unsigned>(random.below(longest_));
  }

  unsigned longest_;
  unsigned left_ = 0;
  unsigned done_ = 0;
  std::vector<Job> jobs_;
};

}  // namespace

TEST_CASE("a folded chip works through tokens, time steps and matrices in order", "[fold]") {
  for (const unsigned longest : {1U, 2U, 9U}) {
    SequencerBench bench(221, longest);
    for (int i = 0; i < 150; ++i) bench.run(bench.random_phase());
  }
}

TEST_CASE("the largest phase of a folded chip", "[fold]") {
  SequencerBench bench(222, 1);
  bench.run({false, true, 15, 0, 64, 64, 2});
  bench.run({true, false, 0, 15, 64, 64, 0});
  bench.run({false, true, 3, 9, 1024, 1, 2});
  bench.run({false, true, 3, 9, 952, 1, 1});
  bench.run({true, false, 0, 2, 2, 56, 0});
}

TEST_CASE("the order of work of a folded chip costs two cycles a matrix, one an encoding",
          "[fold]") {
  SequencerBench bench(223, 1);
  for (int i = 0; i < 40; ++i) {
    const Phase phase = bench.random_phase();
    std::uint64_t cycles = 1;                                                        // of the start
    for (const Job& job : jobs_of(phase)) cycles += job.matrix == kEncoder ? 2 : 3;  // busy for one
    CHECK(bench.run(phase) == cycles);
  }
}

TEST_CASE("a clear or a reset ends a phase of a folded chip", "[fold]") {
  SequencerBench bench(224, 5);
  for (int round = 0; round < 60; ++round) {
    bench.start(bench.random_phase());
    bench.sim.tick(bench.random.below(60));
    abandon(bench.sim, round % 2 == 0);
    bench.forget();
    REQUIRE(bench.sim->encoder_start_o == 0);
    REQUIRE(bench.sim->matrix_start_o == 0);
    REQUIRE(bench.sim->done_o == 0);
    bench.run(bench.random_phase());
  }
}
