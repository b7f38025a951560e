// SPDX-License-Identifier: Apache-2.0
#include <Vbernoulli.h>

#include <catch2/catch.hpp>

#include "lib/sim.hpp"

namespace {

// The definition of docs/numerics.md section 3, with a remainder in place of the mask.
bool expected(int value, int byte, int exponent) { return value > byte % (1 << exponent); }

}  // namespace

TEST_CASE("the encoder equals its definition for every input", "[bernoulli]") {
  xpike::tb::Sim<Vbernoulli> sim;
  int wrong = 0;
  // Bytes, and the wider numbers of long sequences.
  for (int exponent = 0; exponent <= 10; ++exponent) {
    for (int value = 0; value < (exponent > 8 ? 2048 : 512); ++value) {
      for (int byte = 0; byte < (exponent > 8 ? 1024 : 256); ++byte) {
        sim->exponent_i = static_cast<CData>(exponent);
        sim->value_i = static_cast<SData>(value);
        sim->draw_i = static_cast<SData>(byte);
        sim.eval();
        wrong += sim->spike_o != expected(value, byte, exponent) ? 1 : 0;
      }
    }
  }
  CHECK(wrong == 0);
}

TEST_CASE("over all bytes the spike count is the integer, saturated", "[bernoulli]") {
  xpike::tb::Sim<Vbernoulli> sim;
  for (const int exponent : {1, 4, 8}) {
    for (const int value : {0, 1, 7, 15, 16, 128, 255, 256, 300}) {
      int spikes = 0;
      for (int byte = 0; byte < 256; ++byte) {
        sim->exponent_i = static_cast<CData>(exponent);
        sim->value_i = static_cast<SData>(value);
        sim->draw_i = static_cast<SData>(byte);
        sim.eval();
        spikes += sim->spike_o;
      }
      const int full = 1 << exponent;
      CHECK(spikes == 256 / full * (value < full ? value : full));
    }
  }
}
