// SPDX-License-Identifier: Apache-2.0
// The level for AVX-512 with F, BW, VL, VPOPCNTDQ, VBMI, VBMI2 and GFNI. Compiled with these
// instructions: see kernels.hpp for what this file must not use.
#include <immintrin.h>

#include "reference/kernels/avx512_draws.hpp"
#include "reference/kernels/levels.hpp"
#include "reference/kernels/overlaps.hpp"
#include "reference/kernels/spike_lists.hpp"
#include "reference/kernels/vector_arrays.hpp"

namespace xpike::reference {
namespace {

struct Avx512 {
  using Ints = __m512i;
  static constexpr std::size_t kBytes = 64;
  static constexpr std::size_t kStrips = 2;
  static constexpr bool kManyRegisters = true;

  static Ints zero() { return _mm512_setzero_si512(); }
  static Ints load(const void* from) { return _mm512_loadu_si512(from); }
  static void store(void* to, Ints x) { _mm512_storeu_si512(to, x); }
  static Ints add8(Ints a, Ints b) { return _mm512_add_epi8(a, b); }
  static Ints add16(Ints a, Ints b) { return _mm512_add_epi16(a, b); }
  static Ints add32(Ints a, Ints b) { return _mm512_add_epi32(a, b); }
  static Ints even16(Ints x) { return _mm512_srai_epi16(_mm512_slli_epi16(x, 8), 8); }
  static Ints odd16(Ints x) { return _mm512_srai_epi16(x, 8); }
  static Ints even32(Ints x) { return _mm512_srai_epi32(_mm512_slli_epi32(x, 16), 16); }
  static Ints odd32(Ints x) { return _mm512_srai_epi32(x, 16); }

  static Ints set16(int x) { return _mm512_set1_epi16(static_cast<short>(x)); }
  static Ints max16(Ints a, Ints b) { return _mm512_max_epi16(a, b); }
  static Ints min16(Ints a, Ints b) { return _mm512_min_epi16(a, b); }
  static Ints scale16(Ints sum, Ints scale) { return _mm512_mulhrs_epi16(sum, scale); }
  static Ints quadruple16(Ints x) { return _mm512_slli_epi16(x, 2); }
  static Ints halve16(Ints x) { return _mm512_srai_epi16(x, 1); }

  static Ints device_codes(Ints sum, Ints gain, Ints shift, Ints limit) {
    const Ints one = _mm512_set1_epi32(1);
    const Ints p = _mm512_max_epi32(_mm512_min_epi32(sum, limit), _mm512_sub_epi32(zero(), limit));
    const Ints half = _mm512_sllv_epi32(one, _mm512_sub_epi32(shift, one));
    const Ints code = _mm512_srav_epi32(add32(_mm512_mullo_epi32(p, gain), half), shift);
    return _mm512_max_epi32(_mm512_min_epi32(code, _mm512_set1_epi32(kMaxCode)),
                            _mm512_set1_epi32(kMinCode));
  }
  static Ints pack16(Ints low, Ints high) {
    return _mm512_inserti64x4(_mm512_castsi256_si512(_mm512_cvtepi32_epi16(low)),
                              _mm512_cvtepi32_epi16(high), 1);
  }

  static std::uint64_t fire(Ints* u, const Ints* threshold) {
    const __mmask32 low = _mm512_cmpge_epi16_mask(u[0], threshold[0]);
    const __mmask32 high = _mm512_cmpge_epi16_mask(u[1], threshold[1]);
    u[0] = _mm512_mask_mov_epi16(u[0], low, zero());
    u[1] = _mm512_mask_mov_epi16(u[1], high, zero());
    return _mm512_kunpackd(high, low);
  }

