// SPDX-License-Identifier: Apache-2.0
// Tables of the stochastic quality page, as Markdown on standard output.
// Functions that return bool say whether all sampled values keep their limits.
#pragma once

#include <cstddef>
#include <cstdint>

namespace xpike::stats {

// Size of one run: samples per encoder and per pair; attention uses a fraction of it.
struct SoakSize {
  std::uint32_t seed = 1;
  std::size_t samples = std::size_t{1} << 20;
};

bool print_base_states(const SoakSize& size);
void print_exact_lags();
void print_exact_inflation();
void print_exact_sums();
void print_exact_far();
bool print_rates(const SoakSize& size);
bool print_correlations(const SoakSize& size);
bool print_error_curve(const SoakSize& size);
bool print_variances(const SoakSize& size);

}  // namespace xpike::stats
