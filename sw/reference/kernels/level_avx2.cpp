// SPDX-License-Identifier: Apache-2.0
// The level for AVX2 with POPCNT. Compiled with these instructions: see kernels.hpp for what this
// file must not use.
#include <immintrin.h>

#include "reference/kernels/lane_draws.hpp"
#include "reference/kernels/levels.hpp"
#include "reference/kernels/overlaps.hpp"
#include "reference/kernels/spike_lists.hpp"
#include "reference/kernels/transpose.hpp"
#include "reference/kernels/vector_arrays.hpp"

namespace xpike::reference {
namespace {

struct Avx2 {
  using Ints = __m256i;
  using Lanes [[gnu::vector_size(32)]] = std::uint32_t;
  static constexpr std::size_t kBytes = 32;
  static constexpr std::size_t kStrips = 1;
  static constexpr bool kManyRegisters = false;

  static Ints zero() { return _mm256_setzero_si256(); }
  static Ints load(const void* from) {
    return _mm256_loadu_si256(static_cast<const __m256i*>(from));
  }
  static void store(void* to, Ints x) { _mm256_storeu_si256(static_cast<__m256i*>(to), x); }
  static Ints add8(Ints a, Ints b) { return _mm256_add_epi8(a, b); }
  static Ints add16(Ints a, Ints b) { return _mm256_add_epi16(a, b); }
  static Ints add32(Ints a, Ints b) { return _mm256_add_epi32(a, b); }
  static Ints even16(Ints x) { return _mm256_srai_epi16(_mm256_slli_epi16(x, 8), 8); }
  static Ints odd16(Ints x) { return _mm256_srai_epi16(x, 8); }
  static Ints even32(Ints x) { return _mm256_srai_epi32(_mm256_slli_epi32(x, 16), 16); }
  static Ints odd32(Ints x) { return _mm256_srai_epi32(x, 16); }

  static Ints set16(int x) { return _mm256_set1_epi16(static_cast<short>(x)); }
  static Ints max16(Ints a, Ints b) { return _mm256_max_epi16(a, b); }
  static Ints min16(Ints a, Ints b) { return _mm256_min_epi16(a, b); }
  static Ints scale16(Ints sum, Ints scale) { return _mm256_mulhrs_epi16(sum, scale); }
  static Ints quadruple16(Ints x) { return _mm256_slli_epi16(x, 2); }
  static Ints halve16(Ints x) { return _mm256_srai_epi16(x, 1); }

  static Ints device_codes(Ints sum, Ints gain, Ints shift, Ints limit) {
    const Ints one = _mm256_set1_epi32(1);
    const Ints p = _mm256_max_epi32(_mm256_min_epi32(sum, limit), _mm256_sub_epi32(zero(), limit));
    const Ints half = _mm256_sllv_epi32(one, _mm256_sub_epi32(shift, one));
    const Ints code = _mm256_srav_epi32(add32(_mm256_mullo_epi32(p, gain), half), shift);
    return _mm256_max_epi32(_mm256_min_epi32(code, _mm256_set1_epi32(kMaxCode)),
                            _mm256_set1_epi32(kMinCode));
  }
  static Ints pack16(Ints low, Ints high) {
    return _mm256_permute4x64_epi64(_mm256_packs_epi32(low, high), 0xD8);
  }

  static std::uint64_t fire(Ints* u, const Ints* threshold) {
    return fire_half(u, threshold) | fire_half(u + 2, threshold + 2) << 32;
  }
  static std::uint64_t fire_half(Ints* u, const Ints* threshold) {
    const Ints low = _mm256_cmpgt_epi16(threshold[0], u[0]);  // all ones without a spike
    const Ints high = _mm256_cmpgt_epi16(threshold[1], u[1]);
    u[0] = _mm256_and_si256(low, u[0]);
    u[1] = _mm256_and_si256(high, u[1]);
    const Ints quiet = _mm256_permute4x64_epi64(_mm256_packs_epi16(low, high), 0xD8);
    return ~static_cast<std::uint32_t>(_mm256_movemask_epi8(quiet));
  }

