// SPDX-License-Identifier: Apache-2.0
// What the benches of this folder share: narrow ports, clears and resets, and the random lanes that
// an encoder or an attention asks for bytes.
#pragma once

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "lib/lane_model.hpp"
#include "lib/random.hpp"
#include "lib/sim.hpp"

namespace xpike::tb {

/// port = value, for ports of up to 64 bits; a negative value leaves its low `width` bits.
template <class Port, class Value>
void put(Port& port, Value value, unsigned width = 8 * sizeof(Port)) {
  const auto mask = width >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << width) - 1U;
  port = static_cast<Port>(static_cast<std::uint64_t>(value) & mask);
}

/// Ends whatever the module does: a cycle of the synchronous clear, or the asynchronous reset.
template <class Model>
void abandon(Sim<Model>& sim, bool by_clear) {
  if (by_clear) {
    sim->clr_i = 1;
    sim.tick();
    sim->clr_i = 0;
    sim.eval();
  } else {
    sim.reset();
  }
}

/// Stands for xpk_fold_random: its lanes, drawn when asked for, each time after a while. Until then
/// the bytes are noise.
class DrawServer : public Agent {
 public:
  struct Ports {
    std::function<bool()> draw;
    std::function<unsigned()> first;
    std::function<void(bool)> set_busy;
    std::function<void(unsigned, std::uint32_t)> set_word;  // number within the draw, bytes
  };

  /// A draw is of `count` lanes; it takes 3 cycles a lane or, if `slow`, 1..9 cycles.
  DrawServer(Ports ports, Random& random, unsigned count, bool slow)
      : ports_(std::move(ports)), random_(random), count_(count), slow_(slow) {}

  void seed(const std::vector<std::uint32_t>& states) {
    lanes_.clear();
    for (const std::uint32_t state : states) lanes_.emplace_back(state);
    draws_.assign(states.size(), 0);
    left_ = 0;
  }
  /// Draws of every lane since it was seeded.
  const std::vector<unsigned>& draws() const { return draws_; }

  void drive() override {
    ports_.set_busy(left_ > 0);
    for (unsigned l = 0; l < count_; ++l) {
      const auto noise = static_cast<std::uint32_t>(random_.word());
      ports_.set_word(
          l, left_ > 0 || first_ + l >= lanes_.size() ? noise : lanes_[first_ + l].state());
    }
    if (left_ > 0) --left_;
  }
  void sample() override {
    if (!ports_.draw()) return;
    first_ = ports_.first();
    left_ = slow_ ? 1 + static_cast<unsigned>(random_.below(9)) : 3 * count_;
    for (unsigned l = 0; l < count_; ++l) {
      lanes_.at(first_ + l).draw();
      ++draws_[first_ + l];
    }
  }

 private:
  Ports ports_;
  Random& random_;
  unsigned count_;
  bool slow_;
  std::vector<LaneModel> lanes_;
  std::vector<unsigned> draws_;
  unsigned first_ = 0;
  unsigned left_ = 0;
};

/// States of lanes, never 0.
inline std::vector<std::uint32_t> random_states(Random& random, std::size_t count) {
  std::vector<std::uint32_t> states(count);
  for (auto& state : states) state = static_cast<std::uint32_t>(random.word()) | 1U;
  return states;
}

}  // namespace xpike::tb
