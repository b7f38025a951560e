// SPDX-License-Identifier: Apache-2.0
// Draws of random lanes for AVX-512 with GFNI: a leap is a matrix of 32 x 32 bits, applied as
// sixteen blocks of 8 x 8. It has a third of the latency of the shifts of lane_draws.hpp, which is
// what counts: the states of a bank follow one from the other.
#pragma once

#include <immintrin.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "reference/lfsr.hpp"

namespace xpike::reference {

// Matrices of the leaps 1..32. Quarter j of a leap: byte b of the new state from byte (b + j) mod 4
// of the old one; twice each, for eight lanes at a time. Row i of a block is byte 7 - i, as the
// instruction wants it.
struct alignas(64) LeapBlocks {
  std::uint64_t quarter[4][8];
};
struct LeapBlockTable {
  LeapBlocks of[33];
};
inline constexpr LeapBlockTable kLeapBlocks = [] {
  LeapBlockTable table{};
  for (unsigned bit = 0; bit < 32; ++bit) {
    std::uint32_t image = std::uint32_t{1} << bit;
    for (unsigned leap = 1; leap <= 32; ++leap) {
      image = lfsr_step(image);
      for (unsigned to = 0; to < 32; ++to) {
        if ((image >> to & 1U) == 0) continue;
        const unsigned byte = to / 8;
        const std::uint64_t entry = std::uint64_t{1} << (8 * (7 - to % 8) + bit % 8);
        std::uint64_t* const blocks = table.of[leap].quarter[(bit / 8 + 4 - byte) % 4];
        blocks[2 * byte] |= entry;
        blocks[2 * byte + 1] |= entry;
      }
    }
  }
  return table;
}();

// Kernels::draw. The states of sixteen lanes lie byte by byte: byte b of lane l is byte 16 b + l.
template <class V>
void draw_blocks(std::uint32_t* states, std::size_t lanes, int leap, std::size_t draws,
                 const std::uint32_t* masks, std::uint32_t* out) {
  const __m512i split = _mm512_setr_epi64(  // byte 16 b + l from byte 4 l + b
      0x1C1814100C080400, 0x3C3834302C282420, 0x1D1915110D090501, 0x3D3935312D292521,
      0x1E1A16120E0A0602, 0x3E3A36322E2A2622, 0x1F1B17130F0B0703, 0x3F3B37332F2B2723);
  const __m512i join = _mm512_setr_epi64(  // byte 4 l + b from byte 16 b + l
      0x3121110130201000, 0x3323130332221202, 0x3525150534241404, 0x3727170736261606,
      0x3929190938281808, 0x3B2B1B0B3A2A1A0A, 0x3D2D1D0D3C2C1C0C, 0x3F2F1F0F3E2E1E0E);
  const LeapBlocks& blocks = kLeapBlocks.of[leap];
  __m512i quarter[4];
  for (int j = 0; j < 4; ++j) quarter[j] = _mm512_load_si512(blocks.quarter[j]);
  for (std::size_t first = 0; first < lanes; first += 16) {
    const std::size_t some = lanes - first < 16 ? lanes - first : 16;
    const auto valid = static_cast<__mmask16>(0xffff >> (16 - some));
    const __m512i mask = _mm512_maskz_loadu_epi32(valid, masks + first);
    __m512i state = _mm512_permutexvar_epi8(split, _mm512_maskz_loadu_epi32(valid, states + first));
    for (std::size_t d = 0; d < draws; ++d) {
      const __m512i a = _mm512_gf2p8affine_epi64_epi8(state, quarter[0], 0);
      const __m512i b =
          _mm512_gf2p8affine_epi64_epi8(_mm512_alignr_epi64(state, state, 2), quarter[1], 0);
      const __m512i c =
          _mm512_gf2p8affine_epi64_epi8(_mm512_alignr_epi64(state, state, 4), quarter[2], 0);
      const __m512i e =
          _mm512_gf2p8affine_epi64_epi8(_mm512_alignr_epi64(state, state, 6), quarter[3], 0);
      state = _mm512_xor_si512(_mm512_xor_si512(a, b), _mm512_xor_si512(c, e));
      const __m512i offered = _mm512_and_si512(_mm512_permutexvar_epi8(join, state), mask);
      _mm512_mask_storeu_epi32(out + d * lanes + first, valid, offered);
    }
    _mm512_mask_storeu_epi32(states + first, valid, _mm512_permutexvar_epi8(join, state));
  }
}

}  // namespace xpike::reference
