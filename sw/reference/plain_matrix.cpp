// SPDX-License-Identifier: Apache-2.0
#include "reference/plain_matrix.hpp"

#include <algorithm>

#include "reference/kernels/kernels.hpp"

namespace xpike::reference {

PlainMatrix::PlainMatrix(const Matrix& matrix, int array_rows, int array_cols,
                         ConverterShape converter)
    : converter_(converter),
      in_(static_cast<std::size_t>(matrix.in)),
      out_(static_cast<std::size_t>(matrix.out)),
      array_rows_(static_cast<std::size_t>(array_rows)) {
  for (int i = 0; i < matrix.in; ++i) {
    for (int o = 0; o < matrix.out; ++o) cells_.push_back(matrix.cell_at(o, i));
  }
  for (int o = 0; o < matrix.out; ++o) {
    const auto block = static_cast<std::size_t>(o / array_cols);
    gain_.push_back(matrix.gain[block]);
    shift_.push_back(matrix.shift[block] + 16 + converter.step());
  }
}

std::vector<std::int32_t> PlainMatrix::quarters(const ActiveRows& input) const {
  const auto token_steps =
      static_cast<std::size_t>(input.tokens()) * static_cast<std::size_t>(input.steps());
  const std::int64_t largest = (std::int64_t{1} << (converter_.bits - 1)) - 1;
  const int quarter = 2 + converter_.step();
  std::vector<std::int32_t> sums(token_steps * out_, 0);
  std::vector<std::int32_t> columns(out_);
  for (std::size_t array = 0; array * array_rows_ < in_; ++array) {
    const std::int32_t* const first = cells_.data() + array * array_rows_ * out_;
    const std::uint32_t* const begin = input.begin(array);
    for (std::size_t i = 0; i < token_steps; ++i) {
      std::ranges::fill(columns, 0);
      for (std::uint32_t r = begin[i]; r < begin[i + 1]; ++r) {
        const std::size_t row = input.rows()[r] / kStrip;  // lists hold places of cells
        if (row == 0) continue;                            // fills the list up
        const std::int32_t* const cells = first + (row - 1) * out_;
        for (std::size_t o = 0; o < out_; ++o) columns[o] += cells[o];
      }
      for (std::size_t o = 0; o < out_; ++o) {
        const std::int64_t half = std::int64_t{1} << (shift_[o] - 1);
        const std::int64_t code = (std::int64_t{columns[o]} * gain_[o] + half) >> shift_[o];
        sums[i * out_ + o] +=
            static_cast<std::int32_t>(std::clamp(code, -largest - 1, largest) << quarter);
      }
    }
  }
  return sums;
}

}  // namespace xpike::reference
