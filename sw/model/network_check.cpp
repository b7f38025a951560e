// SPDX-License-Identifier: Apache-2.0
// Every size and range that a network must keep (docs/numerics.md, section 10).
#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string>

#include "model/error.hpp"
#include "model/network.hpp"

namespace xpike {
namespace {

// Largest sizes that any configuration may have.
constexpr int kMaxTokens = 1024;
constexpr int kMaxHeads = 32;
constexpr int kMaxHeadDim = 256;
constexpr int kMaxDim = kMaxHeads * kMaxHeadDim;
constexpr int kMaxFf = 4096;
constexpr int kMaxDepth = 16;
constexpr int kMaxInputRows = 1024;
constexpr int kMaxClasses = 1024;
constexpr int kMaxArraySide = 256;
constexpr int kMaxImageSide = 4096;

class Checker {
 public:
  explicit Checker(std::string_view place) : place_(place) {}

  void require(bool condition, std::string_view field, std::string_view problem) const {
    if (!condition) throw Error(place_, field, problem);
  }
  void in_range(int value, int low, int high, std::string_view field) const {
    require(value >= low && value <= high, field,
            fmt::format("{} is outside {}..{}", value, low, high));
  }
  template <class T>
  void all_in_range(const std::vector<T>& values, std::size_t count, int low, int high,
                    const std::string& field) const {
    require(values.size() == count, field,
            fmt::format("{} values instead of {}", values.size(), count));
    const auto bad = std::ranges::find_if(
        values, [&](T value) { return int{value} < low || int{value} > high; });
    if (bad == values.end()) return;
    throw Error(place_, field,
                fmt::format("value {} at index {} is outside {}..{}", int{*bad},
                            bad - values.begin(), low, high));
  }

