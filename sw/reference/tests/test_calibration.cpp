// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>
#include <xpike/configs.hpp>

#include "model/fit.hpp"
#include "model/random_model.hpp"
#include "reference/calibration.hpp"
#include "reference/threshold_compensation.hpp"
#include "vector_json.hpp"

using namespace xpike;
using namespace xpike::reference;

TEST_CASE("vectors of section 11: sums of row blocks and gains", "[vectors][calibration]") {
  const Json json = read_vectors("calibration");
  for (const Json& row : json["gains"]["rows"]) {
    INFO(row.dump());
    CHECK(corrected_gain(row[0], row[1], row[2]) == row[3]);
  }
  for (const Json& c : json["matrices"]) {
    const int rows = c["rows"];
    const auto vectors = calibration_vectors({.vectors = static_cast<int>(c["vectors"].size()),
                                              .density = c["density"],
                                              .seed = c["seed"],
                                              .leap = c["leap"]},
                                             rows);
    for (std::size_t k = 0; k < vectors.size(); ++k) {
      std::string digits;
      for (const auto bit : vectors[k]) digits += bit != 0 ? '1' : '0';
      CHECK(digits == c["vectors"][k].get<std::string>());
    }
    CHECK(block_sums(matrix_of(c), rows, c["cols"], vectors) ==
          c["sums"].get<std::vector<std::uint32_t>>());
  }
}

TEST_CASE("a chip that did not change keeps its gains", "[calibration]") {
  const Network network = random_model(config_by_name("nano"), 1);
  Network copy = network;
  const Calibration pass;
  CHECK(compensate(copy, pass, measure(network, pass)) == 0);
  CHECK(copy == network);
}

TEST_CASE("thresholds follow the columns", "[calibration]") {
  const Network network = random_model(config_by_name("tiny"), 5);
  const Calibration pass;
  const ColumnSums sums0 = measure_columns(network, pass);
  Network same = network;
  compensate_thresholds(same, pass, sums0);
  CHECK(same == network);

  // All devices at half their conductance.
  Network half = network;
  for_each_matrix(half, [](const std::string&, Matrix& matrix, bool) {
    Devices devices;
    for (const int weight : matrix.weight) {
      devices.plus.push_back(static_cast<std::uint16_t>(128 * std::max(weight, 0)));
      devices.minus.push_back(static_cast<std::uint16_t>(128 * std::max(-weight, 0)));
    }
    matrix.devices = devices;
  });
  compensate_thresholds(half, pass, sums0);
  CHECK(half.head.bias == network.head.bias);
  double before = 0.0;
  double after = 0.0;
  for (std::size_t o = 0; o < network.layers[0].q.threshold.size(); ++o) {
    before += network.layers[0].q.threshold[o];
    after += half.layers[0].q.threshold[o];
  }
  // Codes are whole and clamped, so that sums need not halve exactly.
  CHECK(after / before == Approx(0.5).margin(0.1));
}

TEST_CASE("the head has one sum and stays of one gain", "[calibration]") {
  // 7 classes on arrays of 5 columns: two row blocks.
  Network network;
  network.array_rows = 24;
  network.array_cols = 5;
  network.head = random_model(config_by_name("odd-a"), 2).head;
  network.head.gain = {300, 300};
  network.head.shift = {4, 4};
  const Calibration pass;
  const auto blocks = block_sums(network.head, 24, 5, calibration_vectors(pass, 24));
  REQUIRE(blocks.size() == 2);
  REQUIRE(blocks[0] != blocks[1]);
  CHECK(measure(network, pass).back() == std::vector<std::uint32_t>{blocks[0] + blocks[1]});
  CalibrationSums sums0 = measure(network, pass);
  sums0.back()[0] *= 2;
  compensate(network, pass, sums0);
  CHECK(network.head.gain == std::vector<std::uint16_t>{600, 600});
}

TEST_CASE("row blocks without any code keep their gain and are counted", "[calibration]") {
  RandomModelOptions weightless;
  weightless.weight = 0;
  const Network network = random_model(config_by_name("nano"), 3, weightless);
  Network copy = network;
  const Calibration pass;
  const CalibrationSums sums0 = measure(network, pass);
  std::size_t blocks = 0;
  for (const auto& matrix : sums0) blocks += matrix.size();
  CHECK(compensate(copy, pass, sums0) == static_cast<int>(blocks));
  CHECK(copy == network);
}

TEST_CASE("vectors drive the wanted share of rows", "[calibration]") {
  const auto vectors = calibration_vectors({.vectors = 1024, .density = 51, .seed = 9}, 128);
  std::uint64_t driven = 0;
  for (const auto& vector : vectors) {
    driven += std::accumulate(vector.begin(), vector.end(), std::uint64_t{0});
  }
  const double n = 1024.0 * 128.0;
  const double p = 51.0 / 256.0;
  CHECK(std::abs(static_cast<double>(driven) - n * p) < 4.5 * std::sqrt(n * p * (1 - p)));
}
