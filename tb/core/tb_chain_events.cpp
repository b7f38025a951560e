// SPDX-License-Identifier: Apache-2.0
// Spike counts of the vectors that pass the points of the chain.
#include <Vchain_events_nano.h>
#include <Vchain_events_widest.h>

#include <catch2/catch.hpp>

#include "core/ports.hpp"
#include "lib/random.hpp"
#include "lib/sim.hpp"

using namespace xpike::tb;

namespace {

/// Widths of the vectors of a chain, as the builds have them.
struct Widths {
  unsigned rows, dim, ff, step;
};
template <class Model>
constexpr Widths WidthsOf{16, 16, 32, 4};
template <>
constexpr Widths WidthsOf<Vchain_events_widest>{8192, 8192, 8192, 8192};

/// A vector on a port, and its number of ones.
template <class Port>
unsigned drive_vector(Port& port, unsigned width, Random& random) {
  const double density = static_cast<double>(random.below(9)) / 8.0;  // none to all
  unsigned ones = 0;
  for (unsigned i = 0; i < width; ++i) {
    const bool bit = random.chance(density);
    set_bits(port, i, 1, bit);
    ones += bit ? 1U : 0U;
  }
  return ones;
}

}  // namespace

TEMPLATE_TEST_CASE("spikes of every vector that passes are counted, one cycle later",
                   "[chain_events]", Vchain_events_nano, Vchain_events_widest) {
  constexpr Widths widths = WidthsOf<TestType>;
  Sim<TestType> sim;
  Random random(71);
  ChainEvents expected;
  sim->clr_i = 0;
  sim.reset();
  for (int cycle = 0; cycle < 500; ++cycle) {
    if (random.chance(0.01)) {
      sim.reset();
      expected = {};
      REQUIRE(get_fields<ChainEvents>(sim->events_o) == expected);
    }
    const auto flag = [&](CData& port) {
      port = random.chance(0.4);
      return port != 0;
    };
    const bool embed = flag(sim->embed_i);
    const bool last = flag(sim->last_i);
    const bool rows = flag(sim->rows_fire_i);
    const bool a = flag(sim->a_fire_i);
    const bool h = flag(sim->h_fire_i);
    const bool ff1 = flag(sim->ff1_fire_i);
    const bool x = flag(sim->x_fire_i);
    const bool step = flag(sim->step_valid_i);
    expected.head = flag(sim->head_mvm_i);
    expected.converting = flag(sim->converting_i);
    expected.embed = embed;
    expected.qkv = x && !last;
    // A count stands still while nothing passes.
    const auto vector = [&](Count& count, bool fire, auto& port, unsigned width) {
      const unsigned ones = drive_vector(port, width, random);
      count = {fire, fire ? ones : count.spikes};
    };
    vector(expected.rows, rows, sim->rows_i, widths.rows);
    vector(expected.a, a, sim->a_i, widths.dim);
    vector(expected.proj, h, sim->proj_i, widths.dim);
    vector(expected.res1, h, sim->h_i, widths.dim);
    vector(expected.ff1, ff1, sim->ff1_i, widths.ff);
    vector(expected.ff2, x && !embed, sim->ff2_i, widths.dim);
    vector(expected.x, x, sim->x_i, widths.dim);
    vector(expected.q, step, sim->q_i, widths.step);
    vector(expected.k, step, sim->k_i, widths.step);
    vector(expected.v, step, sim->v_i, widths.step);
    sim->clr_i = random.chance(0.02);
    if (sim->clr_i != 0) expected = {};
    sim.tick();
    REQUIRE(get_fields<ChainEvents>(sim->events_o) == expected);
  }
}
