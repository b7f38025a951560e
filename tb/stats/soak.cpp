// SPDX-License-Identifier: Apache-2.0
// xpike_soak [SEED [SAMPLES]]: prints every table of docs/stochastic-quality.md for fresh random
// numbers. Exit status 1 if a limit is not kept, 2 if the arguments make no sense.
#include <fmt/core.h>

#include <cstdlib>
#include <string>

#include "stats/soak_tables.hpp"

int main(int argc, char** argv) {
  using namespace xpike::stats;
  SoakSize size;
  char* end = nullptr;
  if (argc > 1) {
    size.seed = static_cast<std::uint32_t>(std::strtoul(argv[1], &end, 0));
    if (*end != '\0') argc = 4;
  }
  if (argc > 2) {
    size.samples = std::strtoull(argv[2], &end, 0);
    if (*end != '\0' || size.samples < 4096) argc = 4;
  }
  if (argc > 3) {
    fmt::print(stderr, "usage: xpike_soak [SEED [SAMPLES]], SAMPLES at least 4096\n");
    return 2;
  }
  fmt::print("seed {}, {} samples\n", size.seed, size.samples);
  fmt::print("\n## Base states\n");
  bool kept = print_base_states(size);
  fmt::print("\n## Exact: bytes of one lane\n");
  print_exact_lags();
  fmt::print("\n## Exact: variance of a sum over draws of one byte\n");
  print_exact_inflation();
  fmt::print("\n## Exact: encoders that feed one sum\n");
  print_exact_sums();
  fmt::print("\n## Exact: long lags and other lanes\n");
  print_exact_far();
  fmt::print("\n## Rates\n");
  kept = print_rates(size) && kept;
  fmt::print("\n## Sampled correlations\n");
  kept = print_correlations(size) && kept;
  fmt::print("\n## Attention against its expectation\n");
  kept = print_error_curve(size) && kept;
  fmt::print("\n## Variance of sums of attention outputs\n");
  kept = print_variances(size) && kept;
  return kept ? 0 : 1;
}
