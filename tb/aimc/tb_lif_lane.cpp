// SPDX-License-Identifier: Apache-2.0
// LIF lane: corners of every operand crossed, then random ones.
#include <Vlif_lane.h>

#include <catch2/catch.hpp>
#include <cstdint>
#include <vector>

#include "lib/random.hpp"
#include "lib/sim.hpp"

using namespace xpike::tb;

namespace {

struct Lane {
  // Section 6 of the numerics, in 64-bit integers.
  void check(int membrane, bool fresh, int current, int bias, int threshold) {
    const std::int64_t v = fresh ? 0 : membrane;
    const std::int64_t half = (v - (v & 1)) / 2;  // rounds towards minus infinity
    std::int64_t u = half + current + bias;
    u = u > 2047 ? 2047 : u < -2048 ? -2048 : u;
    const bool spike = u >= threshold;

    sim->membrane_i = static_cast<SData>(membrane & 0xFFF);
    sim->fresh_i = fresh ? 1 : 0;
    sim->current_i = static_cast<SData>(current & 0xFFFF);
    sim->bias_i = static_cast<SData>(bias & 0xFFF);
    sim->threshold_i = static_cast<SData>(threshold);
    sim.eval();
    REQUIRE((sim->spike_o != 0) == spike);
    REQUIRE(sim->membrane_o == static_cast<SData>((spike ? 0 : u) & 0xFFF));
  }

  Sim<Vlif_lane> sim;
};

}  // namespace

TEST_CASE("LIF lane is exact at every corner", "[aimc]") {
  Lane lane;
  for (const int membrane : {-2048, -2047, -3, -2, -1, 0, 1, 2, 3, 2046, 2047}) {
    for (const bool fresh : {false, true}) {
      for (const int current : {-32768, -16384, -2049, -1024, -4, 0, 4, 1023, 2048, 16320, 32767}) {
        for (const int bias : {-2048, -1, 0, 1, 2047}) {
          for (const int threshold : {1, 2, 1023, 1024, 2046, 2047}) {
            lane.check(membrane, fresh, current, bias, threshold);
          }
        }
      }
    }
  }
}

TEST_CASE("LIF lane is exact around its threshold and for random operands", "[aimc]") {
  Lane lane;
  Random random(3);
  for (int i = 0; i < 100'000; ++i) {
    const int membrane = random.between(-2048, 2047);
    const int bias = random.between(-2048, 2047);
    const int threshold = random.between(1, 2047);
    const bool near = random.chance(0.5);
    const int current = near ? threshold - bias - membrane / 2 + random.between(-2, 2)
                             : 4 * random.between(-4096, 3840);
    lane.check(membrane, random.chance(0.2), current, bias, threshold);
  }
}
