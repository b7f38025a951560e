// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace xpike::cli {

struct Interval {
  double low = 0.0;
  double high = 1.0;
};

inline constexpr double kNormal95 = 1.959963984540054;  // 95 % of a normal lie within so many sigma

struct Spread {
  double mean = 0.0;
  double deviation = 0.0;  // of the sample; 0 for one value
};

// Of at least one value.
inline Spread spread(const std::vector<double>& values) {
  const auto n = static_cast<double>(values.size());
  Spread s;
  for (const double v : values) s.mean += v / n;
  for (const double v : values) s.deviation += (v - s.mean) * (v - s.mean);
  s.deviation = n > 1 ? std::sqrt(s.deviation / (n - 1)) : 0.0;
  return s;
}

// Wilson score interval, 95 %, of a share of `hits` among `total` > 0.
inline Interval wilson_interval(std::uint64_t hits, std::uint64_t total) {
  const double z = kNormal95;
  const auto n = static_cast<double>(total);
  const double share = static_cast<double>(hits) / n;
  const double middle = share + z * z / (2 * n);
  const double spread = z * std::sqrt(share * (1 - share) / n + z * z / (4 * n * n));
  const double scale = 1 + z * z / n;
  return {std::max(0.0, (middle - spread) / scale), std::min(1.0, (middle + spread) / scale)};
}

}  // namespace xpike::cli
