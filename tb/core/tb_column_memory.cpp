// SPDX-License-Identifier: Apache-2.0
#include <Vcolumn_memory_a.h>
#include <Vcolumn_memory_b.h>
#include <Vcolumn_memory_c.h>
#include <Vcolumn_memory_d.h>
#include <Vcolumn_memory_e.h>
#include <Vcolumn_memory_f.h>
#include <Vcolumn_memory_g.h>

#include <catch2/catch.hpp>
#include <vector>

#include "lib/bits.hpp"
#include "lib/random.hpp"
#include "lib/sim.hpp"

namespace {

struct Shape {
  int tokens, heads, head_dim, steps, cols, converters;
  int tile = tokens;
};
template <class Model>
constexpr Shape ShapeOf{};
template <>
constexpr Shape ShapeOf<Vcolumn_memory_a>{10, 3, 10, 5, 20, 5};  // half a row block is empty
template <>
constexpr Shape ShapeOf<Vcolumn_memory_b>{21, 1, 6, 3, 6, 6};  // one mux step
template <>
constexpr Shape ShapeOf<Vcolumn_memory_c>{5, 5, 4, 1, 12, 1};  // one converter, three heads a block
template <>
constexpr Shape ShapeOf<Vcolumn_memory_d>{256, 1, 2, 64, 2, 1};  // the most tokens and time steps
template <>
constexpr Shape ShapeOf<Vcolumn_memory_e>{7, 3, 4, 3, 8, 2, 4};  // two blocks of tokens
template <>
constexpr Shape ShapeOf<Vcolumn_memory_f>{25, 1, 3, 2, 3, 1, 12};  // three
template <>
constexpr Shape ShapeOf<Vcolumn_memory_g>{1024, 1, 2, 2, 2, 2, 256};  // four, the most

int pick(xpike::tb::Random& random, int bound) { return random.between(0, bound - 1); }

}  // namespace

TEMPLATE_TEST_CASE("columns read what the mux steps wrote", "[column_memory]", Vcolumn_memory_a,
                   Vcolumn_memory_b, Vcolumn_memory_c, Vcolumn_memory_d, Vcolumn_memory_e,
                   Vcolumn_memory_f, Vcolumn_memory_g) {
  constexpr Shape s = ShapeOf<TestType>;
  constexpr int dim = s.heads * s.head_dim;
  constexpr int blocks = (dim + s.cols - 1) / s.cols;
  constexpr int mux_steps = s.cols / s.converters;
  constexpr int fill = s.tokens * s.steps * mux_steps;
  xpike::tb::Sim<TestType> sim;
  xpike::tb::Random random(6);

  // x[(t * tokens + n) * dim + f]
  std::vector<bool> x(static_cast<std::size_t>(s.steps * s.tokens * dim));
  const auto at = [&](int t, int n, int f) {
    return static_cast<std::size_t>((t * s.tokens + n) * dim + f);
  };
  std::vector<bool> shown(static_cast<std::size_t>(s.heads * s.tile));
  std::vector<bool> exists(shown.size());  // tokens of the last block may not

  // First everything once, then random writes and reads together, also of one and the same word.
  for (int cycle = 0; cycle < fill + 5000; ++cycle) {
    const bool write = cycle < fill || random.chance(0.7);
    const int n = cycle < fill ? cycle / (s.steps * mux_steps) : pick(random, s.tokens);
    const int t = cycle < fill ? cycle / mux_steps % s.steps : pick(random, s.steps);
    const int m = cycle < fill ? cycle % mux_steps : pick(random, mux_steps);
    const bool read = cycle >= fill && random.chance(0.7);
    const int read_t = random.chance(0.5) ? t : pick(random, s.steps);
    const int read_d = pick(random, s.head_dim);
    const int read_block = pick(random, (s.tokens + s.tile - 1) / s.tile);

    sim->re_i = read;
    sim->rstep_i = static_cast<CData>(read_t);
    sim->rcol_i = static_cast<CData>(read_d);
    sim->rblock_i = static_cast<CData>(read_block);
    if (read) {
      for (int h = 0; h < s.heads; ++h) {
        for (int k = 0; k < s.tile; ++k) {
          const auto bit = static_cast<std::size_t>(h * s.tile + k);
          const int token = read_block * s.tile + k;
          exists[bit] = token < s.tokens;
          shown[bit] = exists[bit] && x[at(read_t, token, h * s.head_dim + read_d)];
        }
      }
    }
    sim->we_i = write;
    sim->wtag_i = static_cast<IData>(n * 256 + t);
    sim->wstep_i = static_cast<CData>(m);
    for (int b = 0; b < blocks; ++b) {
      for (int c = 0; c < s.converters; ++c) {
        const bool spike = random.chance(0.5);  // lanes without a feature carry noise
        const int f = b * s.cols + m * s.converters + c;
        xpike::tb::set_bits(sim->wbits_i, static_cast<std::size_t>(b * s.converters + c), 1, spike);
        if (write && f < dim) {
          x[at(t, n, f)] = spike;
        }
      }
    }
    sim.tick();

    if (cycle > fill + 20) {  // without a read the last column stays
      std::vector<bool> got(shown.size());
      for (std::size_t i = 0; i < got.size(); ++i) {
        got[i] = exists[i] && xpike::tb::get_bits(sim->rdata_o, i) != 0;
      }
      REQUIRE(got == shown);
    }
  }
}
