// SPDX-License-Identifier: Apache-2.0
// A second model of the whole chip, in plain loops over integers, for comparison only. It shares
// the network description with the code under test and nothing else: own random numbers, real
// 2^20-step jumps, device-level sums, no packed bits.
#pragma once

#include <cstdint>
#include <vector>
#include <xpike/configs.hpp>

#include "model/engine.hpp"
#include "model/network.hpp"

namespace naive {

using Bits = std::vector<int>;                               // [feature]
using Tensor = std::vector<std::vector<Bits>>;               // [step][token][feature]
using Scores = std::vector<std::vector<std::vector<Bits>>>;  // [step][head][query][key]

struct LayerResult {
  Tensor q, k, v, a, proj, res1, ff1, ff2, res2;
  Scores s;
};

struct NetworkResult {
  Tensor input, embed;
  std::vector<LayerResult> layers;
  std::vector<std::vector<long>> head;  // running scores [step][class]
  int predicted = 0;
};

std::uint32_t step(std::uint32_t state);
std::uint32_t base(std::uint32_t seed, std::uint32_t image, std::uint32_t layer,
                   std::uint32_t kind);

NetworkResult run(const xpike::Config& config, const xpike::Network& network,
                  const xpike::TokenImage& image, std::uint32_t image_number, int steps,
                  std::uint32_t seed);

}  // namespace naive
