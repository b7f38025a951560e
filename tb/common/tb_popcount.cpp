// SPDX-License-Identifier: Apache-2.0
#include <Vpopcounts.h>

#include <catch2/catch.hpp>

#include "lib/bits.hpp"
#include "lib/random.hpp"
#include "lib/sim.hpp"

namespace {

// Ones among the low bits, counted one by one.
unsigned ones(Vpopcounts& model, std::size_t width) {
  unsigned count = 0;
  for (std::size_t i = 0; i < width; ++i) {
    count += static_cast<unsigned>(xpike::tb::get_bits(model.bits_i, i));
  }
  return count;
}

void check_all(xpike::tb::Sim<Vpopcounts>& sim) {
  sim.eval();
  REQUIRE(sim->count1_o == ones(*sim, 1));
  REQUIRE(sim->count2_o == ones(*sim, 2));
  REQUIRE(sim->count7_o == ones(*sim, 7));
  REQUIRE(sim->count8_o == ones(*sim, 8));
  REQUIRE(sim->count33_o == ones(*sim, 33));
  REQUIRE(sim->count64_o == ones(*sim, 64));
  REQUIRE(sim->count256_o == ones(*sim, 256));
  REQUIRE(sim->count300_o == ones(*sim, 300));
}

}  // namespace

TEST_CASE("counts equal a bit-by-bit count at every density", "[popcount]") {
  xpike::tb::Sim<Vpopcounts> sim;
  xpike::tb::Random random(1);
  for (int round = 0; round < 500; ++round) {
    const double density = round / 499.0;  // first round all zeros, last round all ones
    for (std::size_t i = 0; i < 300; ++i) {
      xpike::tb::set_bits(sim->bits_i, i, 1, random.chance(density) ? 1 : 0);
    }
    check_all(sim);
  }
}

TEST_CASE("each single bit counts one", "[popcount]") {
  xpike::tb::Sim<Vpopcounts> sim;
  for (std::size_t i = 0; i < 300; ++i) {
    xpike::tb::set_bits(sim->bits_i, i, 1, 1);
    check_all(sim);
    xpike::tb::set_bits(sim->bits_i, i, 1, 0);
  }
}
