// SPDX-License-Identifier: Apache-2.0
// Arrays and converters of one matrix in plain loops, for converters of any shape. With the built
// converter it gives four times the sums of codes of SynapticMatrix.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "model/network.hpp"
#include "reference/active_rows.hpp"
#include "reference/faults.hpp"

namespace xpike::reference {

class PlainMatrix {
 public:
  PlainMatrix(const Matrix& matrix, int array_rows, int array_cols, ConverterShape converter);

  // Sums of codes over the arrays, in quarters of a code of the built converter, which is the unit
  // of membranes and scores: [token-step][out].
  std::vector<std::int32_t> quarters(const ActiveRows& input) const;

 private:
  ConverterShape converter_;
  std::size_t in_;
  std::size_t out_;
  std::size_t array_rows_;
  std::vector<std::int32_t> cells_;  // [in][out], in 1/256 of a level
  std::vector<std::int32_t> gain_;   // [out]
  std::vector<int> shift_;           // [out], of a sum in units of cells_ times the gain
};

}  // namespace xpike::reference
