// SPDX-License-Identifier: Apache-2.0
#include "reference/synaptic_matrix.hpp"

#include <algorithm>
#include <limits>

#include "model/bit_matrix.hpp"
#include "reference/converter.hpp"

namespace xpike::reference {

SynapticMatrix::SynapticMatrix(const Matrix& matrix, int array_rows, int array_cols)
    : array_rows_(static_cast<std::size_t>(array_rows)),
      out_(matrix.out),
      ideal_(!matrix.devices &&
             array_rows <= std::numeric_limits<std::int16_t>::max() / kMaxWeight) {
  cells_.reserve(matrix.weight.size());
  for (int i = 0; i < matrix.in; ++i) {
    for (int o = 0; o < matrix.out; ++o) {
      const int cell = ideal_ ? matrix.weight_at(o, i) : matrix.cell_at(o, i);
      cells_.push_back(static_cast<std::int16_t>(cell));
    }
  }
  for (int o = 0; o < matrix.out; ++o) {
    const auto block = static_cast<std::size_t>(o / array_cols);
    gain_.push_back(matrix.gain[block]);
    shift_.push_back(matrix.shift[block]);
  }
}

template <class Sum>
void SynapticMatrix::accumulate(std::span<const std::uint64_t> input, std::span<int> sums) const {
  const auto width = static_cast<std::size_t>(out_);
  const std::int64_t scale = ideal_ ? 256 : 1;
  std::vector<Sum> columns(width, 0);
  Sum* const column = columns.data();  // for the compiler: stays where it is
  std::size_t array = 0;               // whose rows are being added up
  bool driven = false;  // a column sum of 0 has code 0, so idle arrays need no conversion

  const auto convert_array = [&] {
    if (!driven) return;
    for (std::size_t c = 0; c < width; ++c) {
      sums[c] += convert(scale * column[c], gain_[c], shift_[c]);
      column[c] = 0;
    }
    driven = false;
  };

  std::ranges::fill(sums, 0);
  for_each_one(input, [&](std::size_t row) {
    if (row / array_rows_ != array) {
      convert_array();
      array = row / array_rows_;
    }
    const std::int16_t* cells = cells_.data() + row * width;
    for (std::size_t c = 0; c < width; ++c) column[c] = static_cast<Sum>(column[c] + cells[c]);
    driven = true;
  });
  convert_array();
}

void SynapticMatrix::code_sums(std::span<const std::uint64_t> input, std::span<int> sums) const {
  if (ideal_) {
    accumulate<std::int16_t>(input, sums);
  } else {
    accumulate<std::int32_t>(input, sums);
  }
}

}  // namespace xpike::reference
