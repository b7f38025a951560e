// SPDX-License-Identifier: Apache-2.0
#include <Vcorner_turn_a.h>
#include <Vcorner_turn_b.h>
#include <Vcorner_turn_c.h>
#include <Vcorner_turn_d.h>
#include <Vcorner_turn_e.h>
#include <Vcorner_turn_f.h>
#include <Vcorner_turn_g.h>
#include <Vcorner_turn_h.h>
#include <Vcorner_turn_i.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <vector>

#include "lib/bits.hpp"
#include "lib/random.hpp"
#include "lib/sim.hpp"

namespace {

struct Shape {
  int tokens, heads, head_dim, steps;
  int memories = 1;
  int tile = tokens;
};
template <class Model>
constexpr Shape ShapeOf{};
template <>
constexpr Shape ShapeOf<Vcorner_turn_a>{10, 3, 10, 5};  // one bank
template <>
constexpr Shape ShapeOf<Vcorner_turn_b>{21, 1, 6, 3};  // four banks
template <>
constexpr Shape ShapeOf<Vcorner_turn_c>{13, 3, 5, 2};  // three banks
template <>
constexpr Shape ShapeOf<Vcorner_turn_d>{4, 2, 9, 1};  // far fewer tokens than columns
template <>
constexpr Shape ShapeOf<Vcorner_turn_e>{256, 1, 90, 64};  // the most tokens and time steps
template <>
constexpr Shape ShapeOf<Vcorner_turn_g>{7, 2, 9, 2, 1, 4};  // two blocks of tokens
template <>
constexpr Shape ShapeOf<Vcorner_turn_h>{20, 1, 2, 3, 1, 8};  // three, four banks
template <>
constexpr Shape ShapeOf<Vcorner_turn_i>{32, 1, 3, 2, 1, 8};  // four, three banks

template <>
constexpr Shape ShapeOf<Vcorner_turn_f>{11, 2, 4, 4, 3};  // three memories

/// Sends time steps of random columns and keeps what every token word must hold.
template <class Model>
struct Bench {
  static constexpr Shape S = ShapeOf<Model>;
  static constexpr int Dim = S.heads * S.head_dim;
  static constexpr int Banks = (S.tile + S.head_dim - 1) / S.head_dim;
  static constexpr int Blocks = (S.tokens + S.tile - 1) / S.tile;
  static constexpr std::size_t TagBits = 18;
  using Bits = std::vector<bool>;

  explicit Bench(unsigned stream = 7) : random(stream) {
    sim->clr_i = 0;
    sim->a_valid_i = 0;
    sim->re_i = 0;
    sim->n_tokens_i = S.tokens;
    sim.reset();
  }

  /// Of the memory that is used at present.
  Bits& word(int n, int t) {
    return words[static_cast<std::size_t>((memory * S.tokens + n) * S.steps + t)];
  }

  /// One cycle; counts the token words that the module says it writes.
  void tick() {
    sim.eval();
    written += sim->wr_words_o;
    CHECK((sim->wr_words_o != 0) == (sim->draining_o != 0));
    sim.tick();
    sim->a_valid_i = 0;
    sim->re_i = 0;
  }

  void column(int t, int block, int d, int n_tokens) {
    sim->n_tokens_i = static_cast<SData>(n_tokens);
    sim->a_valid_i = 1;
    sim->a_step_i = static_cast<CData>(t);
    sim->a_block_i = static_cast<CData>(block);
    // The memory counts with the last column of the block.
    const bool last = d == S.head_dim - 1;
    sim->a_memory_i = static_cast<CData>(last ? memory : random.between(0, S.memories - 1));
    sim->a_col_i = static_cast<CData>(d);
    for (int h = 0; h < S.heads; ++h) {
      for (int i = 0; i < S.tile; ++i) {
        const bool spike = random.chance(0.5);
        const int n = block * S.tile + i;
        xpike::tb::set_bits(sim->a_i, static_cast<std::size_t>(h * S.tile + i), 1, spike);
        if (n < n_tokens) {
          next[static_cast<std::size_t>(n * Dim + h * S.head_dim + d)] = spike;
        }
      }
    }
    tick();
  }

  /// All columns of a time step, with idle cycles between some of them.
  void step(int t, int n_tokens, double gap) {
    for (int block = 0; block * S.tile < n_tokens; ++block) {
      for (int d = 0; d < S.head_dim; ++d) {
        while (random.chance(gap)) {
          tick();
        }
        column(t, block, d, n_tokens);
      }
    }
    for (int n = 0; n < n_tokens; ++n) {
      const auto first = next.begin() + n * Dim;
      word(n, t).assign(first, first + Dim);
    }
  }

