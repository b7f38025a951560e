// SPDX-License-Identifier: Apache-2.0
// States that the lanes of a phase start with, written out from docs/numerics.md, section 2.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "lib/lane_model.hpp"

namespace xpike::tb {

inline constexpr std::uint64_t kWords = std::uint64_t{1} << 32U;
inline constexpr int kRounds = 6;

/// State of lane 0.
inline std::uint32_t base_state(std::uint32_t seed, std::uint32_t image, std::uint32_t layer,
                                std::uint32_t kind) {
  std::uint64_t h = 0x58504B31U;
  for (const std::uint64_t word : {seed, image, 2 * layer + kind}) {
    h = (h + word) % kWords;
    for (int round = 0; round < kRounds; ++round) {
      h = h * 513 % kWords;
      h ^= h >> 12U;
    }
  }
  return h == 0 ? 1 : static_cast<std::uint32_t>(h);
}

/// The seed whose mix ends at 0: all rounds backwards.
inline std::uint32_t seed_of_zero(std::uint32_t image, std::uint32_t layer, std::uint32_t kind) {
  // 1 / (1 + 2^9) is the geometric series of -2^9, which ends at 2^32.
  const std::uint64_t inverse = kWords + 1 - (1U << 9U) + (1U << 18U) - (1U << 27U);
  std::uint64_t h = 0;
  for (const std::uint64_t word : {2 * layer + kind, image, 0x58504B31U}) {
    for (int round = 0; round < kRounds; ++round) {
      h ^= (h >> 12U) ^ (h >> 24U);
      h = h * inverse % kWords;
    }
    h = (h + kWords - word) % kWords;
  }
  return static_cast<std::uint32_t>(h);
}

/// The state of the next lane.
inline std::uint32_t jumped(std::uint32_t state) {
  LaneModel lane(state);
  for (std::uint32_t i = 0; i < 1U << 20U; ++i) {
    lane.step();
  }
  return lane.state();
}

/// Number of linearly independent words.
inline unsigned rank(const std::vector<std::uint32_t>& words) {
  std::vector<std::uint32_t> basis;
  for (std::uint32_t word : words) {
    for (const std::uint32_t pivot : basis) {
      word = std::min(word, word ^ pivot);
    }
    if (word != 0) {
      basis.push_back(word);
    }
  }
  return static_cast<unsigned>(basis.size());
}

}  // namespace xpike::tb
