// SPDX-License-Identifier: Apache-2.0
// Random lanes and the input encoder.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <vector>

#include "bench/suites.hpp"
#include "reference/input_encoder.hpp"

namespace xpike::bench {
namespace {

using reference::Kernels;

// Item: one draw of one lane, four bytes.
void run_draws(benchmark::State& state, std::size_t lanes, std::size_t draws, int leap,
               const Kernels& kernels) {
  reference::LaneBank bank(reference::lane_states(5, static_cast<int>(lanes)), leap, kernels);
  const std::vector<std::uint32_t> masks(lanes, 0x0F0F0F0FU);
  std::vector<std::uint32_t> out(lanes * draws);
  for (auto _ : state) {
    bank.draw(draws, masks, out);
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(lanes * draws));
}

// Item: one input row in one token-step.
void run_encoder(benchmark::State& state, int rows, int tokens, int steps, const Kernels& kernels) {
  InputSpec spec;
  spec.exponent = 8;
  TokenImage image(tokens, rows);
  for (std::size_t i = 0; i < image.values.size(); ++i) {
    image.values[i] = static_cast<std::uint16_t>(i * 37 % 257);
  }
  reference::LaneBank bank(reference::lane_states(5, ceil_div(rows, 4)), 32, kernels);
  for (auto _ : state) {
    benchmark::DoNotOptimize(reference::encode_input(spec, image, steps, bank, kernels));
  }
  state.SetItemsProcessed(state.iterations() * rows * tokens * steps);
}

}  // namespace

void register_streams(const Kernels& kernels) {
  const auto add = [&](const char* subject, auto&& run) {
    benchmark::RegisterBenchmark(fmt::format("{}/{}", subject, kernels.name).c_str(), run);
  };
  // Banks A of all heads in one time step.
  add("lane draw/tiny", [&](benchmark::State& state) { run_draws(state, 16, 32, 32, kernels); });
  add("lane draw, leap 8/tiny",
      [&](benchmark::State& state) { run_draws(state, 16, 32, 8, kernels); });
  add("lane draw/vit-768",
      [&](benchmark::State& state) { run_draws(state, 600, 64, 32, kernels); });
  add("input encoder/tiny",
      [&](benchmark::State& state) { run_encoder(state, 32, 16, 8, kernels); });
  add("input encoder/vit-768",
      [&](benchmark::State& state) { run_encoder(state, 768, 197, 7, kernels); });
}

}  // namespace xpike::bench