  // Word by word. The positions of up to 32 ones, widened to their places, take one store; few
  // words have more.
  static std::size_t list_ones(const std::uint64_t* words, std::size_t count, std::uint16_t* rows) {
    const Ints position = _mm512_set_epi8(
        63, 62, 61, 60, 59, 58, 57, 56, 55, 54, 53, 52, 51, 50, 49, 48, 47, 46, 45, 44, 43, 42,  //
        41, 40, 39, 38, 37, 36, 35, 34, 33, 32, 31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20,  //
        19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    std::uint16_t* out = rows;
    for (std::size_t w = 0; w < count; ++w) {
      const Ints base = set16(row_place(64 * w));
      const Ints listed = _mm512_maskz_compress_epi8(words[w], position);
      const auto ones = static_cast<std::size_t>(_mm_popcnt_u64(words[w]));
      store(out, add16(base, places(_mm512_castsi512_si256(listed))));
      if (ones > 32) [[unlikely]] {
        store(out + 32, add16(base, places(_mm512_extracti64x4_epi64(listed, 1))));
      }
      out += ones;
    }
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out), _mm_setzero_si128());
    return static_cast<std::size_t>(out - rows);
  }
  static Ints places(__m256i positions) {
    return _mm512_slli_epi16(_mm512_cvtepu8_epi16(positions), 6);
  }

  using Rows = Ints;
  using Counts = Ints;
  static Counts no_counts() { return zero(); }
  static Rows load_rows(const std::uint64_t* words) { return load(words); }
  static Counts add_ones(Counts counts, Rows rows, std::uint64_t word) {
    const Ints common = _mm512_and_si512(rows, _mm512_set1_epi64(static_cast<long long>(word)));
    return _mm512_add_epi64(counts, _mm512_popcnt_epi64(common));
  }
  static std::uint64_t above(Counts counts, const std::uint8_t* limits) {
    const __m128i bytes = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(limits));
    return _mm512_cmpgt_epi64_mask(counts, _mm512_cvtepu8_epi64(bytes));
  }
  static std::uint64_t above_wide(Counts counts, const std::uint8_t* limits) {
    const __m128i words = _mm_loadu_si128(reinterpret_cast<const __m128i*>(limits));
    return _mm512_cmpgt_epi64_mask(counts, _mm512_cvtepu16_epi64(words));
  }
};

// Rows of up to 32 bits: sixteen at a time.
void narrow_overlaps(const OverlapPass& pass) {
  for (std::size_t first = 0; first < pass.y_rows; first += 64) {
    std::uint64_t* const out = pass.out + first / 64 * pass.out_distance;
    for (std::size_t i = 0; i < pass.x_rows; ++i) out[i] = 0;
    for (std::size_t j = first; j < pass.y_rows && j < first + 64; j += 16) {
      const std::size_t some = pass.y_rows - j < 16 ? pass.y_rows - j : 16;
      const auto valid = static_cast<__mmask16>(0xffff >> (16 - some));
      const auto high = static_cast<__mmask8>(valid >> 8);
      const __m512i rows = _mm512_inserti64x4(
          _mm512_castsi256_si512(_mm512_cvtepi64_epi32(_mm512_loadu_si512(pass.y + j))),
          _mm512_cvtepi64_epi32(_mm512_maskz_loadu_epi64(high, pass.y + j + 8)), 1);
      const std::uint8_t* limits = pass.limits + j;
      for (std::size_t i = 0; i < pass.x_rows; ++i, limits += pass.limit_distance) {
        const __m512i x = _mm512_set1_epi32(static_cast<int>(pass.x[i]));
        const __m512i counts = _mm512_popcnt_epi32(_mm512_and_si512(rows, x));
        const __m512i limit = _mm512_cvtepu8_epi32(_mm_maskz_loadu_epi8(valid, limits));
        const std::uint64_t above = _mm512_mask_cmpgt_epi32_mask(valid, counts, limit);
        out[i] |= above << (j - first);
      }
    }
  }
}

void all_overlaps(const OverlapPass& pass) {
  if (pass.bits <= 32 && pass.limit_bytes == 1) {
    narrow_overlaps(pass);
  } else {
    overlaps<Avx512>(pass);
  }
}

