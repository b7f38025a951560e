// SPDX-License-Identifier: Apache-2.0
// Sampled correlation of spikes of all pairs of encoders of a pool, at several lags.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <vector>

#include "stats/pool.hpp"

namespace xpike::stats {

// How two encoders are related in an engine of `heads` heads with `head_lanes` lanes each.
enum class Relation { SameByte, SameLane, SameHead, OtherHead, OtherBank };
inline constexpr std::size_t kRelations = 5;
std::string_view name(Relation relation);

struct Layout {
  int heads = 4;
  int head_lanes = 4;
};
Relation relation(const Layout& layout, const Encoder& a, const Encoder& b);

// Integer and exponent that all encoders of a pool use.
struct Rate {
  int i = 1;
  int k = 1;
};

struct CorrelationResult {
  struct Cell {
    double correlation = 0.0;  // largest |correlation|
    std::size_t pairs = 0;
  };
  int max_lag = 0;
  std::size_t samples = 0;                           // of a pair, at the largest lag
  std::vector<std::array<Cell, kRelations>> by_lag;  // [lag][relation]

  std::size_t pairs() const;
  double largest() const;
};

// Encoder a at a draw against encoder b `lag` draws later, lags 0..max_lag within one image.
CorrelationResult correlations(const Pool& pool, const Layout& layout, const Rate& rate,
                               int max_lag);

}  // namespace xpike::stats
