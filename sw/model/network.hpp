// SPDX-License-Identifier: Apache-2.0
// Description of one trained network: what a model file holds (docs/numerics.md, section 10).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace xpike {

inline constexpr int kMaxWeight = 15;
inline constexpr int kMaxConductance = 8191;
inline constexpr int kMinBias = -2048;
inline constexpr int kMaxBias = 2047;
inline constexpr int kMaxThreshold = 2047;
inline constexpr int kMaxShift = 7;
inline constexpr int kMaxGain = 65535;
inline constexpr int kMaxExponent = 8;
// Of the outputs of attention, for sequences of up to `tokens` tokens.
constexpr int max_output_exponent(int tokens) { return tokens > 256 ? 10 : kMaxExponent; }
inline constexpr int kMaxInput = 256;
inline constexpr int kMaxSteps = 64;  // of any configuration

enum class Residual : std::uint8_t { kIand = 0, kOr = 1, kXor = 2 };
enum class Pooling : std::uint8_t { kAll = 0, kFirst = 1, kLast = 2 };

std::string_view to_text(Residual value);
std::string_view to_text(Pooling value);

// Conductances of the device pairs, [out][in], in 1/256 of a level, 0..8191.
struct Devices {
  std::vector<std::uint16_t> plus;
  std::vector<std::uint16_t> minus;
  bool operator==(const Devices&) const = default;
};

// One fully connected matrix in -> out with its neurons and converter settings.
struct Matrix {
  int in = 0;
  int out = 0;
  std::vector<std::int8_t> weight;      // [out][in], -15..15
  std::vector<std::int16_t> bias;       // [out], -2048..2047
  std::vector<std::int16_t> threshold;  // [out], 1..2047; empty for the head
  std::vector<std::uint8_t> shift;      // [row block], 0..7
  std::vector<std::uint16_t> gain;      // [row block], 1..65535, 256 = 1.0
  std::optional<Devices> devices;       // measured devices; absent: ideal ones of the weights

  int weight_at(int o, int i) const { return weight[index(o, i)]; }
  // g+ - g- of one cell, in 1/256 of a level.
  int cell_at(int o, int i) const {
    if (!devices) return 256 * weight_at(o, i);
    return int{devices->plus[index(o, i)]} - int{devices->minus[index(o, i)]};
  }
  std::size_t index(int o, int i) const {
    return static_cast<std::size_t>(o) * static_cast<std::size_t>(in) + static_cast<std::size_t>(i);
  }
  bool operator==(const Matrix&) const = default;
};

struct Layer {
  int k_s = 0;  // exponent of the scores
  int k_a = 0;  // exponent of the outputs
  bool row_exponent = false;
  int row_offset = 0;
  Residual res1 = Residual::kIand;
  Residual res2 = Residual::kIand;
  Matrix q, k, v, proj, ff1, ff2;
  bool operator==(const Layer&) const = default;
};

struct Shape {
  int tokens = 0;
  int heads = 0;
  int head_dim = 0;
  int dim = 0;
  int ff = 0;
  int depth = 0;
  int input_rows = 0;
  int classes = 0;
  int steps = 0;  // default number of time steps
  bool operator==(const Shape&) const = default;
};

// Cuts an image into overlapping windows (docs/numerics.md, tokenizer `patch`).
struct PatchTokenizer {
  int height = 0;
  int width = 0;
  int patch = 0;
  int stride = 0;
  int pad = 0;
  int windows_down() const { return (height + 2 * pad - patch) / stride + 1; }
  int windows_across() const { return (width + 2 * pad - patch) / stride + 1; }
  int tokens() const { return windows_down() * windows_across(); }
  bool operator==(const PatchTokenizer&) const = default;
};

// The data are spike streams, taken as they are (docs/numerics.md, tokenizer `spikes`).
struct SpikeTokenizer {
  int n_tokens = 0;
  int rows = 0;  // of the stream; the network may have more
  int tokens() const { return n_tokens; }
  bool operator==(const SpikeTokenizer&) const = default;
};

// The data are tokens already, as many as an image has (docs/numerics.md, tokenizer `tokens`).
struct TokenTokenizer {
  int rows = 0;  // of the data; the network may have more
  static std::optional<int> tokens() { return std::nullopt; }
  bool operator==(const TokenTokenizer&) const = default;
};

struct InputSpec {
  int exponent = 0;  // neither exponent nor binary rows concern spike streams
  std::optional<int> position_base;
  std::vector<std::pair<int, int>> binary;  // half-open ranges of rows
  std::variant<PatchTokenizer, SpikeTokenizer, TokenTokenizer> tokenizer;
  bool is_binary(int row) const;
  bool is_position(int row, int n_tokens) const {
    return position_base && row >= *position_base && row < *position_base + n_tokens;
  }
  // Tokens that the tokenizer makes of every image; none if that is up to the data.
  std::optional<int> tokens() const {
    return std::visit([](const auto& kind) { return std::optional<int>(kind.tokens()); },
                      tokenizer);
  }
  bool operator==(const InputSpec&) const = default;
};

struct Network {
  std::string name;
  Shape shape;
  bool causal = false;
  Pooling pooling = Pooling::kAll;
  int array_rows = 0;
  int array_cols = 0;
  InputSpec input;
  Matrix embed;
  std::vector<Layer> layers;
  Matrix head;
  std::string training = "{}";  // JSON text, for people
  bool operator==(const Network&) const = default;
};

// Smallest k with 2^k >= x, for x >= 1.
constexpr int ceil_log2(int x) {
  int k = 0;
  while ((std::int64_t{1} << k) < x) ++k;
  return k;
}

constexpr int ceil_div(int a, int b) { return (a + b - 1) / b; }

// Calls visit(name, matrix, is_head) for embed, layer{l}.{q,k,v,proj,ff1,ff2}, head, in that order.
template <class AnyNetwork, class Visit>
void for_each_matrix(AnyNetwork& network, Visit&& visit) {
  visit(std::string("embed"), network.embed, false);
  for (std::size_t l = 0; l < network.layers.size(); ++l) {
    auto& layer = network.layers[l];
    const std::string prefix = "layer" + std::to_string(l) + ".";
    visit(prefix + "q", layer.q, false);
    visit(prefix + "k", layer.k, false);
    visit(prefix + "v", layer.v, false);
    visit(prefix + "proj", layer.proj, false);
    visit(prefix + "ff1", layer.ff1, false);
    visit(prefix + "ff2", layer.ff2, false);
  }
  visit(std::string("head"), network.head, true);
}

// Sizes that a matrix of the network must have.
struct MatrixShape {
  int in = 0;
  int out = 0;
  int row_blocks = 0;
};
// name: "embed", "head" or "layer{l}.{q,k,v,proj,ff1,ff2}".
MatrixShape matrix_shape(const Network& network, std::string_view name);

// Checks every size and range of the network; throws Error(place, field, ...) for the first fault.
void check_shape(const Network& network, std::string_view place);
void check_matrices(const Network& network, std::string_view place);
inline void check_network(const Network& network, std::string_view place) {
  check_shape(network, place);
  check_matrices(network, place);
}

}  // namespace xpike
