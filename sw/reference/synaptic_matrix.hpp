// SPDX-License-Identifier: Apache-2.0
// All synaptic arrays and converters of one matrix (docs/numerics.md, section 5), computed from the
// unmapped matrix: every `array_rows` consecutive inputs are one array, every `array_cols`
// consecutive outputs are one row block.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/network.hpp"

namespace xpike::reference {

class SynapticMatrix {
 public:
  SynapticMatrix(const Matrix& matrix, int array_rows, int array_cols);

  int out() const { return out_; }

  // sums[c] = sum over the arrays of the code of output c, for one binary input vector.
  // input: packed bits, at least `in` of them; sums: `out` values.
  void code_sums(std::span<const std::uint64_t> input, std::span<int> sums) const;

 private:
  // Sum is the type of a column sum: 16 bits hold every sum of weights, 32 bits every sum of
  // device pairs.
  template <class Sum>
  void accumulate(std::span<const std::uint64_t> input, std::span<int> sums) const;

  std::size_t array_rows_;
  int out_;
  bool ideal_;                       // cells are weights; otherwise device differences
  std::vector<std::int16_t> cells_;  // [in][out]
  std::vector<int> gain_;            // [out], of the output's row block
  std::vector<int> shift_;           // [out]
};

}  // namespace xpike::reference
