// SPDX-License-Identifier: Apache-2.0
#include "reference/streams.hpp"

#include <algorithm>
#include <utility>

#include "reference/kernels/lane_draws.hpp"

namespace xpike::reference {
namespace {

std::uint32_t stir(std::uint32_t h) {
  h += h << 9;
  h ^= h >> 12;
  return h;
}

struct OneLane {
  using Lanes = std::uint32_t;
};

}  // namespace

std::uint32_t base_state(std::uint32_t seed, std::uint32_t image, std::uint32_t layer,
                         std::uint32_t kind) {
  std::uint32_t h = 0x58504B31U;
  for (const std::uint32_t word : {seed, image, 2 * layer + kind}) {
    h += word;
    for (int round = 0; round < 6; ++round) h = stir(h);
  }
  return h != 0 ? h : 1;
}

std::uint32_t lane_state(std::uint32_t base, int lane) {
  for (int i = 0; i < lane; ++i) base = lane_jump()(base);
  return base;
}

std::vector<std::uint32_t> lane_states(std::uint32_t base, int count) {
  std::vector<std::uint32_t> states(static_cast<std::size_t>(count));
  for (std::uint32_t& state : states) {
    state = base;
    base = lane_jump()(base);
  }
  return states;
}

LaneBank::LaneBank(std::vector<std::uint32_t> starts, int leap, const Kernels& kernels,
                   Randomness randomness)
    : kernels_(&kernels), states_(std::move(starts)), leap_(leap) {
  if (randomness == Randomness::kPerfect) {
    std::seed_seq seed(states_.begin(), states_.end());
    perfect_.emplace(seed);
  }
}

void LaneBank::stick(std::vector<StuckBit> bits) {
  stuck_ = std::move(bits);
  hold_stuck_bits();
}

void LaneBank::draw() {
  if (perfect_) {
    std::ranges::generate(states_, [this] { return next_word(); });
  } else {
    const Leap<OneLane> jump(leap_);
    for (std::uint32_t& state : states_) state = jump(state);
  }
  hold_stuck_bits();
  lane_draws_ += states_.size();
}

void LaneBank::draw(std::size_t draws, std::span<const std::uint32_t> masks,
                    std::span<std::uint32_t> out) {
  if (!stuck_.empty()) {
    for (std::size_t d = 0; d < draws; ++d) {
      draw();
      for (std::size_t i = 0; i < states_.size(); ++i) {
        out[d * states_.size() + i] = states_[i] & masks[i];
      }
    }
    return;
  }
  if (perfect_) {
    for (std::size_t i = 0; i < draws * states_.size(); ++i) {
      out[i] = next_word() & masks[i % states_.size()];
    }
  } else {
    kernels_->draw(states_.data(), states_.size(), leap_, draws, masks.data(), out.data());
  }
  lane_draws_ += draws * states_.size();
}

AttentionBanks::AttentionBanks(const Config& config, std::uint32_t base, const Kernels& kernels,
                               Randomness randomness)
    : score({}, config.leap_score), value({}, config.leap_value) {
  const auto starts = lane_states(base, attention_lanes(config.heads, config.tokens));
  const auto middle = starts.begin() + first_value_lane(0, config.heads, config.tokens);
  score = {{starts.begin(), middle}, config.leap_score, kernels, randomness};
  value = {{middle, starts.end()}, config.leap_value, kernels, randomness};
}

}  // namespace xpike::reference
