// SPDX-License-Identifier: Apache-2.0
// Weights -> synaptic arrays: where each matrix of a network lies on a configuration of the chip,
// and which conductances each array holds.
#pragma once

#include <cstdint>
#include <string>
#include <vector>
#include <xpike/configs.hpp>

#include "model/network.hpp"

namespace xpike::mapping {

// Order of the codes that select a matrix in the register map.
enum class MatrixKind : std::uint8_t { kEmbed, kQ, kK, kV, kProj, kFf1, kFf2, kHead };

// One array: cells [first_row, first_row + used_rows) x [first_col, first_col + used_cols) of the
// matrix lie in its upper left corner; all other cells are empty. An array of the chip that the
// network does not reach has no used rows or columns.
struct ArrayPlace {
  int row_block = 0;
  int array = 0;  // within the row block
  int first_row = 0;
  int used_rows = 0;
  int first_col = 0;
  int used_cols = 0;
  std::int64_t used_cells() const { return std::int64_t{used_rows} * used_cols; }
};

struct MatrixMap {
  std::string name;
  MatrixKind kind = MatrixKind::kEmbed;
  int layer = 0;
  int in = 0;  // of the network
  int out = 0;
  int row_blocks = 0;              // as built
  int arrays_per_block = 0;        // as built
  std::vector<ArrayPlace> arrays;  // row blocks outer
};

struct NetworkMap {
  int array_rows = 0;
  int array_cols = 0;
  std::vector<MatrixMap> matrices;  // in the order of for_each_matrix

  std::int64_t arrays() const;
  std::int64_t cells() const;       // device pairs of these arrays
  std::int64_t used_cells() const;  // pairs that hold a weight
};

// Throws Error if the network does not fit.
NetworkMap map_network(const Network& network, const Config& config);

// The matrix that a map entry describes.
const Matrix& matrix_of(const Network& network, const MatrixMap& map);

struct DevicePair {
  std::uint16_t plus = 0;
  std::uint16_t minus = 0;
  bool operator==(const DevicePair&) const = default;
};

// Conductances of one array, [row][column], array_rows x array_cols, empty cells 0.
std::vector<DevicePair> array_devices(const Matrix& matrix, const ArrayPlace& place, int array_rows,
                                      int array_cols);

}  // namespace xpike::mapping