 private:
  std::string_view place_;
};

void check_tokenizer(const PatchTokenizer& tokenizer, const Shape& shape, const Checker& check) {
  check.in_range(tokenizer.height, 1, kMaxImageSide, "input.tokenizer.height");
  check.in_range(tokenizer.width, 1, kMaxImageSide, "input.tokenizer.width");
  check.in_range(tokenizer.pad, 0, kMaxImageSide, "input.tokenizer.pad");
  check.in_range(tokenizer.stride, 1, kMaxImageSide, "input.tokenizer.stride");
  const int side = std::min(tokenizer.height, tokenizer.width) + 2 * tokenizer.pad;
  check.in_range(tokenizer.patch, 1, side, "input.tokenizer.patch");
  check.require(
      tokenizer.patch * tokenizer.patch <= shape.input_rows, "input.tokenizer.patch",
      fmt::format("{0} x {0} pixels exceed the {1} input rows", tokenizer.patch, shape.input_rows));
  check.require(tokenizer.tokens() <= shape.tokens, "input.tokenizer",
                fmt::format("{} windows exceed the {} tokens", tokenizer.tokens(), shape.tokens));
}

void check_tokenizer(const SpikeTokenizer& tokenizer, const Shape& shape, const Checker& check) {
  check.in_range(tokenizer.n_tokens, 1, shape.tokens, "input.tokenizer.tokens");
  check.in_range(tokenizer.rows, 1, shape.input_rows, "input.tokenizer.rows");
}

void check_tokenizer(const TokenTokenizer& tokenizer, const Shape& shape, const Checker& check) {
  check.in_range(tokenizer.rows, 1, shape.input_rows, "input.tokenizer.rows");
}

void check_input(const InputSpec& input, const Shape& shape, const Checker& check) {
  check.in_range(input.exponent, 0, kMaxExponent, "input.exponent");
  if (input.position_base) {
    check.in_range(*input.position_base, 0, shape.input_rows - shape.tokens, "input.position_base");
  }
  for (const auto& [begin, end] : input.binary) {
    check.require(
        begin >= 0 && begin < end && end <= shape.input_rows, "input.binary",
        fmt::format("range [{}, {}) is empty or outside 0..{}", begin, end, shape.input_rows));
  }
  std::visit([&](const auto& tokenizer) { check_tokenizer(tokenizer, shape, check); },
             input.tokenizer);
}

void check_layer(const Layer& layer, const Shape& shape, const std::string& name,
                 const Checker& check) {
  check.in_range(layer.k_s, 0, ceil_log2(shape.head_dim), name + ".k_s");
  check.in_range(layer.k_a, 0, max_output_exponent(shape.tokens), name + ".k_a");
  check.in_range(layer.row_offset, -8, 7, name + ".row_offset");
}

void check_matrix(const Matrix& matrix, const std::string& name, int in, int out, int blocks,
                  bool is_head, const Checker& check) {
  check.require(matrix.in == in && matrix.out == out, name,
                fmt::format("shape [{}, {}] instead of [{}, {}]", matrix.out, matrix.in, out, in));
  const auto outputs = static_cast<std::size_t>(out);
  const std::size_t cells = outputs * static_cast<std::size_t>(in);
  const auto row_blocks = static_cast<std::size_t>(blocks);
  check.all_in_range(matrix.weight, cells, -kMaxWeight, kMaxWeight, name + ".weight");
  check.all_in_range(matrix.bias, outputs, kMinBias, kMaxBias, name + ".bias");
  check.all_in_range(matrix.threshold, is_head ? 0 : outputs, 1, kMaxThreshold,
                     name + ".threshold");
  check.all_in_range(matrix.shift, row_blocks, 0, kMaxShift, name + ".shift");
  check.all_in_range(matrix.gain, row_blocks, 1, kMaxGain, name + ".gain");
  if (matrix.devices) {
    check.all_in_range(matrix.devices->plus, cells, 0, kMaxConductance, name + ".plus");
    check.all_in_range(matrix.devices->minus, cells, 0, kMaxConductance, name + ".minus");
  }
  if (!is_head) return;
  const auto all_equal = [](const auto& values) {
    return std::ranges::all_of(values, [&](auto value) { return value == values.front(); });
  };
  check.require(all_equal(matrix.shift), name + ".shift", "row blocks of the head differ");
  check.require(all_equal(matrix.gain), name + ".gain", "row blocks of the head differ");
}

}  // namespace

void check_shape(const Network& network, std::string_view place) {
  const Checker check(place);
  const Shape& shape = network.shape;
  check.require(!network.name.empty() && network.name.size() <= 64, "name",
                "must have 1 to 64 characters");
  check.in_range(shape.tokens, 1, kMaxTokens, "network.tokens");
  check.in_range(shape.heads, 1, kMaxHeads, "network.heads");
  check.in_range(shape.head_dim, 1, kMaxHeadDim, "network.head_dim");
  check.in_range(shape.dim, 1, kMaxDim, "network.dim");
  check.require(
      shape.dim == shape.heads * shape.head_dim, "network.dim",
      fmt::format("{} is not heads x head_dim = {}", shape.dim, shape.heads * shape.head_dim));
  check.in_range(shape.ff, 1, kMaxFf, "network.ff");
  check.in_range(shape.depth, 1, kMaxDepth, "network.depth");
  check.in_range(shape.input_rows, 1, kMaxInputRows, "network.input_rows");
  check.in_range(shape.classes, 1, kMaxClasses, "network.classes");
  check.in_range(shape.steps, 1, kMaxSteps, "network.steps");
  check.in_range(network.array_rows, 1, kMaxArraySide, "array.rows");
  check.in_range(network.array_cols, 1, kMaxArraySide, "array.cols");
  check_input(network.input, shape, check);
  check.require(network.layers.size() == static_cast<std::size_t>(shape.depth), "layers",
                fmt::format("{} layers instead of {}", network.layers.size(), shape.depth));
  for (std::size_t l = 0; l < network.layers.size(); ++l) {
    check_layer(network.layers[l], shape, fmt::format("layers[{}]", l), check);
  }
}

MatrixShape matrix_shape(const Network& network, std::string_view name) {
  const Shape& shape = network.shape;
  const std::string_view kind = name.substr(name.find('.') + 1);
  MatrixShape result{shape.dim, shape.dim, 0};
  if (kind == "embed") result.in = shape.input_rows;
  if (kind == "ff1") result.out = shape.ff;
  if (kind == "ff2") result.in = shape.ff;
  if (kind == "head") result.out = shape.classes;
  result.row_blocks = ceil_div(result.out, network.array_cols);
  return result;
}

void check_matrices(const Network& network, std::string_view place) {
  const Checker check(place);
  for_each_matrix(network, [&](const std::string& name, const Matrix& matrix, bool is_head) {
    const MatrixShape shape = matrix_shape(network, name);
    check_matrix(matrix, name, shape.in, shape.out, shape.row_blocks, is_head, check);
  });
}

}  // namespace xpike
