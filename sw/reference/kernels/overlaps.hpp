// SPDX-License-Identifier: Apache-2.0
// Counts of common ones, for every level, eight rows of y at a time.
//   V::Rows                            eight words, one per row
//   V::Counts, V::no_counts()          eight counts
//   V::load_rows(words)
//   V::add_ones(counts, rows, word)    adds the ones that each row has in common with the word
//   V::above(counts, limits)           bit j: count j > limits[j], in the low 8 bits
//   V::above_wide(counts, limits)      the same for limits of two bytes
#pragma once

#include <cstddef>
#include <cstdint>

#include "reference/kernels/kernels.hpp"

namespace xpike::reference {

template <class V, bool Wide>
void overlaps_of(const OverlapPass& pass) {
  const auto above = [](const typename V::Counts& counts, const std::uint8_t* limits) {
    return Wide ? V::above_wide(counts, limits) : V::above(counts, limits);
  };
  const std::size_t words = (pass.bits + 63) / 64;
  for (std::size_t first = 0; first < pass.y_rows; first += 64) {
    std::uint64_t* const out = pass.out + first / 64 * pass.out_distance;
    for (std::size_t i = 0; i < pass.x_rows; ++i) out[i] = 0;
    for (std::size_t j = first; j < pass.y_rows && j < first + 64; j += 8) {
      const std::uint64_t valid = pass.y_rows - j < 8 ? (1U << (pass.y_rows - j)) - 1 : 0xff;
      const std::uint8_t* limits = pass.limits + j * (Wide ? 2 : 1);
      if (words == 1) {
        const typename V::Rows rows = V::load_rows(pass.y + j);
        for (std::size_t i = 0; i < pass.x_rows; ++i, limits += pass.limit_distance) {
          const auto counts = V::add_ones(V::no_counts(), rows, pass.x[i]);
          out[i] |= (above(counts, limits) & valid) << (j - first);
        }
        continue;
      }
      for (std::size_t i = 0; i < pass.x_rows; ++i, limits += pass.limit_distance) {
        typename V::Counts counts = V::no_counts();
        for (std::size_t w = 0; w < words; ++w) {
          counts = V::add_ones(counts, V::load_rows(pass.y + w * pass.y_distance + j),
                               pass.x[w * pass.x_distance + i]);
        }
        out[i] |= (above(counts, limits) & valid) << (j - first);
      }
    }
  }
}

template <class V>
void overlaps(const OverlapPass& pass) {
  if (pass.limit_bytes == 2) {
    overlaps_of<V, true>(pass);
  } else {
    overlaps_of<V, false>(pass);
  }
}

}  // namespace xpike::reference
