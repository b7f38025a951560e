// SPDX-License-Identifier: Apache-2.0
#include "workload/workload.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "model/error.hpp"
#include "model/fit.hpp"
#include "model/random_source.hpp"
#include "workload/calibration.hpp"

namespace xpike {
namespace {

// Rates that calibration aims at. Branches of the residual units fire less, as in trained networks.
constexpr double kRate = 0.2;
constexpr double kBranchRate = 0.15;

constexpr int kInputExponent = 8;
constexpr int kHeadBias = 64;
constexpr int kLargestPatch = 16;     // images stay within 4096 pixels for 256 tokens
constexpr int kFewestPixelShare = 5;  // at least a fifth of the input rows are pixels
constexpr std::uint32_t kCalibrationImages = 1U << 31U;  // their numbers, which no run has
constexpr int kCalibrationTokens = 256;                  // at least, over all images
constexpr int kMostCalibrationImages = 64;

// Streams of the seed: 0 draws the weights, 1 + number an image.
constexpr std::uint32_t kWeightStream = 0;

// Pixel rows first, then one position row per token if they leave enough pixel rows: position rows
// hardly spike, and pixels at a rate of one half have to make up for them. Windows side by side,
// one per token, stand for the image.
InputSpec input_spec(const Shape& shape, int tokens) {
  InputSpec spec;
  spec.exponent = kInputExponent;
  const int left = shape.input_rows - shape.tokens;
  if (kFewestPixelShare * left >= shape.input_rows) spec.position_base = left;
  const int pixel_rows = spec.position_base.value_or(shape.input_rows);
  const int patch = std::min(static_cast<int>(std::sqrt(pixel_rows)), kLargestPatch);
  spec.tokenizer = PatchTokenizer{patch, patch * tokens, patch, patch, 0};
  return spec;
}

// The sum of four bytes is nearly normal, and the same on every machine: mean 510, deviation 147.8.
int normal_weight(RandomSource& random) {
  constexpr double kBytesPerLevel = 147.8 / 5.0;  // a deviation of 5 levels
  std::uint32_t bytes = random.word();
  int sum = -510;
  for (int i = 0; i < 4; ++i, bytes >>= 8U) sum += static_cast<int>(bytes & 0xFFU);
  const auto weight = static_cast<int>(std::lround(sum / kBytesPerLevel));
  return std::clamp(weight, -kMaxWeight, kMaxWeight);
}

void draw_weights(Network& network, RandomSource& random) {
  for_each_matrix(network, [&](const std::string& name, Matrix& matrix, bool is_head) {
    const MatrixShape shape = matrix_shape(network, name);
    matrix.in = shape.in;
    matrix.out = shape.out;
    matrix.weight.resize(static_cast<std::size_t>(shape.in) * static_cast<std::size_t>(shape.out));
    for (std::int8_t& weight : matrix.weight) {
      weight = static_cast<std::int8_t>(normal_weight(random));
    }
    if (!is_head) return;
    for (int c = 0; c < shape.out; ++c) {
      matrix.bias.push_back(static_cast<std::int16_t>(random.integer(-kHeadBias, kHeadBias)));
    }
  });
}

// Layer by layer, so that every stage is tuned on the spikes that really reach it.
void calibrate(Network& network, const Config& config, std::uint32_t seed) {
  const int tokens = network.input.tokens().value_or(network.shape.tokens);
  const int images = std::clamp(ceil_div(kCalibrationTokens, tokens), 1, kMostCalibrationImages);
  const Calibration calibration(config, seed, kCalibrationImages);
  Spikes input;
  for (int i = 0; i < images; ++i) {
    const std::uint32_t number = kCalibrationImages + static_cast<std::uint32_t>(i);
    input.push_back(calibration.encode(network, workload_image(network, seed, number), i));
  }
  Spikes x = calibration.tune_stage(network.embed, input, kRate);
  for (std::size_t l = 0; l < network.layers.size(); ++l) {
    Layer& layer = network.layers[l];
    const Spikes q = calibration.tune_stage(layer.q, x, kRate);
    const Spikes k = calibration.tune_stage(layer.k, x, kRate);
    const Spikes v = calibration.tune_stage(layer.v, x, kRate);
    const Spikes a = calibration.tune_attention(layer, static_cast<int>(l), q, k, v);
    const Spikes proj = calibration.tune_stage(layer.proj, a, kBranchRate);
    const Spikes h = calibration.tune_residual(layer.res1, x, proj);
    const Spikes ff1 = calibration.tune_stage(layer.ff1, h, kRate);
    const Spikes ff2 = calibration.tune_stage(layer.ff2, ff1, kBranchRate);
    x = calibration.tune_residual(layer.res2, h, ff2);
  }
  calibration.tune_converters(network.head, x, true);
}

void require_range(int value, int high, const char* field) {
  if (value >= 1 && value <= high) return;
  throw Error("workload", field, fmt::format("{} is outside 1..{}", value, high));
}

}  // namespace

void check_rates(const TensorRates& rates) {
  for (const TensorRates::Entry& entry : rates.entries()) {
    if (entry.places < kFewestPlaces) continue;
    if (entry.rate() >= kLowestRate && entry.rate() <= kHighestRate) continue;
    throw Error("workload", entry.name,
                fmt::format("spikes at a rate of {:.4f}, outside {}..{}", entry.rate(), kLowestRate,
                            kHighestRate));
  }
}

Network workload_network(const Config& config, std::uint32_t seed, int tokens, int steps) {
  require_range(tokens, config.tokens, "tokens");
  require_range(steps, config.steps, "steps");
  Network network;
  network.name = fmt::format("random {}", seed);
  network.shape = full_shape(config);
  network.shape.steps = steps;
  network.array_rows = config.array_rows;
  network.array_cols = config.array_cols;
  network.input = input_spec(network.shape, tokens);
  network.layers.resize(static_cast<std::size_t>(config.depth));
  RandomSource random(seed, kWeightStream);
  draw_weights(network, random);
  calibrate(network, config, seed);
  check_network(network, network.name);
  return network;
}

TokenImage workload_image(const Network& network, std::uint32_t seed, std::uint32_t number) {
  const Shape& shape = network.shape;
  const int pixel_rows = network.input.position_base.value_or(shape.input_rows);
  // The position rows hardly spike, so the pixels do more, up to one half.
  const double mean = std::clamp(0.75 * kRate * shape.input_rows / pixel_rows, kRate, 0.5);
  const int brightest = static_cast<int>(2 * mean * kMaxInput);
  RandomSource random(seed, number + 1);
  TokenImage image(network.input.tokens().value_or(shape.tokens), shape.input_rows);
  for (int n = 0; n < image.tokens; ++n) {
    for (int f = 0; f < pixel_rows; ++f) {
      image.at(n, f) = static_cast<std::uint16_t>(random.integer(0, brightest));
    }
  }
  return image;
}

}  // namespace xpike
