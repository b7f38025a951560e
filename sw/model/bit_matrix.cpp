// SPDX-License-Identifier: Apache-2.0
#include "model/bit_matrix.hpp"

#include <algorithm>

namespace xpike {

BitMatrix BitMatrix::columns(std::size_t begin, std::size_t width) const {
  BitMatrix out(rows_, width);
  for (std::size_t r = 0; r < rows_; ++r) {
    const auto to = out.row(r);
    for (std::size_t w = 0; w < to.size(); ++w) {
      to[w] = bits_at(row(r), begin + w * 64, std::min<std::size_t>(64, width - w * 64));
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
