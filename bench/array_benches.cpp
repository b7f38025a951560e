// SPDX-License-Identifier: Apache-2.0
// Synaptic arrays, converters and neurons.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <memory>

#include "bench/random_spikes.hpp"
#include "bench/suites.hpp"
#include "model/network.hpp"
#include "reference/neuron_stage.hpp"

namespace xpike::bench {
namespace {

using reference::ActiveRows;
using reference::Kernels;
using reference::NeuronStage;

constexpr int kArray = 128;  // rows and columns of an array

struct Shape {
  const char* name;
  int in, out, tokens, steps;
};
constexpr Shape kTiny{"tiny", 128, 128, 16, 8};
constexpr Shape kVit{"vit-768", 768, 768, 197, 7};

Matrix random_matrix(const Shape& shape, bool devices) {
  RandomSource random(2);
  Matrix m;
  m.in = shape.in;
  m.out = shape.out;
  for (int i = 0; i < m.in * m.out; ++i) {
    m.weight.push_back(static_cast<std::int8_t>(random.integer(-kMaxWeight, kMaxWeight)));
  }
  m.bias.assign(static_cast<std::size_t>(m.out), 5);
  m.threshold.assign(static_cast<std::size_t>(m.out), 40);
  m.shift.assign(static_cast<std::size_t>(ceil_div(m.out, kArray)), 3);
  m.gain.assign(m.shift.size(), 300);
  if (devices) {
    m.devices.emplace();
    for (std::size_t i = 0; i < m.weight.size(); ++i) {
      m.devices->plus.push_back(static_cast<std::uint16_t>(random.integer(0, kMaxConductance)));
      m.devices->minus.push_back(static_cast<std::uint16_t>(random.integer(0, kMaxConductance)));
    }
  }
  return m;
}

// Item: one multiplication of an array of 128 x 128, with its conversions and its share of neurons.
void run_arrays(benchmark::State& state, const Shape& shape, bool devices, double rate,
                const Kernels& kernels) {
  const NeuronStage stage(random_matrix(shape, devices), kArray, kArray, kernels);
  const ActiveRows rows(random_spikes(shape.steps, shape.tokens, shape.in, rate), kArray, kernels);
  for (auto _ : state) benchmark::DoNotOptimize(stage.run(rows));
  state.SetItemsProcessed(state.iterations() * shape.tokens * shape.steps * (shape.in / kArray) *
                          (shape.out / kArray));
}

// Item: one converter and neuron in one time step; no row is driven.
void run_neurons(benchmark::State& state, const Kernels& kernels) {
  const NeuronStage stage(random_matrix(kTiny, false), kArray, kArray, kernels);
  const ActiveRows rows(SpikeTensor(kTiny.steps, kTiny.tokens, kTiny.in), kArray, kernels);
  for (auto _ : state) benchmark::DoNotOptimize(stage.run(rows));
  state.SetItemsProcessed(state.iterations() * kTiny.tokens * kTiny.steps * kTiny.out);
}

// Item: one token-step of 128 spikes that is listed.
void run_lists(benchmark::State& state, const Kernels& kernels) {
  const SpikeTensor spikes = random_spikes(kTiny.steps, kTiny.tokens, kTiny.in, 0.2);
  for (auto _ : state) benchmark::DoNotOptimize(ActiveRows(spikes, kArray, kernels));
  state.SetItemsProcessed(state.iterations() * kTiny.tokens * kTiny.steps);
}

}  // namespace

void register_arrays(const Kernels& kernels) {
  const auto add = [&](const std::string& subject, auto&& run) {
    benchmark::RegisterBenchmark(fmt::format("{}/{}", subject, kernels.name).c_str(), run);
  };
  for (const double rate : {0.1, 0.2, 0.5}) {
    for (const Shape& shape : {kTiny, kVit}) {
      add(fmt::format("array, {:.0f} % driven/{}", 100 * rate, shape.name),
          [&kernels, shape, rate](benchmark::State& state) {
            run_arrays(state, shape, false, rate, kernels);
          });
    }
  }
  add("array of devices, 20 % driven/tiny",
      [&kernels](benchmark::State& state) { run_arrays(state, kTiny, true, 0.2, kernels); });
  add("converter and LIF/tiny", [&](benchmark::State& state) { run_neurons(state, kernels); });
  add("list of 128 inputs/tiny", [&](benchmark::State& state) { run_lists(state, kernels); });
}

}  // namespace xpike::bench
