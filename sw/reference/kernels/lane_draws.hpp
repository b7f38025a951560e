// SPDX-License-Identifier: Apache-2.0
// Draws of random lanes, for every level, without tables: a leap is a division of polynomials.
//   V::Lanes  words of 32 bits, as many as a vector has
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "reference/kernels/kernels.hpp"

namespace xpike::reference {

// m / f modulo x^32, where f is the lane polynomial without x^32. As f^32 = 1 there, 1/f is
// f^31 = f f^2 f^4 f^8 f^16, and squaring only doubles exponents.
template <class V>
constexpr typename V::Lanes divide_by_polynomial(typename V::Lanes m) {
  m ^= (m << 1) ^ (m << 2) ^ (m << 22);
  m ^= (m << 2) ^ (m << 4);
  m ^= (m << 4) ^ (m << 8);
  m ^= (m << 8) ^ (m << 16);
  return m ^ (m << 16);
}

// A step divides the state by x modulo the polynomial P: it adds P if the constant term is 1, then
// shifts. `leap` steps do so at once: add the multiple m P, deg m < leap, that clears the low bits.
template <class V>
class Leap {
 public:
  using Lanes = typename V::Lanes;

  explicit constexpr Leap(int steps)
      : steps_(steps), low_(steps == 32 ? ~std::uint32_t{0} : (std::uint32_t{1} << steps) - 1) {}

  constexpr Lanes operator()(Lanes s) const {
    const Lanes m = divide_by_polynomial<V>(s) & low_;
    return ((s >> (steps_ - 1)) >> 1) ^ (m >> (steps_ - 1)) ^ shifted(m, 2) ^ shifted(m, 22) ^
           (m << (32 - steps_));
  }

 private:
  // x^power m without its `steps` low bits; m has no more than `steps` bits.
  constexpr Lanes shifted(Lanes m, int power) const {
    return power < steps_ ? m >> (steps_ - power) : m << (power - steps_);
  }

  int steps_;
  std::uint32_t low_;
};

// Sixteen lanes, or the `some` of them that exist, as vectors that stay in registers.
template <class V>
struct LaneBlock {
  using Lanes = typename V::Lanes;
  static constexpr std::size_t kVectors = 16 * sizeof(std::uint32_t) / V::kBytes;

  LaneBlock(const std::uint32_t* from, std::size_t some) {
    std::uint32_t words[16] = {};
    std::memcpy(words, from, some * sizeof(std::uint32_t));
    std::memcpy(at, words, sizeof at);
  }
  void store(std::uint32_t* to, std::size_t some) const {
    if (some == 16) {
      std::memcpy(to, at, sizeof at);
      return;
    }
    std::uint32_t words[16];
    std::memcpy(words, at, sizeof at);
    std::memcpy(to, words, some * sizeof(std::uint32_t));
  }

  Lanes at[kVectors];
};

template <class V>
[[gnu::always_inline]] inline void draw_block(const Leap<V> jump, std::uint32_t* states,
                                              std::size_t some, std::size_t draws,
                                              std::size_t distance, const std::uint32_t* masks,
                                              std::uint32_t* out) {
  LaneBlock<V> state(states, some);
  const LaneBlock<V> mask(masks, some);
  for (std::size_t d = 0; d < draws; ++d, out += distance) {
    LaneBlock<V> offered = mask;
#pragma GCC unroll 4
    for (std::size_t v = 0; v < LaneBlock<V>::kVectors; ++v) {
      state.at[v] = jump(state.at[v]);
      offered.at[v] &= state.at[v];
    }
    offered.store(out, some);
    if (std::endian::native == std::endian::big) {
      for (std::size_t lane = 0; lane < some; ++lane) out[lane] = __builtin_bswap32(out[lane]);
    }
  }
  state.store(states, some);
}

template <class V>
void draw(std::uint32_t* states, std::size_t lanes, int leap, std::size_t draws,
          const std::uint32_t* masks, std::uint32_t* out) {
  for (std::size_t first = 0; first < lanes; first += 16) {
    const std::size_t some = lanes - first < 16 ? lanes - first : 16;
    if (leap == 32) {  // the usual one, with shifts known to the compiler
      draw_block<V>(Leap<V>(32), states + first, some, draws, lanes, masks + first, out + first);
    } else {
      draw_block<V>(Leap<V>(leap), states + first, some, draws, lanes, masks + first, out + first);
    }
  }
}

}  // namespace xpike::reference
