// SPDX-License-Identifier: Apache-2.0
// Benchmarks of the reference, for every level of vector instructions that this processor runs.
// usage: xpike_bench ROOT [--benchmark_...]        ROOT: folder with models/ and data/
#include <benchmark/benchmark.h>

#include <exception>
#include <iostream>

#include "bench/suites.hpp"
#include "reference/kernels/simd_level.hpp"

int main(int argc, char** argv) {
  try {
    benchmark::Initialize(&argc, argv);
    if (argc != 2) {
      std::cerr << "usage: xpike_bench ROOT [--benchmark_...]\n";
      return 2;
    }
    for (const xpike::reference::Kernels* kernels : xpike::reference::available_kernels()) {
      xpike::bench::register_arrays(*kernels);
      xpike::bench::register_attention(*kernels);
      xpike::bench::register_streams(*kernels);
      xpike::bench::register_networks(argv[1], *kernels);
    }
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "xpike_bench: " << error.what() << '\n';
    return 2;
  }
}
