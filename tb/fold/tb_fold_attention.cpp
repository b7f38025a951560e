// SPDX-License-Identifier: Apache-2.0
// Attention of a folded chip, all heads and time steps of a layer, against docs/numerics.md section
// 7: random spikes and settings, slow random lanes, causal masks, row exponents, fewer tokens than
// there is room for, clears and resets in the middle.
#include <Vfold_attention_10_3_10.h>
#include <Vfold_attention_1_1_1.h>
#include <Vfold_attention_21_1_6.h>
#include <Vfold_attention_3_1_256.h>
#include <Vfold_attention_5_4_1.h>
#include <Vfold_attention_64_1_3.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <memory>
#include <vector>

#include "core/ports.hpp"
#include "fold/fold_bench.hpp"
#include "ssa/attention_model.hpp"

namespace {

using namespace xpike::tb;

struct Shape {
  int tokens, heads, columns;
  int lanes() const { return (tokens + 3) / 4; }
};
template <class Model>
constexpr Shape ShapeOf{};
template <>
constexpr Shape ShapeOf<Vfold_attention_1_1_1>{1, 1, 1};
template <>
constexpr Shape ShapeOf<Vfold_attention_5_4_1>{5, 4, 1};
template <>
constexpr Shape ShapeOf<Vfold_attention_10_3_10>{10, 3, 10};
template <>
constexpr Shape ShapeOf<Vfold_attention_21_1_6>{21, 1, 6};
template <>
constexpr Shape ShapeOf<Vfold_attention_64_1_3>{64, 1, 3};
template <>
constexpr Shape ShapeOf<Vfold_attention_3_1_256>{3, 1, 256};

struct Layer {
  int tokens = 1, steps = 1;
  bool causal = false;
  LayerConfig config;
  double density = 0.5;
};

std::size_t at(int index) { return static_cast<std::size_t>(index); }

template <class Model>
class AttentionBench : private Agent {
 public:
  static constexpr Shape shape = ShapeOf<Model>;

  AttentionBench(unsigned stream, bool slow)
      : random(stream),
        server_(
            {.draw = [this] { return sim->draw_o != 0; },
             .first = [this] { return unsigned{sim->draw_first_o}; },
             .set_busy = [this](bool busy) { sim->draw_busy_i = busy ? 1 : 0; },
             .set_word = [this](unsigned l,
                                std::uint32_t word) { set_bits(sim->bytes_i, 32 * l, 32, word); }},
            random, static_cast<unsigned>(shape.lanes()), slow) {
    sim->clr_i = 0;
    sim->start_i = 0;
    sim.reset();
    sim.attach(server_);
    sim.attach(*this);
  }

  Layer random_layer() {
    Layer layer;
    layer.tokens = random.chance(0.3) ? shape.tokens : random.between(1, shape.tokens);
    layer.steps = random.between(1, shape.tokens > 30 ? 2 : 4);
    layer.causal = random.chance(0.5);
    layer.config.k_s = static_cast<unsigned>(random.between(0, log2_up(shape.columns)));
    layer.config.k_a = static_cast<unsigned>(random.between(0, 8));
    layer.config.row_exponent = random.chance(0.4);
    layer.config.row_offset = random.between(-8, 7);
    layer.config.res1 = static_cast<unsigned>(random.below(4));
    layer.config.res2 = static_cast<unsigned>(random.below(4));
    layer.density = random.chance(0.2) ? 1.0 : 0.2 + 0.1 * random.between(0, 7);
    return layer;
  }

  void start(const Layer& layer) {
    layer_ = layer;
    const auto fill = [&] {
      std::vector<Bits> vectors(at(layer.steps * shape.tokens));
      for (Bits& bits : vectors) {
        bits.resize(at(shape.heads * shape.columns));
        for (auto& bit : bits) bit = random.chance(layer.density) ? 1 : 0;
      }
      return vectors;
    };
    q_ = fill();
    k_ = fill();
    v_ = fill();
    states_ = random_states(random, at(2 * shape.heads * shape.lanes()));
    server_.seed(states_);
    scores_.assign(at(shape.tokens * shape.tokens), 0);
    seen_.clear();
    outputs_.assign(at(layer.steps * shape.tokens),
                    Bits(at(shape.heads * shape.columns), Unwritten));
    done_ = 0;
    put(sim->n_tokens_i, layer.tokens);
    put(sim->steps_i, layer.steps);
    sim->causal_i = layer.causal ? 1 : 0;
    set_fields(sim->layer_i, layer.config);
    sim->start_i = 1;
    sim.tick();
    sim->start_i = 0;
  }

