// SPDX-License-Identifier: Apache-2.0
#include "stats/rates.hpp"

#include <array>
#include <cmath>

#include "reference/bernoulli.hpp"
#include "stats/limits.hpp"

namespace xpike::stats {

RateResult spike_rates(const Pool& pool) {
  RateResult result;
  result.tests = pool.encoders.size() * (2 + 4 + 8 + 16 + 32 + 64 + 128 + 256 - 8);
  const double family = family_limit(result.tests);
  const auto n = static_cast<double>(pool.samples());
  for (const auto& stream : pool.bytes) {
    std::array<std::size_t, 256> seen{};
    for (const std::uint8_t byte : stream) ++seen[byte];
    for (int k = 0; k <= 8; ++k) {
      for (int i = 0; i <= 1 << k; ++i) {
        std::size_t spikes = 0;
        for (std::size_t byte = 0; byte < 256; ++byte) {
          if (reference::bernoulli(i, static_cast<std::uint8_t>(byte), k)) spikes += seen[byte];
        }
        if (i == 0 || i == 1 << k) {
          result.ends_exact = result.ends_exact && spikes == (i == 0 ? 0U : pool.samples());
          continue;
        }
        const double p = std::ldexp(i, -k);
        const double z = std::abs(static_cast<double>(spikes) - n * p) / std::sqrt(n * p * (1 - p));
        const double skewness = (1 - 2 * p) / std::sqrt(n * p * (1 - p));
        result.beyond_4 += z > 4.0 ? 1U : 0U;
        result.beyond_limit += z > skewed_limit(family, skewness) ? 1U : 0U;
        if (z > result.max_z) {
          result.max_z = z;
          result.k = k;
          result.i = i;
        }
      }
    }
  }
  return result;
}

Pool merged(const Pool& pool) {
  Pool all;
  all.encoders.push_back(pool.encoders.front());
  all.images = pool.images * pool.encoders.size();
  all.draws = pool.draws;
  auto& bytes = all.bytes.emplace_back();
  for (const auto& stream : pool.bytes) bytes.insert(bytes.end(), stream.begin(), stream.end());
  return all;
}

}  // namespace xpike::stats