  Bits read(int n, int t) {
    const int tag = n * 256 + t;
    sim->re_i = static_cast<CData>(1U << static_cast<unsigned>(memory));
    for (int m = 0; m < S.memories; ++m) {  // the other ports are not read
      xpike::tb::set_bits(sim->re_tag_i, TagBits * static_cast<std::size_t>(m), TagBits,
                          static_cast<std::uint64_t>(m == memory ? tag : random.between(0, 255)));
    }
    tick();
    Bits got(static_cast<std::size_t>(Dim));
    for (std::size_t f = 0; f < got.size(); ++f) {
      got[f] = xpike::tb::get_bits(sim->rdata_o, static_cast<std::size_t>(memory * Dim) + f) != 0;
    }
    return got;
  }

  /// Every word that was written so far.
  void check_all() {
    for (int n = 0; n < S.tokens; ++n) {
      for (int t = 0; t < S.steps; ++t) {
        if (!word(n, t).empty()) {
          REQUIRE(read(n, t) == word(n, t));
        }
      }
    }
  }

  xpike::tb::Sim<Model> sim;
  xpike::tb::Random random;
  int memory = 0;
  std::vector<Bits> words =
      std::vector<Bits>(static_cast<std::size_t>(S.memories * S.tokens * S.steps));
  Bits next = Bits(static_cast<std::size_t>(S.tokens * Dim));
  int written = 0;
};

#define EVERY_SHAPE                                                                               \
  Vcorner_turn_a, Vcorner_turn_b, Vcorner_turn_c, Vcorner_turn_d, Vcorner_turn_g, Vcorner_turn_h, \
      Vcorner_turn_i

}  // namespace

TEMPLATE_TEST_CASE("columns turn into token words; absent tokens keep their words", "[corner_turn]",
                   EVERY_SHAPE) {
  using B = Bench<TestType>;
  B bench;
  for (int run = 0; run < 30; ++run) {
    const int n_tokens = run == 0 ? B::S.tokens : bench.random.between(1, B::S.tokens);
    const double gap = run % 2 == 0 ? 0.0 : 0.4;
    bench.written = 0;
    for (int t = 0; t < B::S.steps; ++t) {
      bench.step(t, n_tokens, gap);
    }
    while (bench.sim->draining_o != 0) {
      bench.tick();
    }
    CHECK(bench.written == n_tokens * B::S.steps);
    bench.check_all();
  }
}

TEMPLATE_TEST_CASE("the word of token n is there n / G + 2 cycles after the last column",
                   "[corner_turn]", EVERY_SHAPE, Vcorner_turn_e) {
  using B = Bench<TestType>;
  constexpr int last = B::S.steps - 1;
  for (int offset = 0; offset < B::Banks; ++offset) {
    B bench;
    for (int round = 0; round < 3; ++round) {
      for (int t = 0; t < B::S.steps; ++t) {
        bench.step(t, B::S.tokens, 0.0);
      }
      bench.tick();  // the second cycle after the last column begins now
      // Words of the last block, one after the other; those of blocks before are there long since.
      for (int n = (B::Blocks - 1) * B::S.tile + offset; n < B::S.tokens; n += B::Banks) {
        REQUIRE(bench.read(n, last) == bench.word(n, last));
      }
      bench.check_all();
    }
  }
}

TEMPLATE_TEST_CASE("clear and reset drop a step that is half in or half out", "[corner_turn]",
                   EVERY_SHAPE) {
  using B = Bench<TestType>;
  for (unsigned round = 0; round < 20; ++round) {
    B bench(round);
    const int cut = bench.random.between(1, 2 * B::S.head_dim - 1);
    for (int i = 0; i < cut; ++i) {
      bench.column(0, 0, i % B::S.head_dim, B::S.tokens);
    }
    if (round % 2 == 0) {
      bench.sim->clr_i = 1;
      bench.tick();
      bench.sim->clr_i = 0;
    } else {
      bench.sim.reset();
    }
    REQUIRE(bench.sim->draining_o == 0);
    for (int t = 0; t < B::S.steps; ++t) {
      bench.step(t, B::S.tokens, 0.1);
    }
    bench.sim.tick(static_cast<std::uint64_t>(B::S.tokens));
    bench.check_all();
  }
}

TEST_CASE("each step goes to the memory that its last column names", "[corner_turn]") {
  using B = Bench<Vcorner_turn_f>;
  B bench;
  for (int run = 0; run < 60; ++run) {
    bench.memory = bench.random.between(0, B::S.memories - 1);
    const int n_tokens = bench.random.between(1, B::S.tokens);
    for (int t = 0; t < B::S.steps; ++t) bench.step(t, n_tokens, 0.0);
    while (bench.sim->draining_o != 0) bench.tick();
    for (bench.memory = 0; bench.memory < B::S.memories; ++bench.memory) bench.check_all();
  }
}
