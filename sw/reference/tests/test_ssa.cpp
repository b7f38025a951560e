// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>

#include "reference/ssa.hpp"

using namespace xpike;
using namespace xpike::reference;

namespace {

BitMatrix filled(std::size_t rows, std::size_t cols, bool value) {
  BitMatrix bits(rows, cols);
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t c = 0; c < cols; ++c) bits.set(r, c, value);
  }
  return bits;
}

// A bank whose lanes hold real states; bytes are read back after its draw.
LaneBank bank(int tokens, std::uint32_t seed) {
  return LaneBank(lane_states(seed, score_lanes(tokens)), 32);
}

}  // namespace

TEST_CASE("full counts fire every score and every output", "[ssa]") {
  const int tokens = 6;
  const int width = 8;
  SsaParams params{.sequence = tokens, .k_s = 3, .k_a = 2};
  const BitMatrix ones = filled(tokens, width, true);
  LaneBank s_bank = bank(tokens, 11);
  LaneBank a_bank = bank(tokens, 12);
  const SsaStep step = ssa_step(params, ones, ones, ones, s_bank, a_bank);
  CHECK(step.s.count() == 36);  // count 8 = 2^k_s
  CHECK(step.a.count() == 48);  // sum 6 >= 2^k_a
}

TEST_CASE("empty queries, keys or values fire nothing", "[ssa]") {
  const BitMatrix ones = filled(5, 7, true);
  const BitMatrix none(5, 7);
  const SsaParams params{.sequence = 8};
  LaneBank s_bank = bank(8, 1);
  LaneBank a_bank = bank(8, 2);
  CHECK(ssa_step(params, none, ones, ones, s_bank, a_bank).s.count() == 0);
  CHECK(ssa_step(params, ones, none, ones, s_bank, a_bank).a.count() == 0);
  const SsaStep no_value = ssa_step(params, ones, ones, none, s_bank, a_bank);
  CHECK(no_value.s.count() == 25);
  CHECK(no_value.a.count() == 0);
}

TEST_CASE("scores use byte (query + key) mod N, outputs the byte of the query", "[ssa]") {
  const int physical = 7;
  const int tokens = 5;
  const int width = 3;
  const SsaParams params{.sequence = physical, .k_s = 2, .k_a = 3};
  BitMatrix q(tokens, width);
  BitMatrix k(tokens, width);
  BitMatrix v(tokens, width);
  for (std::size_t n = 0; n < tokens; ++n) {
    for (std::size_t d = 0; d < width; ++d) {
      q.set(n, d, (n + d) % 2 == 0);
      k.set(n, d, n >= d);
      v.set(n, d, (n * width + d) % 3 != 0);
    }
  }
  LaneBank s_bank = bank(physical, 77);
  LaneBank a_bank = bank(physical, 78);
  LaneBank s_copy = s_bank;
  LaneBank a_copy = a_bank;
  const SsaStep step = ssa_step(params, q, k, v, s_bank, a_bank);
  s_copy.draw();
  for (int i = 0; i < tokens; ++i) {
    for (int j = 0; j < tokens; ++j) {
      int count = 0;
      for (std::size_t d = 0; d < width; ++d) {
        if (q.get(static_cast<std::size_t>(i), d) && k.get(static_cast<std::size_t>(j), d)) ++count;
      }
      CHECK(step.s.get(static_cast<std::size_t>(i), static_cast<std::size_t>(j)) ==
            (count > s_copy.byte((i + j) % physical) % 4));
    }
  }
  for (std::size_t d = 0; d < width; ++d) {
    a_copy.draw();
    for (int i = 0; i < tokens; ++i) {
      int sum = 0;
      for (std::size_t j = 0; j < tokens; ++j) {
        if (step.s.get(static_cast<std::size_t>(i), j) && v.get(j, d)) ++sum;
      }
      CHECK(step.a.get(static_cast<std::size_t>(i), d) == (sum > a_copy.byte(i) % 8));
    }
  }
}

TEST_CASE("a causal mask hides later keys", "[ssa]") {
  const BitMatrix ones = filled(9, 4, true);
  const SsaParams params{.sequence = 9, .k_s = 2, .k_a = 0, .causal = true};
  LaneBank s_bank = bank(9, 3);
  LaneBank a_bank = bank(9, 4);
  const SsaStep step = ssa_step(params, ones, ones, ones, s_bank, a_bank);
  for (std::size_t i = 0; i < 9; ++i) {
    for (std::size_t j = 0; j < 9; ++j) CHECK(step.s.get(i, j) == (j <= i));
  }
}

TEST_CASE("row exponents follow the number of visible keys", "[ssa]") {
  SsaParams params{.k_a = 5, .row_exponent = true};
  const std::vector<int> expected{0, 1, 2, 2, 3, 3, 3, 3, 4};
  for (int i = 0; i < 9; ++i) CHECK(output_exponent(params, i) == expected[std::size_t(i)]);
  params.row_offset = -2;
  CHECK(output_exponent(params, 0) == 0);
  CHECK(output_exponent(params, 3) == 0);
  CHECK(output_exponent(params, 8) == 2);
  params.row_offset = 7;
  CHECK(output_exponent(params, 1) == 8);
  CHECK(output_exponent(params, 255) == 8);
  params.row_exponent = false;
  CHECK(output_exponent(params, 200) == 5);
}

TEST_CASE("draws do not depend on tokens, mask or data", "[ssa]") {
  const int physical = 10;
  for (const std::size_t tokens : {1U, 4U, 10U}) {
    for (const bool causal : {false, true}) {
      for (const bool ones : {false, true}) {
        const SsaParams params{.sequence = physical, .causal = causal};
        const BitMatrix bits = filled(tokens, 6, ones);
        LaneBank s_bank = bank(physical, 5);
        LaneBank a_bank = bank(physical, 6);
        ssa_step(params, bits, bits, bits, s_bank, a_bank);
        CHECK(s_bank.lane_draws() == 3);      // one draw of three lanes
        CHECK(a_bank.lane_draws() == 6 * 3);  // one per column
      }
    }
  }
}
