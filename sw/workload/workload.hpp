// SPDX-License-Identifier: Apache-2.0
// A workload of any configuration's size: a random network whose every stage fires at a controlled
// rate, and random images for it. docs/random-workload.md says how it is made.
#pragma once

#include <cstdint>
#include <xpike/configs.hpp>

#include "model/engine.hpp"
#include "model/network.hpp"
#include "model/tensor_rates.hpp"

namespace xpike {

// Every spike tensor of a run has a rate, spikes per place where one could be, in this range; with
// fewer than four tokens the outputs of attention, which are sums over tokens, are rarer.
inline constexpr double kLowestRate = 0.1;
inline constexpr double kHighestRate = 0.3;

// Tensors of fewer places are too small to tell: their rates vary with the image.
inline constexpr std::uint64_t kFewestPlaces = 20000;
// Throws Error("workload", tensor, ...) for the first tensor whose rate is out of range.
void check_rates(const TensorRates& rates);

// Full size of the configuration; its tokenizer makes `tokens` tokens, its default number of time
// steps is `steps`. Equal arguments give equal networks on every machine. Throws Error for tokens
// or steps that the configuration does not have.
Network workload_network(const Config& config, std::uint32_t seed, int tokens, int steps);

// Image `number` of the workload of a seed.
TokenImage workload_image(const Network& network, std::uint32_t seed, std::uint32_t number);

}  // namespace xpike
