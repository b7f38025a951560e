// SPDX-License-Identifier: Apache-2.0
// Speed of the simulated RTL. Names are "subject/size/variant"; items are clock cycles, and the
// counter "updates" says how many units (cells, neurons) work in each of them.
#pragma once

#include <benchmark/benchmark.h>

#include <cstdint>
#include <limits>
#include <type_traits>
#include <vector>

#include "lib/bits.hpp"
#include "lib/random.hpp"

namespace xpike::bench {

void register_tiles();   // attention tiles
void register_arrays();  // synaptic arrays and neurons
void register_cores();   // whole configurations: those of this build

constexpr std::uint64_t kNoLimit = std::numeric_limits<std::uint64_t>::max();

// Values for a port of any width, each bit 1 with the given probability; made beforehand, so that
// driving the port costs a copy.
template <class Port>
class Stimulus {
 public:
  Stimulus(const Port& port, std::size_t width, double density, tb::Random& random)
      : values_(64, port) {
    for (Port& value : values_) {
      for (std::size_t i = 0; i < width; ++i) {
        tb::set_bits(value, i, 1, random.chance(density) ? 1 : 0);
      }
    }
  }
  const Port& at(std::uint64_t cycle) const { return values_[cycle % values_.size()]; }

 private:
  std::vector<Port> values_;
};

// A driver runs clock cycles of one model; it is built at the first call and kept.
template <class Driver>
void run_cycles(benchmark::State& state) {
  static Driver driver;
  for (auto _ : state) driver.cycle();
  state.SetItemsProcessed(state.iterations());
  state.counters["updates"] = Driver::kUpdates;
}

}  // namespace xpike::bench