  /// The whole layer; the cycles from its start to its end.
  std::uint64_t run(const Layer& layer) {
    const auto begin = sim.cycles();
    start(layer);
    REQUIRE(sim->busy_o == 1);
    sim.run_until([this] { return done_ > 0; }, 4'000'000);
    const auto cycles = sim.cycles() - begin;
    REQUIRE(sim->busy_o == 0);
    sim.tick(5);
    REQUIRE(done_ == 1);
    check();
    return cycles;
  }

  Sim<Model> sim{30'000'000};
  Random random;

 private:
  static constexpr std::uint8_t Unwritten = 2;

  /// Memories: what is asked for in one cycle is there in the next one, noise otherwise.
  void drive() override {
    sim->a_i = static_cast<CData>(reading_ ? a_ : random.bits(1));
    sim->b_i = static_cast<CData>(reading_ ? b_ : random.bits(1));
  }
  void sample() override {
    const std::size_t step = at(sim->step_o) * at(shape.tokens);
    const bool values = sim->values_o != 0;
    reading_ = sim->re_o != 0;
    if (reading_) {
      const Bits& key = (values ? v_ : k_).at(step + at(sim->key_o));
      a_ = values ? scores_.at(sim->score_o) : q_.at(step + at(sim->query_o)).at(sim->column_o);
      b_ = key.at(sim->column_o);
    }
    REQUIRE_FALSE((sim->score_we_o != 0 && sim->output_we_o != 0));
    const auto result = static_cast<std::uint8_t>(sim->result_o);
    if (sim->score_we_o != 0) {
      scores_.at(sim->score_o) = result;
      seen_.push_back({static_cast<int>(sim->score_o), result});
    }
    if (sim->output_we_o != 0) {
      std::uint8_t& place = outputs_.at(step + at(sim->query_o)).at(sim->column_o);
      REQUIRE(place == Unwritten);
      place = result;
    }
    done_ += sim->done_o;
  }

  struct Score {
    int place;
    std::uint8_t bit;
    bool operator==(const Score&) const = default;
  };

  static void append(Bytes& bytes, std::uint32_t word) {
    for (unsigned b = 0; b < 4; ++b) bytes.push_back(static_cast<std::uint8_t>(word >> (8 * b)));
  }

  void check() const {
    const AttentionModel model{
        shape.tokens,
        layer_.tokens,
        layer_.causal,
        {static_cast<int>(layer_.config.k_s), static_cast<int>(layer_.config.k_a),
         layer_.config.row_exponent, layer_.config.row_offset}};
    std::vector<LaneModel> lanes(states_.begin(), states_.end());
    const auto draw = [&](int first) {
      Bytes bytes;
      for (int l = first; l < first + shape.lanes(); ++l) {
        lanes[at(l)].draw();
        append(bytes, lanes[at(l)].state());
      }
      return bytes;
    };
    std::vector<Score> scores;
    for (int t = 0; t < layer_.steps; ++t) {
      for (int h = 0; h < shape.heads; ++h) {
        const auto column = [&](const std::vector<Bits>& tensor, int d) {
          Bits bits;
          for (int n = 0; n < shape.tokens; ++n) {
            bits.push_back(tensor[at(t * shape.tokens + n)][at(h * shape.columns + d)]);
          }
          return bits;
        };
        std::vector<Bits> q, k;
        for (int d = 0; d < shape.columns; ++d) {
          q.push_back(column(q_, d));
          k.push_back(column(k_, d));
        }
        const Bits s = model.scores(q, k, draw(h * shape.lanes()));
        for (int i = 0; i < layer_.tokens; ++i) {
          for (int j = 0; j < layer_.tokens && (j <= i || !layer_.causal); ++j) {
            scores.push_back({i * shape.tokens + j, s[at(i * shape.tokens + j)]});
          }
        }
        for (int d = 0; d < shape.columns; ++d) {
          const Bytes bytes = draw((shape.heads + h) * shape.lanes());
          const Bits a = model.output(s, column(v_, d), Numbers(bytes.begin(), bytes.end()));
          for (int i = 0; i < shape.tokens; ++i) {
            const auto got = outputs_[at(t * shape.tokens + i)][at(h * shape.columns + d)];
            REQUIRE(int{got} == (i < layer_.tokens ? int{a[at(i)]} : int{Unwritten}));
          }
        }
      }
    }
    REQUIRE(seen_ == scores);
    for (std::size_t l = 0; l < lanes.size(); ++l) {
      const bool bank_s = l < at(shape.heads * shape.lanes());
      REQUIRE(server_.draws()[l] ==
              static_cast<unsigned>(layer_.steps * (bank_s ? 1 : shape.columns)));
    }
  }