void at_least(const std::uint8_t* values, const std::uint8_t* limits, std::size_t count,
              std::uint64_t* bits) {
  for (; count > 0; ++bits) {
    const std::size_t some = count < 64 ? count : 64;
    const __mmask64 valid = ~std::uint64_t{0} >> (64 - some);
    *bits = _mm512_mask_cmpge_epu8_mask(valid, _mm512_maskz_loadu_epi8(valid, values),
                                        _mm512_maskz_loadu_epi8(valid, limits));
    values += some;
    limits += some;
    count -= some;
  }
}

std::uint64_t count_ones(const std::uint64_t* words, std::size_t count) {
  __m512i sum = _mm512_setzero_si512();
  for (std::size_t w = 0; w < count; w += 8) {
    const auto valid = static_cast<__mmask8>(count - w < 8 ? (1U << (count - w)) - 1 : 0xff);
    sum = _mm512_add_epi64(sum, _mm512_popcnt_epi64(_mm512_maskz_loadu_epi64(valid, words + w)));
  }
  return static_cast<std::uint64_t>(_mm512_reduce_add_epi64(sum));
}

// Rows 8 r .. 8 r + 7 become one byte of every row of the result.
__m512i transpose_eight_rows(const std::uint64_t* in) {
  // Lane b: byte b of the eight rows, the last row first.
  const __m512i order = _mm512_set_epi64(0x070F171F272F373F, 0x060E161E262E363E, 0x050D151D252D353D,
                                         0x040C141C242C343C, 0x030B131B232B333B, 0x020A121A222A323A,
                                         0x0109111921293139, 0x0008101820283038);
  const __m512i blocks = _mm512_permutexvar_epi8(order, _mm512_loadu_si512(in));
  // The matrix product with unit vectors: byte k of a lane gets bit k of its eight rows.
  return _mm512_gf2p8affine_epi64_epi8(
      _mm512_set1_epi64(static_cast<long long>(0x8040201008040201U)), blocks, 0);
}

// Bytes of eight vectors become rows of eight bytes. Lane l of vector m of the result: rows
// 16 l + 2 m and the next.
void transpose(const std::uint64_t* in, std::uint64_t* out) {
  __m512i bytes[8];
  __m512i pairs[8];  // 16 bits a row: even ones hold rows 0..7 of each lane, odd ones rows 8..15
  __m512i quads[8];
  for (int r = 0; r < 8; ++r) bytes[r] = transpose_eight_rows(in + 8 * r);
  for (int r = 0; r < 8; r += 2) {
    pairs[r] = _mm512_unpacklo_epi8(bytes[r], bytes[r + 1]);
    pairs[r + 1] = _mm512_unpackhi_epi8(bytes[r], bytes[r + 1]);
  }
  for (int r = 0; r < 8; r += 4) {
    for (int half = 0; half < 2; ++half) {
      quads[r + 2 * half] = _mm512_unpacklo_epi16(pairs[r + half], pairs[r + 2 + half]);
      quads[r + 2 * half + 1] = _mm512_unpackhi_epi16(pairs[r + half], pairs[r + 2 + half]);
    }
  }
  for (int m = 0; m < 8; ++m) {
    const __m512i rows = m % 2 == 0 ? _mm512_unpacklo_epi32(quads[m / 2], quads[4 + m / 2])
                                    : _mm512_unpackhi_epi32(quads[m / 2], quads[4 + m / 2]);
    std::uint64_t* const to = out + 2 * m;
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to), _mm512_castsi512_si128(rows));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to + 16), _mm512_extracti32x4_epi32(rows, 1));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to + 32), _mm512_extracti32x4_epi32(rows, 2));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to + 48), _mm512_extracti32x4_epi32(rows, 3));
  }
}

}  // namespace

const Kernels kAvx512Kernels{.name = "avx512",
                             .draw = draw_blocks<Avx512>,
                             .at_least = at_least,
                             .count_ones = count_ones,
                             .transpose = transpose,
                             .list_rows = list_rows<Avx512>,
                             .overlaps = all_overlaps,
                             .ideal_array = array<Avx512, IdealPass>,
                             .device_array = array<Avx512, DevicePass>};

}  // namespace xpike::reference
