// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <set>
#include <vector>

#include "naive_network.hpp"
#include "reference/lfsr.hpp"
#include "reference/streams.hpp"

using namespace xpike::reference;

TEST_CASE("a step shifts right and feeds the polynomial back", "[lfsr]") {
  CHECK(lfsr_step(0x00000002) == 0x00000001);
  CHECK(lfsr_step(0x00000001) == 0x80200003);
  CHECK(lfsr_step(0x80200003) == 0xC0300002);  // 0x40100001 ^ 0x80200003
  CHECK(lfsr_step(0xFFFFFFFE) == 0x7FFFFFFF);
}

TEST_CASE("a draw of leap steps equals single steps", "[lfsr]") {
  for (const int leap : {1, 2, 5, 8, 17, 31, 32}) {
    const LfsrJump jump(static_cast<std::uint32_t>(leap));
    std::uint32_t state = 0x12345678;
    for (int draw = 0; draw < 50; ++draw) {
      std::uint32_t expected = state;
      for (int i = 0; i < leap; ++i) expected = naive::step(expected);
      REQUIRE(lfsr_draw(state, leap) == expected);
      REQUIRE(jump(state) == expected);
      state = expected;
    }
  }
}

TEST_CASE("bytes of a state start at its low end", "[lfsr]") {
  CHECK(lfsr_byte(0xA1B2C3D4, 0) == 0xD4);
  CHECK(lfsr_byte(0xA1B2C3D4, 1) == 0xC3);
  CHECK(lfsr_byte(0xA1B2C3D4, 2) == 0xB2);
  CHECK(lfsr_byte(0xA1B2C3D4, 3) == 0xA1);
}

TEST_CASE("J is 2^20 real steps", "[lfsr]") {
  for (const std::uint32_t start : {0x00000001U, 0x80000000U, 0xDEADBEEFU}) {
    std::uint32_t state = start;
    for (int i = 0; i < (1 << 20); ++i) state = naive::step(state);
    CHECK(lane_jump()(start) == state);
    CHECK(lane_state(start, 1) == state);
    for (int i = 0; i < (1 << 20); ++i) state = naive::step(state);
    CHECK(lane_state(start, 2) == state);
  }
}

TEST_CASE("the register visits every non-zero state", "[lfsr]") {
  // 2^32 - 1 = 3 * 5 * 17 * 257 * 65537. The period divides it, and no proper divisor is a period.
  const std::uint32_t period = 0xFFFFFFFF;
  const LfsrJump full(period);
  for (int bit = 0; bit < 32; ++bit) {
    const std::uint32_t state = std::uint32_t{1} << bit;
    CHECK(full(state) == state);
  }
  for (const std::uint32_t prime : {3U, 5U, 17U, 257U, 65537U}) {
    CHECK(LfsrJump(period / prime)(1) != 1);
  }
}

TEST_CASE("base states follow the mixing rule", "[streams]") {
  std::set<std::uint32_t> seen;
  for (const std::uint32_t seed : {0U, 1U, 0x58504B31U, 0xFFFFFFFFU}) {
    for (const std::uint32_t image : {0U, 2U, 9999U}) {
      for (const std::uint32_t layer : {0U, 1U, 15U}) {
        for (const std::uint32_t kind : {kEncoderStream, kAttentionStream}) {
          const std::uint32_t state = base_state(seed, image, layer, kind);
          CHECK(state == naive::base(seed, image, layer, kind));
          CHECK(state != 0);
          seen.insert(state);
        }
      }
    }
  }
  // This seed takes the constant away: the mixed word stays zero, which the rule replaces by one.
  CHECK(base_state(0xA7AFB4CF, 0, 0, 0) == 1);
  CHECK(seen.size() == 4 * 3 * 3 * 2);
}

TEST_CASE("lanes of the banks do not overlap", "[streams]") {
  for (const int heads : {1, 3, 4}) {
    for (const int tokens : {1, 4, 10, 21, 256, 257, 1024}) {
      const int per_score = (tokens + 3) / 4;
      const int per_value = tokens > 256 ? (tokens + 1) / 2 : per_score;
      std::set<int> lanes;
      for (int h = 0; h < heads; ++h) {
        for (int i = 0; i < per_score; ++i) lanes.insert(first_score_lane(h, tokens) + i);
        for (int i = 0; i < per_value; ++i) lanes.insert(first_value_lane(h, heads, tokens) + i);
      }
      CHECK(lanes.size() == static_cast<std::size_t>(heads * (per_score + per_value)));
      CHECK(*lanes.rbegin() == heads * (per_score + per_value) - 1);
      CHECK(first_value_lane(0, heads, tokens) == heads * per_score);
      CHECK(attention_lanes(heads, tokens) == heads * (per_score + per_value));
    }
  }
}

TEST_CASE("a bank offers four bytes per lane and counts lane draws", "[streams]") {
  LaneBank bank({0x00000100U, 0xA1B2C3D4U}, 8);
  CHECK(bank.byte(5) == 0xC3);
  bank.draw();
  CHECK(bank.byte(0) == 0x01);  // 0x100 shifted by eight steps without feedback
  CHECK(bank.byte(7) == lfsr_byte(lfsr_draw(0xA1B2C3D4U, 8), 3));
  CHECK(bank.lane_draws() == 2);
}

TEST_CASE("a perfect bank offers bytes of an independent generator", "[streams]") {
  constexpr std::size_t kDraws = 20'000;
  const std::vector<std::uint32_t> starts{1, 2, 3};
  LaneBank one(starts, 32, default_kernels(), Randomness::kPerfect);
  LaneBank many(starts, 32, default_kernels(), Randomness::kPerfect);
  const std::vector<std::uint32_t> masks{0xFFFFFFFFU, 0x0F0F0F0FU, 0x01010101U};
  std::vector<std::uint32_t> out(kDraws * 3);
  many.draw(kDraws, masks, out);
  CHECK(many.lane_draws() == 3 * kDraws);
  std::array<double, 256> counts{};
  bool equal = true;
  for (std::size_t i = 0; i < kDraws; ++i) {
    one.draw();
    for (int b = 0; b < 12; ++b) {
      const auto mask = static_cast<std::uint8_t>(masks[static_cast<std::size_t>(b / 4)]);
      equal = equal && (one.byte(b) & mask) ==
                           lfsr_byte(out[3 * i + static_cast<std::size_t>(b / 4)], b % 4);
      counts[one.byte(b)] += 1;
    }
  }
  CHECK(equal);
  // 255 degrees of freedom: mean 255, variance 510.
  double chi_square = 0.0;
  const double expected = 12.0 * kDraws / 256;
  for (const double count : counts) {
    chi_square += (count - expected) * (count - expected) / expected;
  }
  CHECK(std::abs(chi_square - 255) < 4.5 * std::sqrt(510.0));
}
