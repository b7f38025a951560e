// SPDX-License-Identifier: Apache-2.0
// Passes over synaptic arrays, for every level. V names its instructions:
//   V::Ints                       one vector of integers, V::kBytes bytes
//   V::kStrips                    strips side by side that its registers hold
//   V::kManyRegisters             whether constants of columns stay in registers as well
//   zero load store set16 add8 add16 add32 max16 min16 as they say
//   even16 odd16 even32 odd32     halves of lanes, widened with their signs
//   scale16(p, scale)             (p * scale + 2^14) >> 15
//   quadruple16 halve16           x << 2, x >> 1
//   device_codes pack16           see DeviceConverters; 32 to 16 bits, two vectors to one
//   fire(u, threshold)            spikes of a strip, u >= threshold; u becomes 0 where there is one
#pragma once

#include <cstddef>
#include <cstdint>

#include "reference/converter.hpp"
#include "reference/kernels/kernels.hpp"
#include "reference/kernels/row_sums.hpp"
#include "reference/lif.hpp"

namespace xpike::reference {

// Vectors of 16 bits a strip.
template <class V>
inline constexpr std::size_t kStripVectors = 2 * kStrip / V::kBytes;

// A 16-bit constant of every column of a strip: in registers where there are enough of them,
// otherwise read again each time.
template <class V, bool InRegisters = V::kManyRegisters>
struct Constants {
  typename V::Ints at[kStripVectors<V>];

  [[gnu::always_inline]] void load(const std::int16_t* from) {
#pragma GCC unroll 2
    for (std::size_t v = 0; v < kStripVectors<V>; ++v) at[v] = V::load(from + v * V::kBytes / 2);
  }
  [[gnu::always_inline]] typename V::Ints operator[](std::size_t v) const { return at[v]; }
};
template <class V>
struct Constants<V, false> {
  const std::int16_t* values;

  [[gnu::always_inline]] void load(const std::int16_t* from) { values = from; }
  [[gnu::always_inline]] typename V::Ints operator[](std::size_t v) const {
    return V::load(values + v * V::kBytes / 2);
  }
};

// Codes of a strip from its sums, vector by vector.
template <class V, class ConverterType>
struct StripConverters;

template <class V>
struct StripConverters<V, IdealConverters> {
  using Ints = typename V::Ints;

  Constants<V> scale;

  [[gnu::always_inline]] void load(const IdealConverters& from, std::size_t column) {
    scale.load(from.scale + column);
  }
  [[gnu::always_inline]] Ints codes(const Ints* sums, std::size_t v) const {
    const Ints code = V::scale16(sums[v], scale[v]);
    return V::min16(V::max16(code, V::set16(kMinCode)), V::set16(kMaxCode));
  }
};

template <class V>
struct StripConverters<V, DeviceConverters> {
  using Ints = typename V::Ints;

  DeviceConverters from;
  std::size_t column;

  [[gnu::always_inline]] void load(const DeviceConverters& converters, std::size_t first_column) {
    from = converters;
    column = first_column;
  }
  [[gnu::always_inline]] Ints wide_codes(const Ints* sums, std::size_t v) const {
    const std::size_t c = column + v * V::kBytes / 4;
    return V::device_codes(sums[v], V::load(from.gain + c), V::load(from.shift + c),
                           V::load(from.limit + c));
  }
  [[gnu::always_inline]] Ints codes(const Ints* sums, std::size_t v) const {
    return V::pack16(wide_codes(sums, 2 * v), wide_codes(sums, 2 * v + 1));
  }
};

template <class V>
struct StripNeurons {
  using Ints = typename V::Ints;
  Constants<V> bias;
  Constants<V> threshold;
  Ints membrane[kStripVectors<V>];

  [[gnu::always_inline]] void rest() {
#pragma GCC unroll 8
    for (std::size_t v = 0; v < kStripVectors<V>; ++v) membrane[v] = V::zero();
  }
  // One time step. The upper limit of the membrane needs no instruction: whatever exceeds it fires.
  [[gnu::always_inline]] std::uint64_t fire(const Ints* codes) {
    Ints limit[kStripVectors<V>];
#pragma GCC unroll 8
    for (std::size_t v = 0; v < kStripVectors<V>; ++v) {
      const Ints drive = V::add16(V::quadruple16(codes[v]), bias[v]);
      membrane[v] = V::max16(V::add16(V::halve16(membrane[v]), drive), V::set16(kMinMembrane));
      limit[v] = threshold[v];
    }
    return V::fire(membrane, limit);
  }
};

template <class V, std::size_t Strips, bool First, bool Fire, class Pass>
void array_strips(const Pass& pass, std::size_t first_strip) {
  using Ints = typename V::Ints;
  constexpr std::size_t kVectors = kStripVectors<V>;
  constexpr std::size_t kLanes = V::kBytes / 2;
  const auto* const cells = pass.cells + first_strip * pass.strip_distance;
  StripConverters<V, decltype(pass.converters)> converters[Strips];
  StripNeurons<V> neurons[Strips];
#pragma GCC unroll 2
  for (std::size_t s = 0; s < Strips; ++s) {
    const std::size_t column = (first_strip + s) * kStrip;
    converters[s].load(pass.converters, column);
    if (!Fire) continue;
    neurons[s].bias.load(pass.bias + column);
    neurons[s].threshold.load(pass.threshold + column);
  }
  std::int16_t* stored = First && Fire ? nullptr : pass.codes + first_strip * kStrip;
  std::uint64_t* token_spikes = Fire ? pass.spikes + first_strip : nullptr;
  const std::uint32_t* begin = pass.begin;
  for (std::size_t n = 0; n < pass.tokens; ++n) {
#pragma GCC unroll 2
    for (std::size_t s = 0; s < Strips; ++s) neurons[s].rest();
    std::uint64_t* spikes = token_spikes;
    for (std::size_t t = 0; t < pass.steps; ++t) {
      const RowSums<V, Strips, typename Pass::Cell> sums(
          cells, pass.strip_distance, pass.rows + begin[0], pass.rows + begin[1]);
      ++begin;
#pragma GCC unroll 2
      for (std::size_t s = 0; s < Strips; ++s) {
        Ints codes[kVectors];
#pragma GCC unroll 8
        for (std::size_t v = 0; v < kVectors; ++v) {
          const std::size_t place = s * kStrip + v * kLanes;
          codes[v] = converters[s].codes(sums.of(s), v);
          if (!First) codes[v] = V::add16(codes[v], V::load(stored + place));
          if (!Fire) V::store(stored + place, codes[v]);
        }
        if (Fire) spikes[s] = neurons[s].fire(codes);
      }
      if (!First || !Fire) stored += pass.code_distance;
      if (Fire) spikes += pass.step_distance;
    }
    if (Fire) token_spikes += pass.token_distance;
  }
}

// As many strips side by side as the registers hold.
template <class V, bool First, bool Fire, class Pass>
void array_pass(const Pass& pass) {
  if (V::kStrips == 2 && pass.strips == 2) {
    array_strips<V, 2, First, Fire>(pass, 0);
    return;
  }
  for (std::size_t s = 0; s < pass.strips; ++s) array_strips<V, 1, First, Fire>(pass, s);
}

template <class V, class Pass>
void array(const Pass& pass) {
  const bool fire = pass.spikes != nullptr;
  if (pass.first) {
    fire ? array_pass<V, true, true>(pass) : array_pass<V, true, false>(pass);
  } else {
    fire ? array_pass<V, false, true>(pass) : array_pass<V, false, false>(pass);
  }
}

}  // namespace xpike::reference
