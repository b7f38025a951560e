// SPDX-License-Identifier: Apache-2.0
#include "model/bit_matrix.hpp"

namespace xpike {

BitMatrix BitMatrix::columns(std::size_t begin, std::size_t width) const {
  BitMatrix out(rows_, width);
  const std::size_t first = begin / 64;
  const auto offset = static_cast<unsigned>(begin % 64);
  const std::uint64_t last_mask =
      width % 64 == 0 ? ~std::uint64_t{0} : (std::uint64_t{1} << (width % 64)) - 1;
  for (std::size_t r = 0; r < rows_; ++r) {
    const auto from = row(r);
    const auto to = out.row(r);
    for (std::size_t w = 0; w < to.size(); ++w) {
      std::uint64_t word = from[first + w] >> offset;
      if (offset != 0 && first + w + 1 < from.size()) word |= from[first + w + 1] << (64 - offset);
      to[w] = w + 1 == to.size() ? word & last_mask : word;
    }
  }
  return out;
}

BitMatrix BitMatrix::transposed() const {
  BitMatrix out(cols_, rows_);
  for (std::size_t r = 0; r < rows_; ++r) {
    for_each_one(row(r), [&](std::size_t c) { out.set(c, r, true); });
  }
  return out;
}

}  // namespace xpike
