// SPDX-License-Identifier: Apache-2.0
// Queue of spike vectors: order, occupancy, held read data, clear and reset.
#include <Vspike_queue.h>
#include <Vspike_queue_one.h>

#include <catch2/catch.hpp>
#include <deque>

#include "lib/bits.hpp"
#include "lib/random.hpp"
#include "lib/sim.hpp"

using namespace xpike::tb;

namespace {

template <class Model>
constexpr std::size_t DepthOf = 7;
template <>
constexpr std::size_t DepthOf<Vspike_queue_one> = 1;
template <class Model>
constexpr unsigned WidthOf = 11;
template <>
constexpr unsigned WidthOf<Vspike_queue_one> = 3;

}  // namespace

TEMPLATE_TEST_CASE("vectors come out in the order in which they went in", "[spike_queue]",
                   Vspike_queue, Vspike_queue_one) {
  Sim<TestType> sim;
  Random random(1);
  std::deque<std::uint64_t> held;
  std::uint64_t shown = 0;
  bool read_once = false;
  bool was_full = false;
  sim->clr_i = sim->we_i = sim->re_i = 0;
  sim.reset();
  for (int i = 0; i < 20000; ++i) {
    const double writing = (i / 500) % 2 == 0 ? 0.7 : 0.3;  // now fuller, now emptier
    const bool full = held.size() == DepthOf<TestType>;
    sim.eval();
    REQUIRE(sim->full_o == full);
    if (read_once) REQUIRE(sim->rdata_o == shown);
    was_full = was_full || full;
    set_bits(sim->wdata_i, 0, WidthOf<TestType>, random.bits(WidthOf<TestType>));
    sim->we_i = !full && random.chance(writing);
    sim->re_i = !held.empty() && random.chance(0.5);
    const bool drop = random.chance(0.002);
    if (drop && random.chance(0.5)) {
      sim->we_i = sim->re_i = 0;
      sim.reset();
      held.clear();
      read_once = false;
      continue;
    }
    sim->clr_i = drop;
    if (sim->re_i != 0) {
      shown = held.front();
      held.pop_front();
      read_once = true;
    }
    if (sim->we_i != 0) held.push_back(sim->wdata_i);
    if (drop) held.clear();
    sim.tick();
    sim->clr_i = 0;
  }
  CHECK(was_full);
}
