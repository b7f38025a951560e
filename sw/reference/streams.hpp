// SPDX-License-Identifier: Apache-2.0
// Where random bytes come from: base states, lanes and banks (docs/numerics.md, section 2).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <span>
#include <vector>
#include <xpike/configs.hpp>

#include "reference/faults.hpp"
#include "reference/kernels/simd_level.hpp"
#include "reference/lfsr.hpp"

namespace xpike::reference {

inline constexpr std::uint32_t kEncoderStream = 0;    // `kind` of the encoder, layer 0
inline constexpr std::uint32_t kAttentionStream = 1;  // `kind` of banks S and A

// State from which all lanes of (seed, image, layer, kind) are derived. Never 0.
std::uint32_t base_state(std::uint32_t seed, std::uint32_t image, std::uint32_t layer,
                         std::uint32_t kind);

// J^lane base: start of one lane.
std::uint32_t lane_state(std::uint32_t base, int lane);

// Starts of lanes 0..count-1.
std::vector<std::uint32_t> lane_states(std::uint32_t base, int count);

// Lanes of bank S and of bank A of one head, for sequences of up to `tokens` tokens. Bank A makes a
// number of 16 bits per token where there are more than 256, else a byte.
constexpr int value_bits(int tokens) { return tokens > 256 ? 16 : 8; }
constexpr int score_lanes(int tokens) { return (tokens + 3) / 4; }
constexpr int value_lanes(int tokens) { return (tokens * value_bits(tokens) + 31) / 32; }
constexpr int attention_lanes(int heads, int tokens) {
  return heads * (score_lanes(tokens) + value_lanes(tokens));
}

// First lane of bank S and of bank A of a head.
constexpr int first_score_lane(int head, int tokens) { return head * score_lanes(tokens); }
constexpr int first_value_lane(int head, int heads, int tokens) {
  return heads * score_lanes(tokens) + head * value_lanes(tokens);
}

// What a lane offers: its register, as the chip, or the words of an independent generator of high
// quality (MT19937, one for the bank, seeded with its starts), which tells what the registers cost.
enum class Randomness : std::uint8_t { kLanes, kPerfect };

// Lanes that draw together, `leap` steps a draw. Byte b of the bank is byte b % 4 of lane b / 4.
class LaneBank {
 public:
  LaneBank(std::vector<std::uint32_t> starts, int leap, const Kernels& kernels = default_kernels(),
           Randomness randomness = Randomness::kLanes);

  // From now on these flip-flops do not change.
  void stick(std::vector<StuckBit> bits);

  // One draw, whose bytes byte() then gives.
  void draw();
  std::uint8_t byte(int b) const {
    return lfsr_byte(states_[static_cast<std::size_t>(b / 4)], b % 4);
  }

  // Many draws, their bytes masked and in memory order: byte b of draw d is byte
  // 4 * lanes() * d + b of `out`. masks: one word per lane.
  void draw(std::size_t draws, std::span<const std::uint32_t> masks, std::span<std::uint32_t> out);

  std::size_t lanes() const { return states_.size(); }
  // Lanes advanced so far, summed over draws.
  std::uint64_t lane_draws() const { return lane_draws_; }

 private:
  void hold_stuck_bits() {
    for (const StuckBit& bit : stuck_) {
      states_[bit.lane] = (states_[bit.lane] & ~bit.mask) | bit.value;
    }
  }
  std::uint32_t next_word() { return static_cast<std::uint32_t>((*perfect_)()); }

  const Kernels* kernels_;
  std::vector<std::uint32_t> states_;
  int leap_;
  std::optional<std::mt19937> perfect_;  // of all lanes
  std::vector<StuckBit> stuck_;
  std::uint64_t lane_draws_ = 0;
};

// Banks S and A of all heads, one head after the other, at the start of a layer.
struct AttentionBanks {
  AttentionBanks(const Config& config, std::uint32_t base,
                 const Kernels& kernels = default_kernels(),
                 Randomness randomness = Randomness::kLanes);

  LaneBank score;
  LaneBank value;
};

}  // namespace xpike::reference
