// SPDX-License-Identifier: Apache-2.0
// Quality of the random numbers, with fixed seeds. All sampled limits hold together with
// probability 1 - 1e-6 or better for independent bytes; `make soak` runs fresh seeds.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "reference/ssa.hpp"
#include "reference/streams.hpp"
#include "stats/attention.hpp"
#include "stats/base_states.hpp"
#include "stats/correlation.hpp"
#include "stats/exact.hpp"
#include "stats/limits.hpp"
#include "stats/rates.hpp"

namespace {

using namespace xpike;
using namespace xpike::stats;

const std::vector<int> kLanes = {0, 1, 4, 16, 20};  // banks S and A, two heads of 16 tokens

}  // namespace

TEST_CASE("a flipped bit of any word flips every bit of the base state half the time", "[stats]") {
  for (const Word word : {Word::Seed, Word::Image, Word::Layer, Word::Kind}) {
    const Avalanche result = avalanche(word, 1U << 14U, 1);
    CHECK(result.largest < avalanche_limit(result));
  }
}

TEST_CASE("exact correlations agree with sampled ones", "[stats]") {
  // Leap 1 is correlated enough to compare: one byte at lag 1.
  const Pool pool = lfsr_pool(1, 1, {0}, 1U << 14U, 32);
  const auto now = bytes_after(0);
  const auto later = bytes_after(1);
  for (const Rate& rate : {Rate{1, 4}, Rate{5, 4}, Rate{3, 5}}) {
    double exact = 0.0;
    for (std::size_t b = 0; b < 4; ++b) {
      exact =
          std::max(exact, std::abs(spike_correlation(now[b], later[b], rate.k, rate.i, rate.i)));
    }
    const CorrelationResult sampled = correlations(pool, {1, 1}, rate, 1);
    CHECK(exact > 0.2);
    CHECK(sampled.by_lag[1][0].correlation == Approx(exact).margin(0.02));
  }
}

TEST_CASE("at Leap 32 the bytes of a lane are exactly independent in pairs", "[stats]") {
  const Scan same = scan_same_byte(32, 1, 64);
  CHECK(same.pairs == 4 * 64);
  CHECK(same.dependent == 0);
  const Scan other = scan_other_bytes(32, 0, 8);
  CHECK(other.pairs == 12 * 9);
  CHECK(other.dependent == 0);
  for (int byte = 0; byte < 4; ++byte) {
    CHECK(variance_inflation(32, byte, 8) == Approx(1.0));
  }
}

TEST_CASE("at Leap 1 and 8 the bytes of a lane repeat each other, as the page says", "[stats]") {
  CHECK(scan_same_byte(1, 1, 1).worst.correlation > 0.7);
  CHECK(scan_same_byte(8, 1, 8).dependent == 0);
  CHECK(scan_other_bytes(8, 1, 1).worst.correlation > 0.99);
  CHECK(scan_other_bytes(8, 4, 8).dependent == 0);
}

TEST_CASE("encoders of different lanes are correlated by less than 0.01", "[stats]") {
  const Scan scan = scan_lanes(32, 32, 8);
  CHECK(scan.pairs == 32 * 17 * 16);
  CHECK(scan.worst.correlation < 0.01);
}

TEST_CASE("encoders that feed one sum are correlated by less than 0.01", "[stats]") {
  for (const Shape& shape :
       {Shape{8, 2, 8, 16}, Shape{16, 4, 32, 128}, Shape{10, 3, 10, 21}, Shape{64, 4, 32, 128}}) {
    CHECK(scan_row_sum(shape).worst.correlation < 0.01);
    CHECK(scan_embedding_sum(shape).worst.correlation < 0.01);
    CHECK(scan_projection_sum(shape, 32).worst.correlation < 0.01);
  }
}

TEST_CASE("every rate is met, and both ends exactly", "[stats]") {
  for (const int leap : {8, 32}) {
    const Pool pool = lfsr_pool(1, leap, kLanes, 1U << 12U, 64);
    const RateResult each = spike_rates(pool);
    CHECK(each.tests == 20 * 502);
    CHECK(each.beyond_limit == 0);
    CHECK(each.ends_exact);
  }
  const RateResult together = spike_rates(merged(lfsr_pool(1, 32, kLanes, 1U << 12U, 64)));
  CHECK(together.max_z < 4.0);  // 5.2 million draws for every (I, k)
  CHECK(together.ends_exact);
}

