// SPDX-License-Identifier: Apache-2.0
#include "model/random_model.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "model/fit.hpp"
#include "model/random_source.hpp"

namespace xpike {
namespace {

// Share of active inputs that a matrix is tuned for.
constexpr double kTypicalRate = 0.25;

class Builder {
 public:
  Builder(const Config& config, std::uint32_t seed, const RandomModelOptions& options)
      : config_(config), options_(options), random_(seed) {}

  Network build() {
    Network network;
    network.name = "random";
    network.shape = shape();
    network.causal = options_.causal.value_or(random_.chance(0.5));
    network.pooling = options_.pooling.value_or(static_cast<Pooling>(random_.integer(0, 2)));
    network.array_rows = config_.array_rows;
    network.array_cols = config_.array_cols;
    network.input = input(network.shape);
    for (int l = 0; l < network.shape.depth; ++l) network.layers.push_back(layer());
    for_each_matrix(network, [&](const std::string& name, Matrix& matrix, bool is_head) {
      matrix = this->matrix(matrix_shape(network, name), is_head);
    });
    return network;
  }

 private:
  Shape shape() const {
    Shape shape = full_shape(config_);
    shape.depth = options_.depth.value_or(config_.depth);
    shape.input_rows = options_.input_rows.value_or(config_.input_rows);
    shape.classes = options_.classes.value_or(config_.classes);
    return shape;
  }

  // Square windows side by side, one per token; the rows after the pixels hold the position where
  // there is room, then a binary row.
  InputSpec input(const Shape& shape) {
    InputSpec spec;
    spec.exponent = options_.input_exponent.value_or(random_.integer(3, 8));
    const int spare = shape.input_rows > shape.tokens ? shape.input_rows - shape.tokens : 0;
    const bool position = spare > 0 && random_.chance(0.8);
    const int pixel_rows = position ? spare : shape.input_rows;
    const int patch = std::clamp(static_cast<int>(std::sqrt(pixel_rows)), 1, 4);
    spec.tokenizer = PatchTokenizer{patch, patch * shape.tokens, patch, patch, 0};
    if (position) spec.position_base = random_.integer(0, spare);
    const int binary = random_.integer(0, shape.input_rows - 1);
    spec.binary = {{binary, binary + 1}};
    return spec;
  }

  // Spikes are sparse, so exponents below the default keep the attention lively.
  int lively_exponent(int standard) {
    if (random_.chance(0.2)) return standard;
    return random_.integer(std::max(0, standard - 4), std::max(0, standard - 2));
  }

  Layer layer() {
    Layer layer;
    const int k_s = ceil_log2(config_.head_dim);
    const int k_a = ceil_log2(config_.tokens);
    layer.k_s = lively_exponent(k_s);
    layer.k_a = lively_exponent(k_a);
    layer.row_exponent = options_.row_exponent.value_or(random_.chance(0.4));
    layer.row_offset = random_.integer(-3, 0);
    layer.res1 = options_.residual.value_or(static_cast<Residual>(random_.integer(0, 2)));
    layer.res2 = options_.residual.value_or(static_cast<Residual>(random_.integer(0, 2)));
    return layer;
  }

  Matrix matrix(const MatrixShape& shape, bool is_head) {
    Matrix m;
    m.in = shape.in;
    m.out = shape.out;
    const double zeros = options_.zero_weights.value_or(0.1);
    const auto cells = static_cast<std::size_t>(m.in) * static_cast<std::size_t>(m.out);
    for (std::size_t i = 0; i < cells; ++i) {
      const int weight = random_.chance(zeros) ? 0 : random_.integer(-kMaxWeight, kMaxWeight);
      m.weight.push_back(static_cast<std::int8_t>(options_.weight.value_or(weight)));
    }
    fill_converters(m, shape.row_blocks, is_head);
    fill_neurons(m, is_head);
    if (options_.noisy_devices) m.devices = devices(m);
    return m;
  }

  // The converter's range spans about two standard deviations of a column sum.
  void fill_converters(Matrix& m, int row_blocks, bool is_head) {
    const double rows = std::min(m.in, config_.array_rows);
    const double spread = 8.9 * std::sqrt(rows * kTypicalRate);
    const double step = std::max(0.25, spread / 8.0);  // level per code
    for (int block = 0; block < row_blocks; ++block) {
      if (is_head && block > 0) {
        m.shift.push_back(m.shift.front());
        m.gain.push_back(m.gain.front());
        continue;
      }
      const int shift = options_.shift.value_or(random_.integer(0, 4));
      const double gain = 256.0 * std::exp2(shift) / step * (0.8 + 0.05 * random_.integer(0, 8));
      m.shift.push_back(static_cast<std::uint8_t>(shift));
      m.gain.push_back(static_cast<std::uint16_t>(
          options_.gain.value_or(static_cast<int>(std::clamp(gain, 1.0, 65535.0)))));
    }
  }

  // A code sum spreads by about 8 per array, so the drive by 32 times the root of the arrays.
  void fill_neurons(Matrix& m, bool is_head) {
    const double arrays = ceil_div(m.in, config_.array_rows);
    const int drive = static_cast<int>(32.0 * std::sqrt(arrays));
    for (int o = 0; o < m.out; ++o) {
      const int bias = random_.integer(-drive / 4, drive / 2);
      const int threshold = random_.integer(drive / 2, drive);
      m.bias.push_back(static_cast<std::int16_t>(options_.bias.value_or(bias)));
      if (is_head) continue;
      m.threshold.push_back(static_cast<std::int16_t>(options_.threshold.value_or(threshold)));
    }
  }

  Devices devices(const Matrix& m) {
    const auto noisy = [&](int level) {
      return static_cast<std::uint16_t>(
          std::clamp(256 * level + random_.integer(-200, 200), 0, kMaxConductance));
    };
    Devices pairs;
    for (const std::int8_t weight : m.weight) {
      pairs.plus.push_back(noisy(std::max(int{weight}, 0)));
      pairs.minus.push_back(noisy(std::max(-int{weight}, 0)));
    }
    return pairs;
  }

  const Config& config_;
  const RandomModelOptions& options_;
  RandomSource random_;
};

}  // namespace

Network random_model(const Config& config, std::uint32_t seed, const RandomModelOptions& options) {
  Network network = Builder(config, seed, options).build();
  check_network(network, "random model");
  return network;
}

TokenImage random_image(const Network& network, int n_tokens, std::uint32_t seed) {
  RandomSource random(seed);
  TokenImage image(n_tokens, network.shape.input_rows);
  const int full = 1 << network.input.exponent;
  for (std::uint16_t& value : image.values) {
    int intensity = random.integer(0, full);
    if (random.chance(0.15)) intensity = 0;
    if (random.chance(0.15)) intensity = random.chance(0.5) ? full : kMaxInput;
    value = static_cast<std::uint16_t>(intensity);
  }
  return image;
}

TokenImage random_stream(const Network& network, int n_tokens, int steps, std::uint32_t seed) {
  RandomSource random(seed);
  SpikeTensor spikes(steps, n_tokens, network.shape.input_rows);
  for (int n = 0; n < n_tokens; ++n) {
    const double rate = 0.25 * random.integer(0, 4);
    for (int t = 0; t < steps; ++t) {
      for (int f = 0; f < network.shape.input_rows; ++f) {
        if (random.chance(rate)) spikes.set(t, n, f, true);
      }
    }
  }
  return TokenImage(std::move(spikes));
}

}  // namespace xpike
