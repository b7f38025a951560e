// SPDX-License-Identifier: Apache-2.0
// Spike rates of every integer I and exponent k, per encoder of a pool.
#pragma once

#include <cstddef>

#include "stats/pool.hpp"

namespace xpike::stats {

struct RateResult {
  std::size_t tests = 0;         // encoders times all (I, k) with a rate strictly between 0 and 1
  double max_z = 0.0;            // largest deviation from I / 2^k, in binomial standard deviations
  int k = 0, i = 0;              // where
  std::size_t beyond_4 = 0;      // tests that deviate by more than 4
  std::size_t beyond_limit = 0;  // tests beyond the family-wise limit
  bool ends_exact = true;        // I = 0 never spiked, I = 2^k always did
};

RateResult spike_rates(const Pool& pool);

// The bytes of all encoders taken together, as one encoder.
Pool merged(const Pool& pool);

}  // namespace xpike::stats
