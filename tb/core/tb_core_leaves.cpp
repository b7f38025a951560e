// SPDX-License-Identifier: Apache-2.0
// The residual gate and the event counters.
#include <Vcounters_5.h>
#include <Vcounters_full.h>
#include <Vcounters_wide.h>
#include <Vresidual.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>
#include <vector>

#include "lib/bits.hpp"
#include "lib/random.hpp"
#include "lib/sim.hpp"

namespace {

struct Shape {
  unsigned events, inc_bits, count_bits;
};
template <class Model>
constexpr Shape ShapeOf{.events = 5, .inc_bits = 6, .count_bits = 9};
template <>
constexpr Shape ShapeOf<Vcounters_full>{.events = 3, .inc_bits = 24, .count_bits = 64};
template <>
constexpr Shape ShapeOf<Vcounters_wide>{.events = 3, .inc_bits = 60, .count_bits = 64};

}  // namespace

TEST_CASE("the residual modes follow their truth tables", "[residual]") {
  // Bit 2x + b of an entry is the result for inputs x and b; the last entry is the unused code.
  constexpr unsigned tables[] = {0b0100, 0b1110, 0b0110, 0b0100};
  xpike::tb::Sim<Vresidual> sim;
  xpike::tb::Random random(3);
  for (int round = 0; round < 200; ++round) {
    const auto mode = static_cast<unsigned>(random.below(4));
    const std::uint64_t x = random.bits(37);
    const std::uint64_t branch = random.bits(37);
    sim->mode_i = static_cast<CData>(mode);
    sim->x_i = x;
    sim->branch_i = branch;
    sim.eval();
    std::uint64_t expected = 0;
    for (unsigned i = 0; i < 37; ++i) {
      const auto row = 2 * ((x >> i) & 1U) + ((branch >> i) & 1U);
      expected |= static_cast<std::uint64_t>((tables[mode] >> row) & 1U) << i;
    }
    REQUIRE(sim->y_o == expected);
  }
}

TEMPLATE_TEST_CASE("counters add up, stay at their largest value and clear", "[counters]",
                   Vcounters_5, Vcounters_full, Vcounters_wide) {
  constexpr Shape shape = ShapeOf<TestType>;
  const std::uint64_t largest = ~std::uint64_t{0} >> (64 - shape.count_bits);
  xpike::tb::Sim<TestType> sim;
  xpike::tb::Random random(4);
  std::vector<std::uint64_t> expected(shape.events);
  sim->clr_i = 0;
  sim.reset();
  for (int cycle = 0; cycle < 3000; ++cycle) {
    const bool clear = random.chance(0.005);
    sim->clr_i = clear;
    for (unsigned e = 0; e < shape.events; ++e) {
      // Idle, full scale and anything between.
      const auto full = (std::uint64_t{1} << shape.inc_bits) - 1;
      const auto kind = random.below(3);
      const auto inc = kind == 0 ? 0 : kind == 1 ? full : random.bits(shape.inc_bits);
      xpike::tb::set_bits(sim->inc_i, e * shape.inc_bits, shape.inc_bits, inc);
      expected[e] = clear ? 0 : expected[e] + std::min(inc, largest - expected[e]);
    }
    sim.tick();
    const auto index = static_cast<unsigned>(random.below(shape.events + 2));
    sim->index_i = static_cast<CData>(random.chance(0.1) ? 255 : index);
    sim.eval();
    REQUIRE(sim->count_o == (sim->index_i < shape.events ? expected[index] : 0));
  }
}