TEST_CASE("sampled correlations keep the limit of independent encoders", "[stats]") {
  const Pool pool = lfsr_pool(2, 32, kLanes, 1U << 13U, 64);
  const CorrelationResult result = correlations(pool, {4, 4}, {5, 4}, 8);
  const double root = std::sqrt(static_cast<double>(result.samples));
  CHECK(result.largest() < family_limit(result.pairs()) / root);
  CHECK(result.largest() < 0.01);
}

TEST_CASE("a biased byte and a copied byte are found", "[stats]") {
  Pool pool = perfect_pool(3, kLanes, 1U << 12U, 64);
  CHECK(spike_rates(pool).beyond_limit == 0);
  for (std::size_t s = 0; s < pool.samples(); s += 50) pool.bytes[3][s] |= 0x80U;
  CHECK(spike_rates(pool).beyond_limit > 0);
  pool = perfect_pool(4, kLanes, 1U << 12U, 64);
  for (std::size_t s = 1; s < pool.samples(); s += 50) pool.bytes[5][s] = pool.bytes[9][s - 1];
  const CorrelationResult result = correlations(pool, {4, 4}, {1, 1}, 2);
  const double root = std::sqrt(static_cast<double>(result.samples));
  CHECK(result.largest() > family_limit(result.pairs()) / root);
}

TEST_CASE("the attention of the measurements is that of the reference", "[stats]") {
  constexpr int kTokens = 10;
  constexpr int kColumns = 7;
  const Scene scene(5, kTokens, kColumns, 0.5);
  const auto bytes = make_bytes({Generator::Lfsr, 8}, 6, 3, kTokens, 1);
  // The same lanes, head 1 of 4, and the same bits.
  const std::uint32_t base = reference::base_state(6, 3, 0, reference::kAttentionStream);
  const auto states = reference::lane_states(base, 2 * 4 * 3);
  const auto bank = [&](int first) {
    return reference::LaneBank({states.begin() + first, states.begin() + first + 3}, 8);
  };
  reference::LaneBank score = bank(reference::first_score_lane(1, kTokens));
  reference::LaneBank value = bank(reference::first_value_lane(1, 4, kTokens));
  reference::SsaParams params;
  params.sequence = kTokens;
  params.k_s = 3;
  params.k_a = 4;
  for (int t = 0; t < 20; ++t) {
    const auto a = scene.step(*bytes);
    const auto step = reference::ssa_step(params, scene.q(), scene.k(), scene.v(), score, value);
    for (std::size_t d = 0; d < kColumns; ++d) {
      for (std::size_t i = 0; i < kTokens; ++i) {
        REQUIRE(step.a.get(i, d) == (((a[d] >> i) & 1U) != 0));
      }
    }
  }
}

TEST_CASE("the error of attention shrinks with the root of the time steps", "[stats]") {
  const Scene scene(7, 16, 32, 0.4);
  const auto curve = error_curve(scene, {Generator::Lfsr, 32}, 7, 200, {1, 4, 16, 64});
  for (const ErrorPoint& point : curve) {
    CHECK(std::abs(point.error * point.error / (point.ideal * point.ideal) - 1) < 8 * point.spread);
    CHECK(point.spread < 0.1);
  }
  CHECK(curve.front().error / curve.back().error == Approx(8.0).epsilon(0.15));
}

TEST_CASE("sums of attention outputs vary as with a perfect generator", "[stats]") {
  const Scene scene(8, 16, 32, 0.4);
  const auto own = variance_ratios(scene, {Generator::Unshared, 0}, 8, 2048, 8);
  const auto shared = variance_ratios(scene, {Generator::Shared, 0}, 8, 2048, 8);
  const auto lanes = variance_ratios(scene, {Generator::Lfsr, 32}, 8, 2048, 8);
  for (std::size_t s = 0; s < kSums; ++s) {
    CHECK(std::abs(own[s].ratio - 1) < 8 * own[s].error);
    const double error = std::hypot(lanes[s].error, shared[s].error);
    CHECK(std::abs(lanes[s].ratio - shared[s].ratio) < 8 * error);
  }
  // Scores that share a byte never meet in the sum of a row, nor do time steps share any.
  for (const Sum sum : {Sum::Columns, Sum::Steps}) {
    CHECK(lanes[static_cast<std::size_t>(sum)].ratio == Approx(1.0).epsilon(0.05));
  }
}
