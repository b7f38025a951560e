// SPDX-License-Identifier: Apache-2.0
// A memory of single bits: reads give the bit that was written last, one cycle later, and hold it.
#include <Vbit_ram_one.h>
#include <Vbit_ram_small.h>
#include <Vbit_ram_words.h>

#include <catch2/catch.hpp>
#include <cstdint>
#include <vector>

#include "lib/bits.hpp"
#include "lib/random.hpp"
#include "lib/sim.hpp"

namespace {

template <class Model>
constexpr unsigned BitsOf = 1;
template <>
constexpr unsigned BitsOf<Vbit_ram_small> = 13;
template <>
constexpr unsigned BitsOf<Vbit_ram_words> = 300;  // an incomplete last word

}  // namespace

TEMPLATE_TEST_CASE("single bits keep what was written last", "[ram]", Vbit_ram_one, Vbit_ram_small,
                   Vbit_ram_words) {
  constexpr unsigned bits = BitsOf<TestType>;
  xpike::tb::Sim<TestType> sim;
  xpike::tb::Random random(3);
  std::vector<std::uint8_t> model(bits);
  std::uint8_t shown = 0;
  sim.reset();
  // All bits are written once; then accesses at random, also reads of the bit that is being
  // written.
  for (unsigned cycle = 0; cycle < 8000; ++cycle) {
    const bool init = cycle < bits;
    const auto waddr = init ? cycle : static_cast<unsigned>(random.below(bits));
    const auto raddr =
        random.chance(0.2) && !init ? waddr : static_cast<unsigned>(random.below(bits));
    const bool write = init || random.chance(0.5);
    const bool read = !init && random.chance(0.6);
    const auto value = static_cast<std::uint8_t>(random.bits(1));
    xpike::tb::set_bits(sim->waddr_i, 0, 9, waddr);
    xpike::tb::set_bits(sim->raddr_i, 0, 9, raddr);
    sim->we_i = write;
    sim->re_i = read;
    sim->wdata_i = value;
    if (read) shown = model[raddr];
    if (write) model[waddr] = value;
    sim.tick();
    if (cycle > bits + 20) REQUIRE(sim->rdata_o == shown);
  }
}
