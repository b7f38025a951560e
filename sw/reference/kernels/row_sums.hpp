// SPDX-License-Identifier: Apache-2.0
// Sums over the driven rows of an array, for every level; V as in vector_arrays.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "reference/kernels/kernels.hpp"

namespace xpike::reference {

// Sums of strips side by side, in twice the bits of a cell. They lie in the order of the columns:
// the even cells of a strip are its first half, the odd ones its second.
template <class V, std::size_t Strips, class Cell>
class RowSums {
 public:
  using Ints = typename V::Ints;

  // Adds up a list of rows, which lie `strip_distance` cells apart from strip to strip.
  [[gnu::always_inline]] RowSums(const Cell* cells, std::size_t strip_distance,
                                 const std::uint16_t* rows, const std::uint16_t* end) {
#pragma GCC unroll 2
    for (std::size_t s = 0; s < Strips; ++s) {
#pragma GCC unroll 16
      for (std::size_t v = 0; v < 2 * kVectors; ++v) sum_[s][v] = V::zero();
    }
    for (; rows != end; rows += 4 * kWords) add_some(cells, strip_distance, rows);
  }

  // Vectors of the sums of a strip.
  [[gnu::always_inline]] const Ints* of(std::size_t strip) const { return sum_[strip]; }

 private:
  static constexpr std::size_t kVectors = kStrip * sizeof(Cell) / V::kBytes;  // of one row
  // Words of four entries whose rows add up in the cells' own type: eight weights, 8 * 15 < 2^7, or
  // four differences of devices, 4 * 8191 < 2^15.
  static constexpr std::size_t kWords = 2 / sizeof(Cell);

  [[gnu::always_inline]] void add_some(const Cell* cells, std::size_t strip_distance,
                                       const std::uint16_t* rows) {
    Ints part[Strips][kVectors];
#pragma GCC unroll 2
    for (std::size_t word = 0; word < kWords; ++word) {
      std::uint64_t entries;  // read at once: the loads are what limits the speed
      std::memcpy(&entries, rows + 4 * word, sizeof entries);
#pragma GCC unroll 4
      for (std::size_t r = 0; r < 4; ++r) {
        const Cell* const row = cells + (entries >> (16 * r) & 0xffff);
#pragma GCC unroll 2
        for (std::size_t s = 0; s < Strips; ++s) {
#pragma GCC unroll 8
          for (std::size_t v = 0; v < kVectors; ++v) {
            const Ints x = V::load(row + s * strip_distance + v * V::kBytes / sizeof(Cell));
            part[s][v] = word + r == 0 ? x : add(part[s][v], x);
          }
        }
      }
    }
#pragma GCC unroll 2
    for (std::size_t s = 0; s < Strips; ++s) {
#pragma GCC unroll 8
      for (std::size_t v = 0; v < kVectors; ++v) {
        widen(sum_[s][v], sum_[s][kVectors + v], part[s][v]);
      }
    }
  }

  [[gnu::always_inline]] static Ints add(Ints a, Ints b) {
    if constexpr (sizeof(Cell) == 1) {
      return V::add8(a, b);
    } else {
      return V::add16(a, b);
    }
  }
  [[gnu::always_inline]] static void widen(Ints& even, Ints& odd, Ints part) {
    if constexpr (sizeof(Cell) == 1) {
      even = V::add16(even, V::even16(part));
      odd = V::add16(odd, V::odd16(part));
    } else {
      even = V::add32(even, V::even32(part));
      odd = V::add32(odd, V::odd32(part));
    }
  }

  Ints sum_[Strips][2 * kVectors];
};

}  // namespace xpike::reference
