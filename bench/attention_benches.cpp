// SPDX-License-Identifier: Apache-2.0
// Stochastic attention: scores, outputs, and a whole time step.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <vector>

#include "bench/random_spikes.hpp"
#include "bench/suites.hpp"
#include "reference/ssa.hpp"

namespace xpike::bench {
namespace {

using reference::Kernels;

struct Shape {
  const char* name;
  int tokens, heads, head_dim;
};
constexpr Shape kTiny{"tiny", 16, 4, 32};
constexpr Shape kVit{"vit-768", 197, 12, 64};

std::vector<std::uint64_t> words(std::size_t count) {
  RandomSource random(3);
  std::vector<std::uint64_t> out(count, 0);
  for (std::uint64_t& word : out) {
    for (int bit = 0; bit < 64; ++bit) word |= std::uint64_t{random.chance(0.3) ? 1U : 0U} << bit;
  }
  return out;
}

// Item: one count of common ones among `bits`, compared with its limit.
void run_overlaps(benchmark::State& state, int x_rows, int y_rows, int bits,
                  const Kernels& kernels) {
  const auto rows = static_cast<std::size_t>(y_rows + 7) / 8 * 8;
  const auto width = static_cast<std::size_t>(bits + 63) / 64;
  const auto x = words(width * static_cast<std::size_t>(x_rows));
  const auto y = words(width * rows);
  const std::vector<std::uint8_t> limits(static_cast<std::size_t>(x_rows) + rows + 8, 5);
  std::vector<std::uint64_t> out((rows + 63) / 64 * static_cast<std::size_t>(x_rows));
  for (auto _ : state) {
    kernels.overlaps({.bits = static_cast<std::size_t>(bits),
                      .x = x.data(),
                      .x_rows = static_cast<std::size_t>(x_rows),
                      .x_distance = static_cast<std::size_t>(x_rows),
                      .y = y.data(),
                      .y_rows = static_cast<std::size_t>(y_rows),
                      .y_distance = rows,
                      .limits = limits.data(),
                      .limit_distance = 1,
                      .out = out.data(),
                      .out_distance = static_cast<std::size_t>(x_rows)});
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * x_rows * y_rows);
}

// Item: one time step of all heads, random numbers and transpositions included.
void run_step(benchmark::State& state, const Shape& shape, const Kernels& kernels) {
  const int dim = shape.heads * shape.head_dim;
  const SpikeTensor q = random_spikes(1, shape.tokens, dim, 0.3);
  const reference::SsaParams params{.sequence = shape.tokens, .k_s = 4, .k_a = 3};
  const int lanes = shape.heads * reference::score_lanes(shape.tokens);
  reference::LaneBank score_bank(reference::lane_states(7, lanes), 32, kernels);
  reference::LaneBank value_bank(reference::lane_states(9, lanes), 32, kernels);
  reference::Ssa ssa(params, shape.heads, shape.head_dim, kernels);
  SpikeTensor a(1, shape.tokens, dim);
  for (auto _ : state) {
    ssa.step(q, q, q, 0, score_bank, value_bank, a, nullptr);
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations());
}

}  // namespace

void register_attention(const Kernels& kernels) {
  for (const Shape& shape : {kTiny, kVit}) {
    const auto add = [&](const char* subject, auto&& run) {
      benchmark::RegisterBenchmark(
          fmt::format("{}/{}/{}", subject, shape.name, kernels.name).c_str(), run);
    };
    add("attention score", [&kernels, shape](benchmark::State& state) {
      run_overlaps(state, shape.tokens, shape.tokens, shape.head_dim, kernels);
    });
    add("attention output", [&kernels, shape](benchmark::State& state) {
      run_overlaps(state, shape.head_dim, shape.tokens, shape.tokens, kernels);
    });
    add("attention time step",
        [&kernels, shape](benchmark::State& state) { run_step(state, shape, kernels); });
  }
}

}  // namespace xpike::bench
