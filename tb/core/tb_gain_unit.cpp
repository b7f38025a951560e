// SPDX-License-Identifier: Apache-2.0
// Gain unit against its definition (docs/numerics.md, section 11): all operands of a small one,
// random ones and corners of the full one; latency; clear.
#include <Vgain_unit.h>
#include <Vgain_unit_small.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>

#include "lib/bits.hpp"
#include "lib/random.hpp"
#include "lib/sim.hpp"

using namespace xpike::tb;

namespace {

struct Operands {
  std::uint64_t gain0, sum0, sum;
};

std::uint64_t expected_gain(const Operands& x, unsigned gain_bits) {
  const std::uint64_t largest = (std::uint64_t{1} << gain_bits) - 1;
  return std::clamp<std::uint64_t>((x.gain0 * x.sum0 + x.sum / 2) / x.sum, 1, largest);
}

template <class Model>
void start(Sim<Model>& sim, const Operands& x) {
  set_bits(sim->gain0_i, 0, 8 * sizeof(sim->gain0_i), x.gain0);
  set_bits(sim->sum0_i, 0, 8 * sizeof(sim->sum0_i), x.sum0);
  set_bits(sim->sum_i, 0, 8 * sizeof(sim->sum_i), x.sum);
  sim->start_i = 1;
  sim.tick();
  sim->start_i = 0;
}

template <class Model>
void check(Sim<Model>& sim, const Operands& x, unsigned gain_bits, unsigned sum_bits) {
  start(sim, x);
  const unsigned latency = 2 * gain_bits + sum_bits + 2;
  for (unsigned cycle = 1; cycle < latency; ++cycle) {
    REQUIRE(sim->done_o == 0);
    sim.tick();
  }
  REQUIRE(sim->done_o == 1);
  INFO(x.gain0 << " * " << x.sum0 << " / " << x.sum);
  REQUIRE(std::uint64_t{sim->gain_o} == expected_gain(x, gain_bits));
  sim.tick();
  REQUIRE(sim->done_o == 0);
}

}  // namespace

TEST_CASE("gains of a small unit, all of them", "[calibration]") {
  Sim<Vgain_unit_small> sim;
  sim.reset();
  for (std::uint64_t gain0 = 0; gain0 < 8; ++gain0) {
    for (std::uint64_t sum0 = 0; sum0 < 16; ++sum0) {
      for (std::uint64_t sum = 1; sum < 16; ++sum) check(sim, {gain0, sum0, sum}, 3, 4);
    }
  }
}

TEST_CASE("gains of the full unit: corners and random operands", "[calibration]") {
  Sim<Vgain_unit> sim{10'000'000};
  sim.reset();
  Random random(71);
  const std::uint64_t largest = 0xFFFFFFFF;
  for (const std::uint64_t gain0 : {1U, 2U, 255U, 65534U, 65535U}) {
    for (const std::uint64_t sum0 : {std::uint64_t{0}, std::uint64_t{1}, largest - 1, largest}) {
      for (const std::uint64_t sum : {std::uint64_t{1}, std::uint64_t{2}, largest - 1, largest}) {
        check(sim, {gain0, sum0, sum}, 16, 32);
      }
    }
  }
  for (int i = 0; i < 20000; ++i) {
    const std::uint64_t sum0 = random.bits(1 + static_cast<unsigned>(random.below(32)));
    // Mostly sums near sum0, as drift makes them.
    const std::uint64_t sum =
        random.chance(0.7)
            ? static_cast<std::uint64_t>(static_cast<double>(sum0) *
                                         (0.3 + 0.001 * static_cast<double>(random.below(1000))))
            : random.bits(1 + static_cast<unsigned>(random.below(32)));
    check(sim, {1 + random.below(65535), sum0, std::clamp<std::uint64_t>(sum, 1, largest)}, 16, 32);
  }
}

TEST_CASE("a gain that is cleared or reset is forgotten", "[calibration]") {
  Sim<Vgain_unit> sim;
  sim.reset();
  for (std::uint64_t wait = 0; wait < 70; ++wait) {
    start(sim, {300, 777, 500});
    sim.tick(wait);
    if (wait % 2 == 0) {
      sim->clr_i = 1;
      sim.tick();
      sim->clr_i = 0;
    } else {
      sim.reset();
    }
    REQUIRE(sim->done_o == 0);
    check(sim, {300, 777, 500}, 16, 32);
  }
}
