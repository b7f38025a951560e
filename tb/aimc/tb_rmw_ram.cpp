// SPDX-License-Identifier: Apache-2.0
// Read-modify-write memory: a read sees all writes up to its own cycle, and holds.
#include <Vrmw_ram_1.h>
#include <Vrmw_ram_5.h>

#include <catch2/catch.hpp>
#include <cstdint>
#include <map>
#include <optional>

#include "lib/random.hpp"
#include "lib/sim.hpp"

using namespace xpike::tb;

namespace {

template <class Model>
void exercise(std::uint64_t depth) {
  Sim<Model> sim;
  Random random(5);
  std::map<std::uint64_t, std::uint64_t> words;  // written so far
  std::optional<std::uint64_t> shown;
  for (int i = 0; i < 20'000; ++i) {
    const std::uint64_t waddr = random.below(depth);
    const std::uint64_t raddr = random.chance(0.5) ? waddr : random.below(depth);
    const std::uint64_t data = random.bits(33);
    const bool write = random.chance(0.6);
    const bool read = random.chance(0.6);
    sim->we_i = write ? 1 : 0;
    sim->waddr_i = static_cast<CData>(waddr);
    sim->wdata_i = data;
    sim->re_i = read ? 1 : 0;
    sim->raddr_i = static_cast<CData>(raddr);
    sim.tick();
    if (write) {
      words[waddr] = data;
    }
    if (read) {
      shown = words.contains(raddr) ? std::optional(words[raddr]) : std::nullopt;
    }
    if (shown) {
      REQUIRE(sim->rdata_o == *shown);
    }
  }
  CHECK(words.size() == depth);
}

}  // namespace

TEST_CASE("a read sees the write of its own cycle and holds its word", "[aimc]") {
  exercise<Vrmw_ram_1>(1);
  exercise<Vrmw_ram_5>(5);
}
