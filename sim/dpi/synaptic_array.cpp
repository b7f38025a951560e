// SPDX-License-Identifier: Apache-2.0
#include "synaptic_array.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <stdexcept>

namespace xpike::dpi {

namespace {

constexpr std::uint32_t max_side = 256;
constexpr std::uint32_t max_conductance = 8191;
constexpr int level = 256;  // conductance of one level

}  // namespace

SynapticArray::SynapticArray(std::uint32_t rows, std::uint32_t cols) : rows_(rows), cols_(cols) {
  if (rows < 1 || rows > max_side || cols < 1 || cols > max_side) {
    throw std::invalid_argument("synaptic array: rows and columns must be 1..256");
  }
  const std::size_t cells = std::size_t{rows} * cols;
  differential_.resize(cells);
  levels_.resize(cells);
  plus_.resize(cells);
  level_sums_.resize(cols);
  sums_.resize(cols);
}

std::size_t SynapticArray::index(std::uint32_t row, std::uint32_t col) const {
  if (row >= rows_ || col >= cols_) {
    throw std::out_of_range("synaptic array: cell does not exist");
  }
  return std::size_t{row} * cols_ + col;
}

void SynapticArray::write(std::uint32_t row, std::uint32_t col, std::uint32_t plus,
                          std::uint32_t minus) {
  const std::size_t i = index(row, col);
  if (plus > max_conductance || minus > max_conductance) {
    throw std::out_of_range("synaptic array: conductance above 8191");
  }
  plus_[i] = static_cast<std::int16_t>(plus);
  const int now = static_cast<int>(plus) - static_cast<int>(minus);
  if (differential_[i] % level != 0) --uneven_;
  if (now % level != 0) ++uneven_;
  differential_[i] = static_cast<std::int16_t>(now);
  levels_[i] = static_cast<std::int8_t>(now / level);
}

SynapticArray::Cell SynapticArray::read(std::uint32_t row, std::uint32_t col) const {
  const std::size_t i = index(row, col);
  return {static_cast<std::uint32_t>(plus_[i]),
          static_cast<std::uint32_t>(plus_[i] - differential_[i])};
}

void SynapticArray::accumulate(std::span<const std::uint32_t> x) {
  std::array<std::uint16_t, max_side> active;
  std::size_t count = 0;
  for (std::size_t word = 0; word < x.size(); ++word) {
    for (std::uint32_t bits = x[word]; bits != 0; bits &= bits - 1) {
      const std::size_t row = 32 * word + static_cast<std::size_t>(std::countr_zero(bits));
      if (row >= rows_) throw std::out_of_range("synaptic array: input bit beyond the rows");
      active[count++] = static_cast<std::uint16_t>(row);
    }
  }
  const std::span<const std::uint16_t> rows(active.data(), count);
  if (uneven_ == 0) {
    add_levels(rows);
  } else {
    add_differentials(rows);
  }
}

// Four rows at a time: 4 * 31 still fits 8 bits, and 256 * 31 fits 16. The narrow additions are the
// cheap ones.
void SynapticArray::add_levels(std::span<const std::uint16_t> rows) {
  std::int16_t* const sums = level_sums_.data();
  const std::size_t cols = cols_;  // a copy: the compiler may not see that sums cannot change it
  const auto cells = [&](std::size_t k) { return levels_.data() + rows[k] * cols; };
  std::fill_n(sums, cols, std::int16_t{0});
  std::size_t k = 0;
  for (; k + 4 <= rows.size(); k += 4) {
    const std::int8_t* const a = cells(k);
    const std::int8_t* const b = cells(k + 1);
    const std::int8_t* const c = cells(k + 2);
    const std::int8_t* const d = cells(k + 3);
    for (std::size_t col = 0; col < cols; ++col) {
      sums[col] = static_cast<std::int16_t>(
          sums[col] + static_cast<std::int8_t>(a[col] + b[col] + c[col] + d[col]));
    }
  }
  for (; k < rows.size(); ++k) {
    const std::int8_t* const a = cells(k);
    for (std::size_t col = 0; col < cols; ++col) {
      sums[col] = static_cast<std::int16_t>(sums[col] + a[col]);
    }
  }
  for (std::size_t col = 0; col < cols; ++col) sums_[col] = sums[col] * level;
}

// Four rows at a time: 4 * 8191 still fits 16 bits.
void SynapticArray::add_differentials(std::span<const std::uint16_t> rows) {
  std::int32_t* const sums = sums_.data();
  const std::size_t cols = cols_;
  const auto cells = [&](std::size_t k) { return differential_.data() + rows[k] * cols; };
  std::fill_n(sums, cols, 0);
  std::size_t k = 0;
  for (; k + 4 <= rows.size(); k += 4) {
    const std::int16_t* const a = cells(k);
    const std::int16_t* const b = cells(k + 1);
    const std::int16_t* const c = cells(k + 2);
    const std::int16_t* const d = cells(k + 3);
    for (std::size_t col = 0; col < cols; ++col) {
      sums[col] += static_cast<std::int16_t>(a[col] + b[col] + c[col] + d[col]);
    }
  }
  for (; k < rows.size(); ++k) {
    const std::int16_t* const a = cells(k);
    for (std::size_t col = 0; col < cols; ++col) sums[col] += a[col];
  }
}

void SynapticArray::convert(std::uint32_t first, std::uint32_t shift, std::uint32_t gain,
                            std::span<std::int32_t> codes) const noexcept {
  // Sums at and beyond 17 codes saturate anyway. Clamped to that first, every product fits 32 bits,
  // at most 17 * 2^23 + 2^16, and the loop vectorises well.
  const std::uint32_t beyond = std::uint32_t{17} << (shift + 16);
  const auto limit = static_cast<std::int32_t>(gain == 0 ? 0 : beyond / gain + 1);
  const auto factor = static_cast<std::int32_t>(gain);
  const std::int32_t half = std::int32_t{1} << (shift + 15);

  const std::size_t start = std::min<std::size_t>(first, cols_);
  const std::size_t lanes = std::min(codes.size(), cols_ - start);
  const std::int32_t* const sums = sums_.data() + start;
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    const std::int32_t sum = std::clamp(sums[lane], -limit, limit);
    codes[lane] = std::clamp((sum * factor + half) >> (shift + 16), -16, 15);
  }
  for (std::size_t lane = lanes; lane < codes.size(); ++lane) codes[lane] = 0;
}

}  // namespace xpike::dpi
