// SPDX-License-Identifier: Apache-2.0
#include "stats/soak_tables.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "stats/attention.hpp"
#include "stats/base_states.hpp"
#include "stats/correlation.hpp"
#include "stats/exact.hpp"
#include "stats/limits.hpp"
#include "stats/rates.hpp"

namespace xpike::stats {
namespace {

constexpr int kLeaps[] = {1, 8, 32};
constexpr int kMaxLag = 8;

// Draws per image: enough for the lags, few enough that many base states are seen.
constexpr std::size_t kDraws = 64;
std::size_t images_of(const SoakSize& size) {
  return std::max<std::size_t>(1, size.samples / kDraws);
}

// Lanes of 4 heads with 16 tokens: bank S of heads 0 and 1, bank A of heads 0 and 1.
const std::vector<int> kLanes = {0, 1, 4, 5, 16, 17, 20, 21};
constexpr Layout kLayout{4, 4};

std::string worst_of(const Scan& scan) {
  if (scan.dependent == 0) return "0";
  return fmt::format("{:.3f} ({}>r, {}>r', k={})", scan.worst.correlation, scan.worst.i,
                     scan.worst.j, scan.worst.k);
}

bool keeps(bool kept) {
  if (!kept) fmt::print("\n**Limit not kept.**\n");
  return kept;
}

// What independent encoders of one rate keep: coincidences are a count with its skewness.
double correlation_limit(const CorrelationResult& result, const Rate& rate, std::size_t rates) {
  const double root = std::sqrt(static_cast<double>(result.samples));
  const double p = std::ldexp(rate.i, -rate.k);
  return skewed_limit(family_limit(result.pairs() * rates), 1.0 / (root * p)) / root;
}

}  // namespace

bool print_base_states(const SoakSize& size) {
  // Random settings per input bit: a million would take minutes and show no more.
  const std::size_t samples = std::min<std::size_t>(size.samples, 1U << 16U);
  bool kept = true;
  fmt::print(
      "\n| flipped | pairs of bits | settings each | largest deviation from 1/2 | limit |\n"
      "|---|---|---|---|---|\n");
  constexpr std::pair<Word, const char*> kWords[] = {
      {Word::Seed, "seed"}, {Word::Image, "image"}, {Word::Layer, "layer"}, {Word::Kind, "kind"}};
  for (const auto& [word, name] : kWords) {
    const Avalanche result = avalanche(word, samples, size.seed);
    const double limit = avalanche_limit(result);
    fmt::print("| {} | {} | {} | {:.4f} | {:.4f} |\n", name, result.pairs, result.samples,
               result.largest, limit);
    kept = kept && result.largest < limit;
  }
  return keeps(kept);
}

void print_exact_lags() {
  fmt::print(
      "\n| lag | Leap | dependent pairs, same byte | largest correlation | dependent pairs, "
      "other bytes | largest correlation |\n|---|---|---|---|---|---|\n");
  for (int lag = 0; lag <= kMaxLag; ++lag) {
    for (const int leap : kLeaps) {
      const Scan other = scan_other_bytes(leap, lag, lag);
      const Scan same = lag == 0 ? Scan{} : scan_same_byte(leap, lag, lag);
      fmt::print("| {} | {} | {} of {} | {} | {} of {} | {} |\n", lag, leap, same.dependent,
                 same.pairs, worst_of(same), other.dependent, other.pairs, worst_of(other));
    }
  }
}

void print_exact_inflation() {
  fmt::print("\n| draws summed | Leap 1 | Leap 8 | Leap 32 |\n|---|---|---|---|\n");
  for (const int draws : {2, 8, 32, 64}) {
    fmt::print("| {} |", draws);
    for (const int leap : kLeaps) {
      double worst = 0.0;
      for (int byte = 0; byte < 4; ++byte) {
        worst = std::max(worst, variance_inflation(leap, byte, draws));
      }
      fmt::print(" {:.3f} |", worst);
    }
    fmt::print("\n");
  }
}

void print_exact_sums() {
  fmt::print(
      "\n| tokens, heads x columns, input rows | sum | Leap | pairs | dependent | largest "
      "correlation |\n|---|---|---|---|---|---|\n");
  for (const Shape& shape : {Shape{8, 2, 8, 16}, Shape{16, 4, 32, 128}, Shape{10, 3, 10, 21},
                             Shape{64, 4, 32, 128}, Shape{256, 12, 64, 1024}}) {
    const auto row = [&](std::string_view sum, const std::string& leap, const Scan& scan) {
      fmt::print("| {}, {} x {}, {} | {} | {} | {} | {} | {} |\n", shape.tokens, shape.heads,
                 shape.head_dim, shape.input_rows, sum, leap, scan.pairs, scan.dependent,
                 worst_of(scan));
    };
    row("row of scores", "any", scan_row_sum(shape));
    row("embedding", "any", scan_embedding_sum(shape));
    for (const int leap : kLeaps) {
      row("projection", std::to_string(leap), scan_projection_sum(shape, leap));
    }
  }
}

void print_exact_far() {
  constexpr int kFar = 1024;
  constexpr int kDistance = 127;
  constexpr int kLags = 64;
  fmt::print(
      "\n| Leap | bytes | lags | pairs | dependent | largest correlation |\n"
      "|---|---|---|---|---|---|\n");
  for (const int leap : kLeaps) {
    const auto row = [&](std::string_view what, int first, int last, const Scan& scan) {
      fmt::print("| {} | {} | {}..{} | {} | {} | {} |\n", leap, what, first, last, scan.pairs,
                 scan.dependent, worst_of(scan));
    };
    row("same byte", kMaxLag + 1, kFar, scan_same_byte(leap, kMaxLag + 1, kFar));
    row("other bytes of the lane", kMaxLag + 1, kFar, scan_other_bytes(leap, kMaxLag + 1, kFar));
    row(fmt::format("lanes 1..{} apart", kDistance), -kLags, kLags,
        scan_lanes(leap, kDistance, kLags));
  }
}

bool print_rates(const SoakSize& size) {
  bool kept = true;
  fmt::print(
      "\n| generator | encoders | draws each | tests | beyond 4 sigma | expected | largest | "
      "beyond the limit | ends exact |\n|---|---|---|---|---|---|---|---|---|\n");
  const auto row = [&](const std::string& name, const Pool& pool, bool independent) {
    const RateResult result = spike_rates(pool);
    fmt::print("| {} | {} | {} | {} | {} | {:.1f} | {:.2f} (I={}, k={}) | {} | {} |\n", name,
               pool.encoders.size(), pool.samples(), result.tests, result.beyond_4,
               static_cast<double>(result.tests) * std::erfc(4.0 / std::sqrt(2.0)), result.max_z,
               result.i, result.k, result.beyond_limit, result.ends_exact ? "yes" : "no");
    kept = kept && result.ends_exact && (!independent || result.beyond_limit == 0);
  };
  for (const int leap : kLeaps) {
    // Draws of one byte at Leap 1 depend on each other, so the binomial limit is not theirs.
    const Pool pool = lfsr_pool(size.seed, leap, kLanes, images_of(size), kDraws);
    row(fmt::format("Leap {}", leap), pool, leap != 1);
    row(fmt::format("Leap {}, together", leap), merged(pool), leap == 32);
  }
  row("perfect", perfect_pool(size.seed, kLanes, images_of(size), kDraws), true);
  return keeps(kept);
}

bool print_correlations(const SoakSize& size) {
  bool kept = true;
  const std::vector<Rate> rates = {{1, 1}, {1, 4}, {5, 4}, {3, 5}, {9, 8}, {77, 8}};
  fmt::print(
      "\n| generator | lags | same byte | other byte of the lane | other lane of the head | "
      "other head | other bank | limit |\n|---|---|---|---|---|---|---|---|\n");
  const auto rows = [&](const std::string& name, const Pool& pool, bool independent) {
    // Largest over the rates, at lag 0 and over the lags 1..8.
    double worst[2][kRelations] = {};
    double limit = 0.0;  // the widest, of the lowest rate
    for (const Rate& rate : rates) {
      const CorrelationResult result = correlations(pool, kLayout, rate, kMaxLag);
      limit = std::max(limit, correlation_limit(result, rate, rates.size()));
      for (std::size_t lag = 0; lag < result.by_lag.size(); ++lag) {
        for (std::size_t r = 0; r < kRelations; ++r) {
          double& cell = worst[lag == 0 ? 0 : 1][r];
          cell = std::max(cell, result.by_lag[lag][r].correlation);
        }
      }
    }
    for (const int part : {0, 1}) {
      fmt::print("| {} | {} |", name, part == 0 ? "0" : "1..8");
      for (std::size_t r = 0; r < kRelations; ++r) {
        const bool none = part == 0 && r == 0;
        fmt::print(" {} |", none ? "-" : fmt::format("{:.4f}", worst[part][r]));
        kept = kept && (!independent || worst[part][r] < limit);
      }
      fmt::print(" {:.4f} |\n", limit);
    }
  };
  for (const int leap : kLeaps) {
    rows(fmt::format("Leap {}", leap), lfsr_pool(size.seed, leap, kLanes, images_of(size), kDraws),
         leap == 32);
  }
  rows("perfect", perfect_pool(size.seed, kLanes, images_of(size), kDraws), true);
  return keeps(kept);
}

bool print_error_curve(const SoakSize& size) {
  bool kept = true;
  const int images = static_cast<int>(std::max<std::size_t>(8, size.samples >> 10U));
  const std::vector<int> steps = {1, 2, 4, 8, 16, 32, 64, 128, 256};
  const Scene scene(size.seed, 16, 32, 0.4);
  fmt::print("\n| generator |");
  for (const int t : steps) fmt::print(" T={} |", t);
  fmt::print(" slope | standard error |\n|---|");
  for (std::size_t t = 0; t <= steps.size() + 1; ++t) fmt::print("---|");
  fmt::print("\n");
  std::vector<ErrorPoint> curve;
  for (const Source& source : {Source{Generator::Lfsr, 1}, Source{Generator::Lfsr, 8},
                               Source{Generator::Lfsr, 32}, Source{Generator::Shared, 0}}) {
    curve = error_curve(scene, source, size.seed, images, steps);
    fmt::print("| {} |", source.name());
    for (const ErrorPoint& point : curve) fmt::print(" {:.5f} |", point.error);
    const auto spread = std::max_element(
        curve.begin(), curve.end(),
        [](const ErrorPoint& x, const ErrorPoint& y) { return x.spread < y.spread; });
    const double slope =
        std::log(curve.back().error / curve.front().error) / std::log(curve.back().steps);
    fmt::print(" {:.3f} | {:.1f} % |\n", slope, 50 * spread->spread);  // of the root: half
    // Smaller leaps correlate time steps.
    if (source.generator == Generator::Lfsr && source.leap != 32) continue;
    for (const ErrorPoint& point : curve) {
      const double ratio = point.error * point.error / (point.ideal * point.ideal);
      kept = kept && std::abs(ratio - 1) < 8 * point.spread;
    }
  }
  fmt::print("| exact |");
  for (const ErrorPoint& point : curve) fmt::print(" {:.5f} |", point.ideal);
  fmt::print(" -0.500 | - |\n");
  return keeps(kept);
}

bool print_variances(const SoakSize& size) {
  bool kept = true;
  const int images = static_cast<int>(std::max<std::size_t>(64, size.samples >> 6U));
  fmt::print("\n| tokens x columns | generator |");
  for (std::size_t s = 0; s < kSums; ++s) fmt::print(" {} |", name(static_cast<Sum>(s)));
  fmt::print("\n|---|---|---|---|---|---|---|\n");
  for (const auto& [tokens, columns] : {std::pair{16, 32}, std::pair{10, 10}}) {
    const Scene scene(size.seed, tokens, columns, 0.4);
    for (const Source& source :
         {Source{Generator::Lfsr, 1}, Source{Generator::Lfsr, 8}, Source{Generator::Lfsr, 32},
          Source{Generator::Shared, 0}, Source{Generator::Unshared, 0}}) {
      const auto ratios = variance_ratios(scene, source, size.seed, images, 8);
      fmt::print("| {} x {} | {} |", tokens, columns, source.name());
      for (const VarianceRatio& ratio : ratios) {
        fmt::print(" {:.3f} ± {:.3f} |", ratio.ratio, ratio.error);
        if (source.generator == Generator::Unshared) {
          kept = kept && std::abs(ratio.ratio - 1) < 8 * ratio.error;
        }
      }
      fmt::print("\n");
    }
  }
  return keeps(kept);
}

}  // namespace xpike::stats
