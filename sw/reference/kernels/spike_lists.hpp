// SPDX-License-Identifier: Apache-2.0
// Lists of the ones of words, for every level.
//   V::list_ones(words, count, rows)  writes row_place() of every one, ascending, then 8 zeros;
//                                     returns the number of ones; may write 64 entries more
#pragma once

#include <cstddef>
#include <cstdint>

#include "reference/kernels/kernels.hpp"

namespace xpike::reference {

// Place of the first cell of an input's row in a strip, whose row 0 is all zero.
constexpr std::uint16_t row_place(std::size_t input) {
  return static_cast<std::uint16_t>((input + 1) * kStrip);
}

// Positions of the ones of every byte, times 64, ascending; 0 behind the last one.
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
      if ((byte >> bit & 1) == 0) continue;
      table.of[byte].at[count++] = static_cast<std::uint16_t>(bit * kStrip);
    }
  }
  return table;
}();

// Byte by byte, without a branch per bit: eight entries are written at once, those behind the last
// 1 of the byte are overwritten by the next byte or by the zeros at the end. The places of all
// bytes of a word follow from one multiplication, which adds up the counts of the bytes before.
//   V::list_byte(positions, base, rows)  writes base + positions
template <class V>
std::size_t list_ones_by_byte(const std::uint64_t* words, std::size_t count, std::uint16_t* rows) {
  std::uint16_t* out = rows;
  for (std::size_t w = 0; w < count; ++w) {
    const std::uint64_t word = words[w];
    std::uint64_t counts = word - ((word >> 1) & 0x5555555555555555U);
    counts = (counts & 0x3333333333333333U) + ((counts >> 2) & 0x3333333333333333U);
    counts = (counts + (counts >> 4)) & 0x0F0F0F0F0F0F0F0FU;
    const std::uint64_t ends = counts * 0x0101010101010101U;
#pragma GCC unroll 8
    for (unsigned byte = 0; byte < 8; ++byte) {
      const std::size_t place = byte == 0 ? 0 : ends >> (8 * byte - 8) & 0xff;
      V::list_byte(kBytePositions.of[word >> (8 * byte) & 0xff].at, row_place(64 * w + 8 * byte),
                   out + place);
    }
    out += ends >> 56;
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
