// SPDX-License-Identifier: Apache-2.0
// Drift compensation (docs/numerics.md, section 11): measures every row block with random vectors,
// and sets the gain of its converters by the ratio to what the same vectors gave after programming.
#pragma once

#include <cstdint>
#include <vector>

#include "model/network.hpp"

namespace xpike::reference {

inline constexpr int kMaxCalibrationVectors = 1024;
inline constexpr int kMaxCalibrationDensity = 256;
// A pass unless asked for another one. Studies and estimates take these as well.
inline constexpr int kCalibrationVectors = 64;
inline constexpr int kCalibrationDensity = 51;  // the density of spikes

struct Calibration {
  int vectors = kCalibrationVectors;  // K, 1..1024
  int density = kCalibrationDensity;  // D, 1..256: rows driven, in 256ths
  std::uint32_t seed = 1;
  int leap = 32;  // of the encoder bank
};

// Input vectors of a pass, x[k][row of an array], 0 or 1.
std::vector<std::vector<std::uint8_t>> calibration_vectors(const Calibration& pass, int array_rows);

// Sums of |code| of every column of one matrix, over its arrays.
std::vector<std::uint32_t> column_sums(const Matrix& matrix, int array_rows, int array_cols,
                                       const std::vector<std::vector<std::uint8_t>>& vectors);

// Sums of |code| of the row blocks of one matrix.
std::vector<std::uint32_t> block_sums(const Matrix& matrix, int array_rows, int array_cols,
                                      const std::vector<std::vector<std::uint8_t>>& vectors);

// Sums of every matrix in the order of for_each_matrix; the row blocks of the head share one.
using CalibrationSums = std::vector<std::vector<std::uint32_t>>;
CalibrationSums measure(const Network& network, const Calibration& pass);

// The corrected gain, gain0 if sum is 0.
std::uint16_t corrected_gain(std::uint16_t gain0, std::uint32_t sum0, std::uint32_t sum);

// Corrects the gains of the network, which has its devices of today and the gains of its model.
// Returns the number of row blocks whose sum is 0.
int compensate(Network& network, const Calibration& pass, const CalibrationSums& sums0);

}  // namespace xpike::reference
