// SPDX-License-Identifier: Apache-2.0
#include "stats/attention_bytes.hpp"

#include <random>
#include <vector>

#include "reference/streams.hpp"

namespace xpike::stats {
namespace {

constexpr int kHeads = 4;

class LaneBytes : public AttentionBytes {
 public:
  LaneBytes(int leap, std::uint32_t seed, std::uint32_t image, int tokens, int head)
      : tokens_(tokens),
        score_(bank(leap, seed, image, reference::first_score_lane(head, tokens))),
        value_(bank(leap, seed, image, reference::first_value_lane(head, kHeads, tokens))) {}

  void draw_score() override { score_.draw(); }
  std::uint8_t score(int i, int j) const override { return score_.byte((i + j) % tokens_); }
  void draw_value() override { value_.draw(); }
  std::uint8_t value(int i) const override { return value_.byte(i); }

 private:
  reference::LaneBank bank(int leap, std::uint32_t seed, std::uint32_t image, int first) const {
    const std::uint32_t base = reference::base_state(seed, image, 0, reference::kAttentionStream);
    const int lanes = reference::score_lanes(tokens_);
    const auto all = reference::lane_states(base, first + lanes);
    return {std::vector<std::uint32_t>(all.begin() + first, all.end()), leap};
  }

  int tokens_;
  reference::LaneBank score_;
  reference::LaneBank value_;
};

class PerfectBytes : public AttentionBytes {
 public:
  PerfectBytes(bool shared, std::uint64_t seed, std::uint64_t image, int tokens)
      : tokens_(tokens),
        shared_(shared),
        engine_((seed << 32U | image) * 0x9E3779B97F4A7C15U + (shared ? 1 : 0)),
        score_(static_cast<std::size_t>(shared ? tokens : tokens * tokens)),
        value_(static_cast<std::size_t>(tokens)) {}

  void draw_score() override { fill(score_); }
  std::uint8_t score(int i, int j) const override {
    return score_[static_cast<std::size_t>(shared_ ? (i + j) % tokens_ : i * tokens_ + j)];
  }
  void draw_value() override { fill(value_); }
  std::uint8_t value(int i) const override { return value_[static_cast<std::size_t>(i)]; }

 private:
  void fill(std::vector<std::uint8_t>& bytes) {
    std::uint64_t word = 0;
    for (std::size_t b = 0; b < bytes.size(); ++b) {
      word = b % 8 == 0 ? engine_() : word >> 8U;
      bytes[b] = static_cast<std::uint8_t>(word);
    }
  }

  int tokens_;
  bool shared_;
  std::mt19937_64 engine_;
  std::vector<std::uint8_t> score_;
  std::vector<std::uint8_t> value_;
};

}  // namespace

std::string Source::name() const {
  switch (generator) {
    case Generator::Lfsr:
      return "lanes, Leap " + std::to_string(leap);
    case Generator::Shared:
      return "perfect, shared bytes";
    case Generator::Unshared:
      return "perfect, a byte per score";
  }
  return "";
}

std::unique_ptr<AttentionBytes> make_bytes(const Source& source, std::uint32_t seed,
                                           std::uint32_t image, int tokens, int head) {
  if (source.generator == Generator::Lfsr) {
    return std::make_unique<LaneBytes>(source.leap, seed, image, tokens, head);
  }
  return std::make_unique<PerfectBytes>(source.generator == Generator::Shared, seed, image, tokens);
}

}  // namespace xpike::stats
