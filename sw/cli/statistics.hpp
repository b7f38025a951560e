// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace xpike::cli {

struct Interval {
  double low = 0.0;
  double high = 1.0;
};

// Wilson score interval, 95 %, of a share of `hits` among `total` > 0.
inline Interval wilson_interval(std::uint64_t hits, std::uint64_t total) {
  const double z = 1.959963984540054;
  const auto n = static_cast<double>(total);
  const double share = static_cast<double>(hits) / n;
  const double middle = share + z * z / (2 * n);
  const double spread = z * std::sqrt(share * (1 - share) / n + z * z / (4 * n * n));
  const double scale = 1 + z * z / n;
  return {std::max(0.0, (middle - spread) / scale), std::min(1.0, (middle + spread) / scale)};
}

}  // namespace xpike::cli