  DrawServer server_;
  Layer layer_;
  std::vector<Bits> q_, k_, v_, outputs_;  // [step * tokens + token][column]
  Bits scores_;                            // memory of one head
  std::vector<Score> seen_;                // in the order of their writes
  std::vector<std::uint32_t> states_;
  std::uint8_t a_ = 0, b_ = 0;
  bool reading_ = false;
  unsigned done_ = 0;
};

}  // namespace

TEMPLATE_TEST_CASE("attention of a folded chip follows the definition", "[fold]",
                   Vfold_attention_1_1_1, Vfold_attention_5_4_1, Vfold_attention_10_3_10,
                   Vfold_attention_21_1_6, Vfold_attention_64_1_3, Vfold_attention_3_1_256) {
  for (const bool slow : {false, true}) {
    AttentionBench<TestType> bench(231, slow);
    for (int i = 0; i < (bench.shape.tokens > 30 ? 5 : 15); ++i) bench.run(bench.random_layer());
  }
}

TEST_CASE("most time steps and largest exponents of a folded attention", "[fold]") {
  AttentionBench<Vfold_attention_5_4_1> steps(235, false);
  Layer layer = steps.random_layer();
  layer.steps = 64;
  steps.run(layer);
  AttentionBench<Vfold_attention_3_1_256> columns(236, false);
  layer = columns.random_layer();
  layer.density = 1.0;
  layer.config.k_s = 8;
  columns.run(layer);
}

TEMPLATE_TEST_CASE("all row offsets and exponents of a folded attention", "[fold]",
                   Vfold_attention_10_3_10, Vfold_attention_21_1_6) {
  AttentionBench<TestType> bench(232, false);
  for (int offset = -8; offset <= 7; ++offset) {
    Layer layer = bench.random_layer();
    layer.tokens = bench.shape.tokens;
    layer.steps = 1;
    layer.density = 0.8;
    layer.config.row_exponent = true;
    layer.config.row_offset = offset;
    bench.run(layer);
    layer.config.row_exponent = false;
    layer.config.k_a = static_cast<unsigned>(offset + 8) % 9;
    bench.run(layer);
  }
}

TEMPLATE_TEST_CASE("a pair of bits per cycle of a folded attention, two more per result", "[fold]",
                   Vfold_attention_1_1_1, Vfold_attention_5_4_1, Vfold_attention_10_3_10,
                   Vfold_attention_21_1_6) {
  AttentionBench<TestType> bench(233, false);
  for (const bool causal : {false, true}) {
    Layer layer = bench.random_layer();
    layer.causal = causal;
    const int n = layer.tokens;
    const int pairs = causal ? n * (n + 1) / 2 : n * n;
    const int columns = bench.shape.columns;
    const int draw = 3 * bench.shape.lanes() + 2;
    const int scores = draw + pairs * (columns + 2);
    const int outputs = columns * (draw + pairs + 2 * n);
    const int cycles = 1 + layer.steps * bench.shape.heads * (scores + outputs);
    CHECK(bench.run(layer) == static_cast<std::uint64_t>(cycles));
  }
}

TEMPLATE_TEST_CASE("a clear or a reset ends a folded attention", "[fold]", Vfold_attention_1_1_1,
                   Vfold_attention_5_4_1, Vfold_attention_10_3_10) {
  AttentionBench<TestType> bench(234, true);
  for (int round = 0; round < 30; ++round) {
    bench.start(bench.random_layer());
    bench.sim.tick(bench.random.below(400));
    abandon(bench.sim, round % 2 == 0);
    REQUIRE(bench.sim->busy_o == 0);
    REQUIRE(bench.sim->draw_o == 0);
    REQUIRE(bench.sim->re_o == 0);
    bench.run(bench.random_layer());
  }
}
