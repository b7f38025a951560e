// SPDX-License-Identifier: Apache-2.0
// Rows of bits, packed into 64-bit words.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace xpike {

// Bits [begin, begin + width) of a row, width 1..64, in the low bits of the result.
inline std::uint64_t bits_at(std::span<const std::uint64_t> row, std::size_t begin,
                             std::size_t width) {
  const std::size_t w = begin / 64;
  const std::size_t offset = begin % 64;
  std::uint64_t bits = row[w] >> offset;
  if (offset + width > 64) bits |= row[w + 1] << (64 - offset);
  return bits & ~std::uint64_t{0} >> (64 - width);
}

// rows x cols bits. Bit c of a row is bit c % 64 of word c / 64; bits past the last column are 0,
// so whole words can be counted, combined and compared.
class BitMatrix {
 public:
  BitMatrix() = default;
  BitMatrix(std::size_t rows, std::size_t cols)
      : rows_(rows), cols_(cols), stride_((cols + 63) / 64), words_(rows * stride_, 0) {}

  std::size_t rows() const { return rows_; }
  std::size_t cols() const { return cols_; }

  bool get(std::size_t r, std::size_t c) const {
    return ((words_[r * stride_ + c / 64] >> (c % 64)) & 1U) != 0;
  }
  void set(std::size_t r, std::size_t c, bool value) {
    const std::uint64_t mask = std::uint64_t{1} << (c % 64);
    std::uint64_t& word = words_[r * stride_ + c / 64];
    word = value ? (word | mask) : (word & ~mask);
  }

  // Words of one row. Who writes them keeps the bits past the last column at 0.
  std::span<const std::uint64_t> row(std::size_t r) const {
    return {words_.data() + r * stride_, stride_};
  }
  std::span<std::uint64_t> row(std::size_t r) { return {words_.data() + r * stride_, stride_}; }

  // All words, row by row; the rule for row() holds for who writes them.
  std::span<const std::uint64_t> words() const { return words_; }
  std::span<std::uint64_t> words() { return words_; }

  std::uint64_t count() const { return count(words_); }

  static std::uint64_t count(std::span<const std::uint64_t> words) {
    std::uint64_t ones = 0;
    for (const std::uint64_t word : words) ones += static_cast<std::uint64_t>(std::popcount(word));
    return ones;
  }

  // Columns [begin, begin + width) of every row.
  BitMatrix columns(std::size_t begin, std::size_t width) const;

  // Rows become columns.
  BitMatrix transposed() const;

  bool operator==(const BitMatrix&) const = default;

 private:
  std::size_t rows_ = 0;
  std::size_t cols_ = 0;
  std::size_t stride_ = 0;
  std::vector<std::uint64_t> words_;
};

// Calls visit(c) for every 1 of a row, in ascending order.
template <class Visit>
void for_each_one(std::span<const std::uint64_t> row, Visit&& visit) {
  for (std::size_t w = 0; w < row.size(); ++w) {
    for (std::uint64_t rest = row[w]; rest != 0; rest &= rest - 1) {
      visit(w * 64 + static_cast<std::size_t>(std::countr_zero(rest)));
    }
  }
}

}  // namespace xpike