  static std::size_t list_ones(const std::uint64_t* words, std::size_t count, std::uint16_t* rows) {
    return list_ones_by_byte<Avx2>(words, count, rows);
  }
  static void list_byte(const std::uint16_t* positions, std::uint16_t base, std::uint16_t* rows) {
    const __m128i at = _mm_load_si128(reinterpret_cast<const __m128i*>(positions));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(rows),
                     _mm_add_epi16(at, _mm_set1_epi16(static_cast<short>(base))));
  }
  static std::uint64_t ones(std::uint64_t word) {
    return static_cast<std::uint64_t>(_mm_popcnt_u64(word));
  }

  struct Rows {
    Ints low, high;
  };
  using Counts = Rows;
  static Counts no_counts() { return {zero(), zero()}; }
  static Rows load_rows(const std::uint64_t* words) { return {load(words), load(words + 4)}; }
  static Counts add_ones(const Counts& counts, const Rows& rows, std::uint64_t word) {
    const Ints all = _mm256_set1_epi64x(static_cast<long long>(word));
    return {_mm256_add_epi64(counts.low, lane_ones(_mm256_and_si256(rows.low, all))),
            _mm256_add_epi64(counts.high, lane_ones(_mm256_and_si256(rows.high, all)))};
  }
  static std::uint64_t above(const Counts& counts, const std::uint8_t* limits) {
    return above4(counts.low, _mm256_cvtepu8_epi64(_mm_loadu_si32(limits))) |
           above4(counts.high, _mm256_cvtepu8_epi64(_mm_loadu_si32(limits + 4))) << 4;
  }
  static std::uint64_t above_wide(const Counts& counts, const std::uint8_t* limits) {
    return above4(counts.low, _mm256_cvtepu16_epi64(_mm_loadu_si64(limits))) |
           above4(counts.high, _mm256_cvtepu16_epi64(_mm_loadu_si64(limits + 8))) << 4;
  }

  // Ones of each 64-bit lane: table of half bytes, then bytes added up.
  static Ints lane_ones(Ints x) {
    const Ints table = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4,  //
                                        0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
    const Ints mask = _mm256_set1_epi8(15);
    const Ints low = _mm256_shuffle_epi8(table, _mm256_and_si256(x, mask));
    const Ints high = _mm256_shuffle_epi8(table, _mm256_and_si256(_mm256_srli_epi16(x, 4), mask));
    return _mm256_sad_epu8(add8(low, high), zero());
  }
  static std::uint64_t above4(Ints counts, Ints limits) {
    const Ints above = _mm256_cmpgt_epi64(counts, limits);
    return static_cast<std::uint32_t>(_mm256_movemask_pd(_mm256_castsi256_pd(above)));
  }
};

void at_least(const std::uint8_t* values, const std::uint8_t* limits, std::size_t count,
              std::uint64_t* bits) {
  for (; count > 0; ++bits) {
    const std::size_t some = count < 64 ? count : 64;
    std::uint64_t word = 0;
    std::size_t i = 0;
    for (; i + 32 <= some; i += 32) {
      const __m256i value = Avx2::load(values + i);
      const __m256i larger = _mm256_max_epu8(value, Avx2::load(limits + i));
      const int mask = _mm256_movemask_epi8(_mm256_cmpeq_epi8(value, larger));
      word |= std::uint64_t{static_cast<std::uint32_t>(mask)} << i;
    }
    for (; i < some; ++i) word |= std::uint64_t{values[i] >= limits[i]} << i;
    *bits = word;
    values += some;
    limits += some;
    count -= some;
  }
}

std::uint64_t count_ones(const std::uint64_t* words, std::size_t count) {
  std::uint64_t sum = 0;
  for (std::size_t w = 0; w < count; ++w) {
    sum += Avx2::ones(words[w]);
  }
  return sum;
}

}  // namespace

const Kernels kAvx2Kernels{.name = "avx2",
                           .draw = draw<Avx2>,
                           .at_least = at_least,
                           .count_ones = count_ones,
                           .transpose = transpose<Avx2>,
                           .list_rows = list_rows<Avx2>,
                           .overlaps = overlaps<Avx2>,
                           .ideal_array = array<Avx2, IdealPass>,
                           .device_array = array<Avx2, DevicePass>};

}  // namespace xpike::reference
