// SPDX-License-Identifier: Apache-2.0
// Limit that many standard normal numbers keep together.
#pragma once

#include <cmath>
#include <cstddef>

namespace xpike::stats {

inline constexpr double kFamilyAlpha = 1e-6;

// z such that `tests` standard normal numbers all stay within -z..z with probability of at least
// 1 - alpha (Bonferroni). Correlated tests only make this safer.
inline double family_limit(std::size_t tests, double alpha = kFamilyAlpha) {
  const double tail = alpha / static_cast<double>(tests);
  double low = 0.0;
  double high = 40.0;
  for (int i = 0; i < 100; ++i) {
    const double z = 0.5 * (low + high);
    (std::erfc(z / std::sqrt(2.0)) > tail ? low : high) = z;
  }
  return high;
}

// The same for a sum with some skewness (first Cornish-Fisher term).
inline double skewed_limit(double z, double skewness) {
  return z + (z * z - 1.0) / 6.0 * std::abs(skewness);
}

}  // namespace xpike::stats
