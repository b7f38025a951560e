// SPDX-License-Identifier: Apache-2.0
// Clocks of a conversion: the mux sequencer and the converter delay of the array models.
#include <Vadc_delay_1.h>
#include <Vadc_delay_2.h>
#include <Vadc_delay_5.h>
#include <Vmux_sequencer_1_1.h>
#include <Vmux_sequencer_1_4.h>
#include <Vmux_sequencer_5_3.h>
#include <Vmux_sequencer_8_1.h>

#include <catch2/catch.hpp>
#include <cstdint>

#include "lib/bits.hpp"
#include "lib/random.hpp"
#include "lib/sim.hpp"

using namespace xpike::tb;

namespace {

struct Vector {
  int mux_steps;
  int adc_cycles;
};
template <class Model>
constexpr Vector VectorOf{};
template <>
constexpr Vector VectorOf<Vmux_sequencer_1_1>{1, 1};
template <>
constexpr Vector VectorOf<Vmux_sequencer_1_4>{1, 4};
template <>
constexpr Vector VectorOf<Vmux_sequencer_5_3>{5, 3};
template <>
constexpr Vector VectorOf<Vmux_sequencer_8_1>{8, 1};

template <class Model>
constexpr int AdcCyclesOf = 1;
template <>
constexpr int AdcCyclesOf<Vadc_delay_2> = 2;
template <>
constexpr int AdcCyclesOf<Vadc_delay_5> = 5;

}  // namespace

TEMPLATE_TEST_CASE("vectors take their mux steps one after another, without a gap", "[aimc]",
                   Vmux_sequencer_1_1, Vmux_sequencer_1_4, Vmux_sequencer_5_3, Vmux_sequencer_8_1) {
  constexpr Vector shape = VectorOf<TestType>;
  constexpr int period = shape.mux_steps * shape.adc_cycles;
  Sim<TestType> sim;
  Random random(12);
  sim->clr_i = 0;
  sim->start_i = 0;
  sim->en_i = 1;
  sim.reset();
  int spent = -1;  // enabled cycles of the vector that is under way, -1: none
  for (int cycle = 0; cycle < 20000; ++cycle) {
    const bool busy_stretch = cycle / 100 % 2 == 0;  // no stall, no gap
    const bool enable = busy_stretch || random.chance(0.6);
    const bool clear = !busy_stretch && random.chance(0.02);
    const bool reset = !busy_stretch && random.chance(0.005);
    if (reset) {
      sim.reset();
      spent = -1;
    }
    sim->en_i = enable;
    sim->clr_i = clear;
    sim->start_i = 0;
    sim.eval();
    const bool active = spent >= 0;
    const bool last = spent == period - 1;
    REQUIRE((sim->ready_o != 0) == (!active || (last && enable)));
    REQUIRE((sim->active_o != 0) == active);
    REQUIRE((sim->conv_o != 0) == (active && spent % shape.adc_cycles == 0));
    if (active) REQUIRE(sim->step_o == spent / shape.adc_cycles);
    const bool start = sim->ready_o != 0 && (busy_stretch || random.chance(0.4));
    sim->start_i = start;
    sim.tick();
    if (active && enable) ++spent;
    if (spent == period || clear) spent = -1;
    if (start && !clear) spent = 0;
  }
}

TEMPLATE_TEST_CASE("codes appear when the conversion ends, and not before", "[aimc]", Vadc_delay_1,
                   Vadc_delay_2, Vadc_delay_5) {
  constexpr int adc_cycles = AdcCyclesOf<TestType>;
  Sim<TestType> sim;
  Random random(13);
  sim->en_i = 0;
  sim->conv_i = 0;
  sim->data_i = 0;
  sim.reset();
  std::uint64_t shown = 0;
  std::uint64_t loaded = 0;
  int left = -1;           // enabled edges until the codes are due, -1: none on the way
  int since = adc_cycles;  // enabled edges since the last conversion began
  for (int cycle = 0; cycle < 5000; ++cycle) {
    if (random.chance(0.01)) {
      sim.reset();
      left = -1;
      since = adc_cycles;
      if (adc_cycles > 1) shown = 0;
    }
    const bool enable = random.chance(0.7);
    const bool conv = since >= adc_cycles && random.chance(0.6);
    sim->en_i = enable;
    sim->conv_i = conv;
    sim.tick();
    if (!enable) continue;
    ++since;
    if (conv) {
      loaded = random.bits(35);
      sim->data_i = loaded;  // a register that the edge has loaded
      left = adc_cycles - 1;
      since = 1;
    } else if (left > 0) {
      --left;
    }
    sim.eval();
    if (left == 0) {
      shown = loaded;
      left = -1;
    }
    REQUIRE(sim->data_o == shown);
  }
}
