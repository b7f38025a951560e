// SPDX-License-Identifier: Apache-2.0
// Random networks and images that fit a configuration, for tests and benches.
#pragma once

#include <cstdint>
#include <optional>
#include <xpike/configs.hpp>

#include "model/engine.hpp"
#include "model/network.hpp"

namespace xpike {

// What is forced; everything left open is drawn from the seed.
struct RandomModelOptions {
  std::optional<int> depth;
  std::optional<int> input_rows;
  std::optional<int> classes;
  std::optional<bool> causal;
  std::optional<bool> row_exponent;
  std::optional<Pooling> pooling;
  std::optional<Residual> residual;  // both units of every layer
  std::optional<int> weight;         // every weight of every matrix
  std::optional<int> bias;           // every bias
  std::optional<int> threshold;      // every threshold
  std::optional<int> shift;          // every converter
  std::optional<int> gain;           // every converter
  std::optional<int> input_exponent;
  std::optional<double> zero_weights;  // share of weights that are 0, 0..1
  bool noisy_devices = false;          // measured devices around the ideal conductances
};

// A valid network of the configuration's shape. Equal arguments give equal networks on every
// machine. Nothing forced, the LIF stages fire at rates of roughly 0.1 to 0.4.
Network random_model(const Config& config, std::uint32_t seed,
                     const RandomModelOptions& options = {});

// A tokenised image for the network, with n_tokens tokens of random intensities; about a third of
// the rows are 0 or full scale.
TokenImage random_image(const Network& network, int n_tokens, std::uint32_t seed);

// The same as a spike stream: every row of every time step spikes at a rate that its token draws.
TokenImage random_stream(const Network& network, int n_tokens, int steps, std::uint32_t seed);

}  // namespace xpike
