// SPDX-License-Identifier: Apache-2.0
// Lists of the ones of words, for every level.
//   V::list_ones(words, count, rows)  writes 1 + the position of every one, ascending, then 8
//   zeros,
//                                     and returns the number of ones; may write 64 entries more
#pragma once

#include <cstddef>
#include <cstdint>

#include "reference/kernels/kernels.hpp"

namespace xpike::reference {

// Positions of the ones of every byte, ascending; 0 behind the last one.
struct alignas(16) BytePositions {
  std::uint16_t at[8];
};
struct BytePositionTable {
  BytePositions of[256];
};
inline constexpr BytePositionTable kBytePositions = [] {
  BytePositionTable table{};
  for (std::size_t byte = 0; byte < 256; ++byte) {
    std::size_t count = 0;
    for (std::uint16_t bit = 0; bit < 8; ++bit) {
      if ((byte >> bit & 1) != 0) table.of[byte].at[count++] = bit;
    }
  }
  return table;
}();

// Byte by byte, without a branch per bit: eight entries are written at once, those behind the last
// 1 of the byte are overwritten by the next byte or by the zeros at the end.
//   V::list_byte(positions, base, rows)  writes base + positions
//   V::ones(word)
template <class V>
std::size_t list_ones_by_byte(const std::uint64_t* words, std::size_t count, std::uint16_t* rows) {
  std::uint16_t* out = rows;
  std::uint16_t base = 1;
  for (std::size_t w = 0; w < count; ++w) {
    for (std::uint64_t word = words[w], byte = 0; byte < 8; ++byte, word >>= 8) {
      V::list_byte(kBytePositions.of[word & 0xff].at, base, out);
      out += V::ones(word & 0xff);
      base = static_cast<std::uint16_t>(base + 8);
    }
  }
  for (std::size_t i = 0; i < 8; ++i) out[i] = 0;
  return static_cast<std::size_t>(out - rows);
}

template <class V>
std::uint64_t list_rows(const ListPass& pass) {
  std::uint64_t spikes = 0;
  std::size_t end = pass.begin[0];
  std::uint32_t* next = pass.begin + 1;
  for (std::size_t n = 0; n < pass.tokens; ++n) {
    const std::uint64_t* words = pass.spikes + n * pass.token_distance;
    for (std::size_t t = 0; t < pass.steps; ++t, words += pass.step_distance) {
      const std::size_t ones = V::list_ones(words, pass.words, pass.rows + end);
      spikes += ones;
      end += (ones + 7) / 8 * 8;
      *next++ = static_cast<std::uint32_t>(end);
    }
  }
  return spikes;
}

}  // namespace xpike::reference
