// SPDX-License-Identifier: Apache-2.0
#include <Vram_bits.h>
#include <Vram_lanes.h>

#include <catch2/catch.hpp>
#include <cstdint>
#include <vector>

#include "lib/bits.hpp"
#include "lib/random.hpp"
#include "lib/sim.hpp"

namespace {

struct Shape {
  unsigned width, depth, lane;
};
template <class Model>
constexpr Shape ShapeOf{.width = 90, .depth = 5, .lane = 18};
template <>
constexpr Shape ShapeOf<Vram_bits>{.width = 7, .depth = 1, .lane = 1};

}  // namespace

TEMPLATE_TEST_CASE("reads give what was written last, lane by lane, one cycle later", "[ram]",
                   Vram_lanes, Vram_bits) {
  constexpr Shape shape = ShapeOf<TestType>;
  constexpr unsigned lanes = shape.width / shape.lane;
  using Lanes = std::vector<std::uint64_t>;
  xpike::tb::Sim<TestType> sim;
  xpike::tb::Random random(2);
  std::vector<Lanes> model(shape.depth, Lanes(lanes));
  Lanes shown(lanes);

  // All words are written once, so that nothing uninitialised is read. Then random accesses, also
  // to the word that is being written: they see the old word. Without a read the output holds.
  for (unsigned cycle = 0; cycle < 3000; ++cycle) {
    const bool init = cycle < shape.depth;
    const auto waddr = init ? cycle : static_cast<unsigned>(random.below(shape.depth));
    const auto raddr = static_cast<unsigned>(random.below(shape.depth));
    const bool read = cycle >= shape.depth && random.chance(0.6);
    const auto enables = init ? ~std::uint64_t{0} : random.bits(lanes);
    sim->waddr_i = static_cast<CData>(waddr);
    sim->raddr_i = static_cast<CData>(raddr);
    sim->re_i = read;
    sim->we_i = static_cast<CData>(enables & ((1U << lanes) - 1U));
    if (read) {
      shown = model[raddr];
    }
    for (unsigned l = 0; l < lanes; ++l) {
      const auto value = random.bits(shape.lane);
      xpike::tb::set_bits(sim->wdata_i, l * shape.lane, shape.lane, value);
      if (((enables >> l) & 1U) != 0) {
        model[waddr][l] = value;
      }
    }
    sim.tick();
    if (cycle > shape.depth + 20) {
      Lanes got(lanes);
      for (unsigned l = 0; l < lanes; ++l) {
        got[l] = xpike::tb::get_bits(sim->rdata_o, l * shape.lane, shape.lane);
      }
      REQUIRE(got == shown);
    }
  }
}
