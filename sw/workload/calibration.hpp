// SPDX-License-Identifier: Apache-2.0
// Sets what a network has besides its weights so that its stages fire at given rates, by running
// the reference model's units on a few images.
#pragma once

#include <cstdint>
#include <vector>
#include <xpike/configs.hpp>

#include "model/engine.hpp"
#include "model/network.hpp"
#include "model/spike_tensor.hpp"

namespace xpike {

// One tensor of each image.
using Spikes = std::vector<SpikeTensor>;

class Calibration {
 public:
  // Random streams are those of images first_image.. of the seed.
  Calibration(const Config& config, std::uint32_t seed, std::uint32_t first_image)
      : config_(config), seed_(seed), first_image_(first_image) {}

  // Input spikes of the image with index `image`, for the network's default number of steps.
  SpikeTensor encode(const Network& network, const TokenImage& image, int index) const;

  // Shift and gain of every row block, so that the codes of one array have a standard deviation of
  // a third of the converter's range. one: the same ones for all row blocks.
  void tune_converters(Matrix& matrix, const Spikes& input, bool one) const;

  // Converters, then biases that centre every column's input current, then the threshold of every
  // column that makes it fire at the rate. Returns the output.
  Spikes tune_stage(Matrix& matrix, const Spikes& input, double rate) const;

  // The exponents whose rates come nearest to the middle of the range. Returns the output.
  Spikes tune_attention(Layer& layer, int number, const Spikes& q, const Spikes& k,
                        const Spikes& v) const;

  // The kind whose rate comes nearest to the middle of the range. Returns the output.
  Spikes tune_residual(Residual& kind, const Spikes& x, const Spikes& branch) const;

 private:
  void tune_neurons(Matrix& matrix, const Spikes& input, double rate) const;

  Config config_;
  std::uint32_t seed_;
  std::uint32_t first_image_;
};

}  // namespace xpike
