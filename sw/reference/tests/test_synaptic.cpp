// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "model/random_source.hpp"
#include "reference/kernels/simd_level.hpp"
#include "reference/neuron_stage.hpp"
#include "reference/synaptic_matrix.hpp"

using namespace xpike;
using namespace xpike::reference;

namespace {

Matrix empty_matrix(int in, int out, int blocks) {
  Matrix m;
  m.in = in;
  m.out = out;
  m.weight.assign(static_cast<std::size_t>(in * out), 0);
  m.bias.assign(static_cast<std::size_t>(out), 0);
  m.threshold.assign(static_cast<std::size_t>(out), 1);
  m.shift.assign(static_cast<std::size_t>(blocks), 0);
  m.gain.assign(static_cast<std::size_t>(blocks), 256);
  return m;
}

SpikeTensor row_of(int bits, std::initializer_list<int> ones) {
  SpikeTensor row(1, 1, bits);
  for (const int one : ones) row.set(0, 0, one, true);
  return row;
}

std::vector<int> sums_of(const Matrix& m, int rows, int cols, const SpikeTensor& input) {
  const Kernels& kernels = default_kernels();
  const SynapticMatrix matrix(m, rows, cols, kernels);
  const auto codes = matrix.code_sums(ActiveRows(input, rows, kernels));
  return {codes.begin(), codes.begin() + m.out};
}

}  // namespace

TEST_CASE("every array converts by itself, then codes add up", "[synaptic]") {
  Matrix m = empty_matrix(5, 1, 1);
  m.weight = {15, 15, -15, -15, 4};
  const SpikeTensor all = row_of(5, {0, 1, 2, 3, 4});
  CHECK(sums_of(m, 5, 4, all)[0] == 4);            // one array: 15+15-15-15+4
  CHECK(sums_of(m, 2, 4, all)[0] == 15 - 16 + 4);  // 30 and -30 saturate, then the third array
  CHECK(sums_of(m, 1, 4, all)[0] == 4);
  CHECK(sums_of(m, 2, 4, row_of(5, {}))[0] == 0);
  CHECK(sums_of(m, 2, 4, row_of(5, {1, 4}))[0] == 19);
}

TEST_CASE("each array rounds by itself", "[synaptic]") {
  Matrix m = empty_matrix(4, 1, 1);
  m.weight = {1, 1, -1, -1};
  m.shift = {1};  // halves
  const SpikeTensor all = row_of(4, {0, 1, 2, 3});
  CHECK(sums_of(m, 4, 1, all)[0] == 0);
  CHECK(sums_of(m, 1, 1, all)[0] == 2);  // 0.5 rounds to 1, -0.5 to 0
}

TEST_CASE("gain and shift belong to the row block of the output", "[synaptic]") {
  Matrix m = empty_matrix(1, 5, 3);
  m.weight = {8, 8, 8, 8, 8};
  m.shift = {0, 2, 1};
  m.gain = {256, 256, 128};
  CHECK(sums_of(m, 4, 2, row_of(1, {0})) == std::vector<int>{8, 8, 2, 2, 2});
}

TEST_CASE("device pairs replace weights", "[synaptic]") {
  Matrix m = empty_matrix(2, 2, 1);
  m.weight = {15, 15, 15, 15};
  m.devices = Devices{{300, 0, 8191, 8191}, {0, 172, 0, 0}};
  // output 0: 300 - 172 = 128 rounds up to 1; output 1 saturates
  CHECK(sums_of(m, 4, 4, row_of(2, {0, 1})) == std::vector<int>{1, 15});
  CHECK(sums_of(m, 4, 4, row_of(2, {1})) == std::vector<int>{-1, 15});
}

TEST_CASE("exact device pairs of the weights give the codes of the weights", "[synaptic]") {
  RandomSource random(5);
  const int in = 70;
  const int out = 33;
  Matrix ideal = empty_matrix(in, out, 4);
  ideal.shift = {0, 3, 7, 4};
  ideal.gain = {31, 300, 65535, 256};
  for (auto& weight : ideal.weight) weight = static_cast<std::int8_t>(random.integer(-15, 15));
  Matrix pairs = ideal;
  pairs.devices.emplace();
  for (const int weight : ideal.weight) {
    pairs.devices->plus.push_back(static_cast<std::uint16_t>(weight > 0 ? 256 * weight : 0));
    pairs.devices->minus.push_back(static_cast<std::uint16_t>(weight < 0 ? -256 * weight : 0));
  }
  for (int trial = 0; trial < 20; ++trial) {
    SpikeTensor input(1, 1, in);
    for (int i = 0; i < in; ++i) input.set(0, 0, i, random.chance(0.4));
    CHECK(sums_of(ideal, 24, 10, input) == sums_of(pairs, 24, 10, input));
  }
}

TEST_CASE("an array of 256 full-scale rows keeps its exact sum", "[synaptic]") {
  Matrix m = empty_matrix(256, 1, 1);
  m.weight.assign(256, 15);
  m.weight[255] = -15;  // 254 * 15 = 3810
  m.shift = {7};
  m.gain = {128};  // 3810 / 256 = 14.88
  SpikeTensor all(1, 1, 256);
  for (int i = 0; i < 256; ++i) all.set(0, 0, i, true);
  CHECK(sums_of(m, 256, 1, all)[0] == 15);
  all.set(0, 0, 0, false);  // 3795 / 256 = 14.82
  m.gain = {124};           // 3795 * 124 / 32768 = 14.36
  CHECK(sums_of(m, 256, 1, all)[0] == 14);
}

TEST_CASE("membranes restart for every token", "[stage]") {
  Matrix m = empty_matrix(1, 1, 1);
  m.weight = {2};  // 8 per spike
  m.threshold = {12};
  SpikeTensor input(3, 2, 1);
  for (int t = 0; t < 3; ++t) {
    for (int n = 0; n < 2; ++n) input.set(t, n, 0, true);
  }
  const Kernels& kernels = default_kernels();
  const SpikeTensor output = NeuronStage(m, 4, 4, kernels).run(ActiveRows(input, 4, kernels));
  for (int n = 0; n < 2; ++n) {  // membrane 8, then 12 fires, then 8
    CHECK_FALSE(output.get(0, n, 0));
    CHECK(output.get(1, n, 0));
    CHECK_FALSE(output.get(2, n, 0));
  }
}
