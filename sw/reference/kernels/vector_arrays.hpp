// SPDX-License-Identifier: Apache-2.0
// Passes over synaptic arrays, for every level. V names its instructions:
//   V::Ints                          one vector of integers, V::kBytes bytes
//   V::kStrips                       strips side by side that its registers hold
//   zero load store add8 add16 add32 as they say
//   even16 odd16 even32 odd32        halves of lanes, widened with their signs
//   ideal_codes device_codes         codes of widened sums; the latter packs two vectors into one
//   fire                             one time step of 32 neurons, their spikes
#pragma once

#include <cstddef>
#include <cstdint>

#include "reference/kernels/kernels.hpp"

namespace xpike::reference {

// Vectors of 16-bit codes of half a strip, 32 columns.
template <class V>
inline constexpr std::size_t kHalf = kStrip / V::kBytes;

// Widened sums over the driven rows of an array, for strips side by side. They lie in the order of
// the columns: the even cells of a strip are its first half, the odd ones its second.
template <class V, std::size_t Strips, class Cell>
struct ColumnSums {
  using Ints = typename V::Ints;
  static constexpr std::size_t kVectors = kStrip * sizeof(Cell) / V::kBytes;  // of one row

  Ints sum[Strips][2 * kVectors];

  [[gnu::always_inline]] void clear() {
#pragma GCC unroll 2
    for (std::size_t s = 0; s < Strips; ++s) {
#pragma GCC unroll 8
      for (std::size_t v = 0; v < 2 * kVectors; ++v) sum[s][v] = V::zero();
    }
  }
};

// Eight weights fit in 8 bits: 8 * 15 < 2^7.
template <class V, std::size_t Strips>
[[gnu::always_inline]] inline void add_rows(ColumnSums<V, Strips, std::int8_t>& to,
                                            const IdealPass& pass, const std::int8_t* cells,
                                            std::size_t token_step) {
  constexpr std::size_t kVectors = ColumnSums<V, Strips, std::int8_t>::kVectors;
  const std::uint16_t* const end = pass.rows + pass.begin[token_step + 1];
  for (const std::uint16_t* row = pass.rows + pass.begin[token_step]; row != end; row += 8) {
#pragma GCC unroll 2
    for (std::size_t s = 0; s < Strips; ++s) {
#pragma GCC unroll 4
      for (std::size_t v = 0; v < kVectors; ++v) {
        const std::int8_t* const at = cells + s * pass.strip_distance + v * V::kBytes;
        typename V::Ints part = V::load(at + row[0] * kStrip);
#pragma GCC unroll 8
        for (std::size_t r = 1; r < 8; ++r) part = V::add8(part, V::load(at + row[r] * kStrip));
        to.sum[s][v] = V::add16(to.sum[s][v], V::even16(part));
        to.sum[s][kVectors + v] = V::add16(to.sum[s][kVectors + v], V::odd16(part));
      }
    }
  }
}

// Four differences of devices fit in 16 bits: 4 * 8191 < 2^15.
template <class V, std::size_t Strips>
[[gnu::always_inline]] inline void add_rows(ColumnSums<V, Strips, std::int16_t>& to,
                                            const DevicePass& pass, const std::int16_t* cells,
                                            std::size_t token_step) {
  constexpr std::size_t kVectors = ColumnSums<V, Strips, std::int16_t>::kVectors;
  const std::uint16_t* const end = pass.rows + pass.begin[token_step + 1];
  for (const std::uint16_t* row = pass.rows + pass.begin[token_step]; row != end; row += 4) {
#pragma GCC unroll 2
    for (std::size_t s = 0; s < Strips; ++s) {
#pragma GCC unroll 4
      for (std::size_t v = 0; v < kVectors; ++v) {
        const std::int16_t* const at = cells + s * pass.strip_distance + v * V::kBytes / 2;
        typename V::Ints part = V::load(at + row[0] * kStrip);
#pragma GCC unroll 4
        for (std::size_t r = 1; r < 4; ++r) part = V::add16(part, V::load(at + row[r] * kStrip));
        to.sum[s][v] = V::add32(to.sum[s][v], V::even32(part));
        to.sum[s][kVectors + v] = V::add32(to.sum[s][kVectors + v], V::odd32(part));
      }
    }
  }
}

// Vector v of the codes of a strip that begins at a column.
template <class V, std::size_t Strips>
[[gnu::always_inline]] inline typename V::Ints codes(const ColumnSums<V, Strips, std::int8_t>& sums,
                                                     const IdealConverters& converters,
                                                     std::size_t s, std::size_t column,
                                                     std::size_t v) {
  return V::ideal_codes(sums.sum[s][v], V::load(converters.scale + column + v * V::kBytes / 2));
}

template <class V, std::size_t Strips>
[[gnu::always_inline]] inline typename V::Ints codes(
    const ColumnSums<V, Strips, std::int16_t>& sums, const DeviceConverters& converters,
    std::size_t s, std::size_t column, std::size_t v) {
  const std::size_t low = column + v * V::kBytes / 2;
  const std::size_t high = low + V::kBytes / 4;
  return V::pack16(
      V::device_codes(sums.sum[s][2 * v], V::load(converters.gain + low),
                      V::load(converters.shift + low), V::load(converters.limit + low)),
      V::device_codes(sums.sum[s][2 * v + 1], V::load(converters.gain + high),
                      V::load(converters.shift + high), V::load(converters.limit + high)));
}

template <class V, std::size_t Strips, class Pass>
void array_strips(const Pass& pass, std::size_t first_strip) {
  using Ints = typename V::Ints;
  constexpr std::size_t kVectors = 2 * kHalf<V>;
  constexpr std::size_t kLanes = V::kBytes / 2;
  const auto* const cells = pass.cells + first_strip * pass.strip_distance;
  std::size_t token_step = 0;
  for (std::size_t n = 0; n < pass.tokens; ++n) {
    Ints membrane[Strips][kVectors];
#pragma GCC unroll 2
    for (std::size_t s = 0; s < Strips; ++s) {
#pragma GCC unroll 8
      for (std::size_t v = 0; v < kVectors; ++v) membrane[s][v] = V::zero();
    }
    for (std::size_t t = 0; t < pass.steps; ++t, ++token_step) {
      ColumnSums<V, Strips, typename Pass::Cell> sums;
      sums.clear();
      add_rows(sums, pass, cells, token_step);
#pragma GCC unroll 2
      for (std::size_t s = 0; s < Strips; ++s) {
        const std::size_t column = (first_strip + s) * kStrip;
        const std::size_t stored = token_step * pass.code_distance + column;
        Ints code[kVectors];
#pragma GCC unroll 8
        for (std::size_t v = 0; v < kVectors; ++v) {
          code[v] = codes(sums, pass.converters, s, column, v);
          if (!pass.first) code[v] = V::add16(code[v], V::load(pass.codes + stored + v * kLanes));
        }
        if (pass.spikes == nullptr) {
#pragma GCC unroll 8
          for (std::size_t v = 0; v < kVectors; ++v) {
            V::store(pass.codes + stored + v * kLanes, code[v]);
          }
          continue;
        }
        const std::int16_t* const bias = pass.bias + column;
        const std::int16_t* const threshold = pass.threshold + column;
        const std::uint64_t low = V::fire(membrane[s], code, bias, threshold);
        const std::uint64_t high = V::fire(membrane[s] + kHalf<V>, code + kHalf<V>,
                                           bias + kStrip / 2, threshold + kStrip / 2);
        pass.spikes[n * pass.token_distance + t * pass.step_distance + first_strip + s] =
            low | high << 32;
      }
    }
  }
}

// As many strips side by side as the registers hold.
template <class V, class Pass>
void array(const Pass& pass) {
  if (V::kStrips == 2 && pass.strips == 2) {
    array_strips<V, 2>(pass, 0);
    return;
  }
  for (std::size_t s = 0; s < pass.strips; ++s) array_strips<V, 1>(pass, s);
}

}  // namespace xpike::reference
