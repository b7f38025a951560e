// SPDX-License-Identifier: Apache-2.0
#include "reference/calibration.hpp"

#include <algorithm>
#include <cstdlib>
#include <numeric>

#include "reference/bernoulli.hpp"
#include "reference/converter.hpp"
#include "reference/streams.hpp"

namespace xpike::reference {
namespace {

// Image 0, third word 2: a base state that no layer and kind have.
std::uint32_t calibration_base(std::uint32_t seed) { return base_state(seed, 0, 1, 0); }

// |code| of a column of the array whose driven rows are these inputs.
std::uint32_t column_code(const Matrix& matrix, const std::vector<int>& driven, int column,
                          int gain, int shift) {
  std::int64_t p = 0;
  for (const int i : driven) p += matrix.cell_at(column, i);
  return static_cast<std::uint32_t>(std::abs(convert(p, gain, shift)));
}

}  // namespace

std::vector<std::vector<std::uint8_t>> calibration_vectors(const Calibration& pass,
                                                           int array_rows) {
  LaneBank bank(lane_states(calibration_base(pass.seed), ceil_div(array_rows, 4)), pass.leap);
  std::vector<std::vector<std::uint8_t>> vectors;
  for (int k = 0; k < pass.vectors; ++k) {
    bank.draw();
    auto& vector = vectors.emplace_back();
    for (int r = 0; r < array_rows; ++r) {
      vector.push_back(bernoulli(pass.density, bank.byte(r), 8) ? 1 : 0);
    }
  }
  return vectors;
}

std::vector<std::uint32_t> column_sums(const Matrix& matrix, int array_rows, int array_cols,
                                       const std::vector<std::vector<std::uint8_t>>& vectors) {
  std::vector<std::uint32_t> sums(static_cast<std::size_t>(matrix.out), 0);
  for (const auto& vector : vectors) {
    for (int first = 0; first < matrix.in; first += array_rows) {
      std::vector<int> driven;  // inputs of the array's driven rows
      for (int r = 0; r < std::min(array_rows, matrix.in - first); ++r) {
        if (vector[static_cast<std::size_t>(r)] != 0) driven.push_back(first + r);
      }
      for (std::size_t o = 0; o < sums.size(); ++o) {
        const std::size_t block = o / static_cast<std::size_t>(array_cols);
        sums[o] += column_code(matrix, driven, static_cast<int>(o), matrix.gain[block],
                               matrix.shift[block]);
      }
    }
  }
  return sums;
}

std::vector<std::uint32_t> block_sums(const Matrix& matrix, int array_rows, int array_cols,
                                      const std::vector<std::vector<std::uint8_t>>& vectors) {
  std::vector<std::uint32_t> sums(matrix.gain.size(), 0);
  const auto columns = column_sums(matrix, array_rows, array_cols, vectors);
  for (std::size_t o = 0; o < columns.size(); ++o) {
    sums[o / static_cast<std::size_t>(array_cols)] += columns[o];
  }
  return sums;
}

CalibrationSums measure(const Network& network, const Calibration& pass) {
  const auto vectors = calibration_vectors(pass, network.array_rows);
  CalibrationSums sums;
  for_each_matrix(network, [&](const std::string&, const Matrix& matrix, bool is_head) {
    auto blocks = block_sums(matrix, network.array_rows, network.array_cols, vectors);
    if (is_head) blocks = {std::accumulate(blocks.begin(), blocks.end(), std::uint32_t{0})};
    sums.push_back(std::move(blocks));
  });
  return sums;
}

std::uint16_t corrected_gain(std::uint16_t gain0, std::uint32_t sum0, std::uint32_t sum) {
  if (sum == 0) return gain0;
  const std::uint64_t gain = (std::uint64_t{gain0} * sum0 + sum / 2) / sum;
  return static_cast<std::uint16_t>(std::clamp<std::uint64_t>(gain, 1, kMaxGain));
}

int compensate(Network& network, const Calibration& pass, const CalibrationSums& sums0) {
  const CalibrationSums sums = measure(network, pass);
  int silent = 0;
  std::size_t index = 0;
  for_each_matrix(network, [&](const std::string&, Matrix& matrix, bool) {
    for (std::size_t block = 0; block < matrix.gain.size(); ++block) {
      const std::size_t place = std::min(block, sums[index].size() - 1);
      matrix.gain[block] =
          corrected_gain(matrix.gain[block], sums0.at(index).at(place), sums[index][place]);
    }
    silent += static_cast<int>(std::ranges::count(sums[index], 0U));
    ++index;
  });
  return silent;
}

}  // namespace xpike::reference
