// SPDX-License-Identifier: Apache-2.0
// Speed of the simulated RTL: one round, each benchmark once and in turn.
// usage: xpike_bench_rtl [--benchmark_...]
#include <benchmark/benchmark.h>

#include <exception>
#include <iostream>

#include "bench/rtl/suites.hpp"

int main(int argc, char** argv) {
  try {
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
    xpike::bench::register_tiles();
    xpike::bench::register_arrays();
    xpike::bench::register_cores();
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "xpike_bench_rtl: " << error.what() << '\n';
    return 2;
  }
}
