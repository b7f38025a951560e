// SPDX-License-Identifier: Apache-2.0
// Code meter: sums of lanes, read in halves, cleared and reset.
#include <Vcode_meter_256.h>
#include <Vcode_meter_4.h>

#include <catch2/catch.hpp>
#include <cstdint>

#include "lib/bits.hpp"
#include "lib/random.hpp"
#include "lib/sim.hpp"

using namespace xpike::tb;

namespace {

template <class Model>
struct Bench {
  Bench(std::size_t lanes, std::uint64_t arrays) : lanes_(lanes), arrays_(arrays) { sim.reset(); }

  /// Lanes of 4 times up to 16 per array, the most now and then.
  void add() {
    const bool most = random.chance(0.2);
    for (std::size_t lane = 0; lane < lanes_; ++lane) {
      const std::uint64_t magnitudes = most ? 16 * arrays_ : random.below(16 * arrays_ + 1);
      set_bits(sim->current_i, 16 * lane, 16, 4 * magnitudes);
      expected += magnitudes;
    }
    sim->add_i = 1;
    sim.tick();
    sim->add_i = 0;
    set_bits(sim->current_i, 0, 16, random.bits(14));
  }

  std::uint64_t half(bool high) {
    sim->read_i = 1;
    sim->high_i = high;
    sim.tick();
    sim->read_i = 0;
    REQUIRE(sim->rvalid_o == 1);
    const std::uint64_t data = sim->rdata_o;
    if (random.chance(0.5)) {
      sim.tick();
      REQUIRE(sim->rvalid_o == 0);
      REQUIRE(sim->rdata_o == 0);
    }
    return data;
  }

  void check() {
    sim.tick();  // complete two cycles after the last lanes
    REQUIRE(half(false) == expected % 65536);
    REQUIRE(half(false) == expected % 65536);
    REQUIRE(half(true) == expected / 65536);
    REQUIRE(half(true) == 0);
    REQUIRE(half(false) == 0);
    expected = 0;
  }

  Sim<Model> sim;
  Random random{15};
  std::uint64_t expected = 0;

 private:
  std::size_t lanes_;
  std::uint64_t arrays_;
};

template <class Model>
void sums(std::size_t lanes, std::uint64_t arrays) {
  Bench<Model> bench(lanes, arrays);
  for (int round = 0; round < 60; ++round) {
    const auto vectors = 1 + bench.random.below(round % 10 == 0 ? 1024 : 30);
    for (std::uint64_t k = 0; k < vectors; ++k) {
      bench.add();
      bench.sim.tick(bench.random.below(2));
    }
    if (round % 5 == 3) {
      bench.sim->clr_i = 1;
      bench.sim.tick();
      bench.sim->clr_i = 0;
      bench.expected = 0;
    } else if (round % 5 == 4) {
      bench.sim.reset();
      bench.expected = 0;
    }
    bench.check();
  }
}

}  // namespace

TEST_CASE("code meter adds up what its lanes show", "[aimc][calibration]") {
  sums<Vcode_meter_4>(4, 3);
  sums<Vcode_meter_256>(256, 256);
}
