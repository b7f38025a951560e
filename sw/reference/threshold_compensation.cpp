// SPDX-License-Identifier: Apache-2.0
#include "reference/threshold_compensation.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace xpike::reference {
namespace {

std::int16_t scaled(std::int16_t value, double ratio, int low, int high) {
  return static_cast<std::int16_t>(std::clamp(std::nearbyint(value * ratio),
                                              static_cast<double>(low), static_cast<double>(high)));
}

}  // namespace

ColumnSums measure_columns(const Network& network, const Calibration& pass) {
  const auto vectors = calibration_vectors(pass, network.array_rows);
  ColumnSums sums;
  for_each_matrix(network, [&](const std::string&, const Matrix& matrix, bool) {
    sums.push_back(column_sums(matrix, network.array_rows, network.array_cols, vectors));
  });
  return sums;
}

void compensate_thresholds(Network& network, const Calibration& pass, const ColumnSums& sums0) {
  const ColumnSums sums = measure_columns(network, pass);
  std::size_t index = 0;
  for_each_matrix(network, [&](const std::string&, Matrix& matrix, bool is_head) {
    const auto& now = sums[index];
    const auto& before = sums0.at(index++);
    if (is_head) return;
    for (std::size_t o = 0; o < now.size(); ++o) {
      if (now[o] == 0 || before.at(o) == 0) continue;
      const double ratio = static_cast<double>(now[o]) / before[o];
      matrix.threshold[o] = scaled(matrix.threshold[o], ratio, 1, kMaxThreshold);
      matrix.bias[o] = scaled(matrix.bias[o], ratio, kMinBias, kMaxBias);
    }
  });
}

}  // namespace xpike::reference
