// SPDX-License-Identifier: Apache-2.0
// The level for any processor: vectors of 16 bytes in the compiler's own notation, which it
// translates for the target, and short loops that it turns into such vectors.
#include <bit>
#include <cstdint>
#include <cstring>

#include "reference/converter.hpp"
#include "reference/kernels/lane_draws.hpp"
#include "reference/kernels/levels.hpp"
#include "reference/kernels/overlaps.hpp"
#include "reference/kernels/spike_lists.hpp"
#include "reference/kernels/transpose.hpp"
#include "reference/kernels/vector_arrays.hpp"

namespace xpike::reference {
namespace {

// Bit i: flags[i], for eight flags of 0 or 1.
std::uint64_t pack_eight(const std::uint8_t* flags) {
  std::uint64_t bytes = 0;  // the first flag in the low byte
  std::memcpy(&bytes, flags, sizeof bytes);
  if (std::endian::native == std::endian::big) bytes = __builtin_bswap64(bytes);
  return bytes * 0x0102040810204080U >> 56;  // the high byte of the product gathers them
}

struct Portable {
  template <class Lane>
  using Vector [[gnu::vector_size(16)]] = Lane;
  using Ints = Vector<std::int8_t>;
  using Words = Vector<std::int16_t>;
  using Longs = Vector<std::int32_t>;
  using Lanes = Vector<std::uint32_t>;
  using Bytes8 [[gnu::vector_size(8)]] = std::int8_t;
  struct Array8 {
    std::uint8_t at[8];
  };
  static constexpr std::size_t kBytes = 16;
  static constexpr std::size_t kStrips = 1;
  static constexpr bool kManyRegisters = false;

  // The same bytes as a vector, or an array, of another type.
  template <class To, class From>
  static To as(const From& from) {
    static_assert(sizeof(To) == sizeof(From));
    To to;
    std::memcpy(&to, &from, sizeof to);
    return to;
  }
  template <class Lane>
  struct Array {
    Lane at[16 / sizeof(Lane)];
  };

  static Ints zero() { return Ints{}; }
  static Ints load(const void* from) {
    Ints x;
    std::memcpy(&x, from, sizeof x);
    return x;
  }
  static void store(void* to, Ints x) { std::memcpy(to, &x, sizeof x); }
  static Ints add8(Ints a, Ints b) { return a + b; }
  static Ints add16(Ints a, Ints b) { return as<Ints>(as<Words>(a) + as<Words>(b)); }
  static Ints add32(Ints a, Ints b) { return as<Ints>(as<Longs>(a) + as<Longs>(b)); }
  static Ints even16(Ints x) { return as<Ints>((as<Words>(x) << 8) >> 8); }
  static Ints odd16(Ints x) { return as<Ints>(as<Words>(x) >> 8); }
  static Ints even32(Ints x) { return as<Ints>((as<Longs>(x) << 16) >> 16); }
  static Ints odd32(Ints x) { return as<Ints>(as<Longs>(x) >> 16); }

  static Ints set16(int x) { return as<Ints>(Words{} + static_cast<std::int16_t>(x)); }
  static Ints max16(Ints a, Ints b) {
    return as<Ints>(as<Words>(a) > as<Words>(b) ? as<Words>(a) : as<Words>(b));
  }
  static Ints min16(Ints a, Ints b) {
    return as<Ints>(as<Words>(a) < as<Words>(b) ? as<Words>(a) : as<Words>(b));
  }
  static Ints scale16(Ints sums, Ints scales) {
    const auto sum = as<Array<std::int16_t>>(sums);
    const auto scale = as<Array<std::int16_t>>(scales);
    Array<std::int16_t> out;
    for (std::size_t i = 0; i < 8; ++i) {
      out.at[i] = static_cast<std::int16_t>((sum.at[i] * scale.at[i] + (1 << 14)) >> 15);
    }
    return as<Ints>(out);
  }
  static Ints quadruple16(Ints x) { return as<Ints>(as<Words>(x) << 2); }
  static Ints halve16(Ints x) { return as<Ints>(as<Words>(x) >> 1); }

  static Ints device_codes(Ints sums, Ints gains, Ints shifts, Ints /*limits*/) {
    const auto sum = as<Array<std::int32_t>>(sums);
    const auto gain = as<Array<std::int32_t>>(gains);
    const auto shift = as<Array<std::int32_t>>(shifts);
    Array<std::int32_t> code;
    for (std::size_t i = 0; i < 4; ++i) {
      code.at[i] = convert(sum.at[i], gain.at[i], shift.at[i] - 16);
    }
    return as<Ints>(code);
  }
  static Ints pack16(Ints low, Ints high) {
    const auto from_low = as<Array<std::int32_t>>(low);
    const auto from_high = as<Array<std::int32_t>>(high);
    Array<std::int16_t> packed;
    for (std::size_t i = 0; i < 4; ++i) {
      packed.at[i] = static_cast<std::int16_t>(from_low.at[i]);
      packed.at[i + 4] = static_cast<std::int16_t>(from_high.at[i]);
    }
    return as<Ints>(packed);
  }

  static std::uint64_t fire(Ints* u, const Ints* threshold) {
    std::uint64_t spikes = 0;
    for (int v = 0; v < 8; ++v) {
      const Words fired = as<Words>(u[v]) >= as<Words>(threshold[v]);
      u[v] = as<Ints>(as<Words>(u[v]) & ~fired);
      spikes |= pack_eight(as<Array8>(__builtin_convertvector(fired & 1, Bytes8)).at) << (8 * v);
    }
    return spikes;
  }

  static std::size_t list_ones(const std::uint64_t* words, std::size_t count, std::uint16_t* rows) {
    return list_ones_by_byte<Portable>(words, count, rows);
  }
  static void list_byte(const std::uint16_t* positions, std::uint16_t base, std::uint16_t* rows) {
    const auto offset = static_cast<std::int16_t>(base);
    const Words bases{offset, offset, offset, offset, offset, offset, offset, offset};
    store(rows, as<Ints>(as<Words>(load(positions)) + bases));
  }
  static std::uint64_t ones(std::uint64_t word) {
    word -= (word >> 1) & 0x5555555555555555U;
    word = (word & 0x3333333333333333U) + ((word >> 2) & 0x3333333333333333U);
    word = (word + (word >> 4)) & 0x0F0F0F0F0F0F0F0FU;
    word += word >> 8;
    word += word >> 16;
    return (word + (word >> 32)) & 0x7f;
  }

  struct Rows {
    std::uint64_t at[8];
  };
  using Counts = Rows;
  static Counts no_counts() { return {}; }
  static Rows load_rows(const std::uint64_t* words) {
    Rows rows;
    std::memcpy(rows.at, words, sizeof rows.at);
    return rows;
  }
  static Counts add_ones(Counts counts, const Rows& rows, std::uint64_t word) {
    for (int j = 0; j < 8; ++j) counts.at[j] += ones(rows.at[j] & word);
    return counts;
  }
  static std::uint64_t above(const Counts& counts, const std::uint8_t* limits) {
    std::uint8_t flags[8];
    for (int j = 0; j < 8; ++j) flags[j] = counts.at[j] > limits[j] ? 1 : 0;
    return pack_eight(flags);
  }
  static std::uint64_t above_wide(const Counts& counts, const std::uint8_t* limits) {
    std::uint8_t flags[8];
    for (int j = 0; j < 8; ++j) {
      flags[j] = counts.at[j] > limits[2 * j] + 256U * limits[2 * j + 1] ? 1 : 0;
    }
    return pack_eight(flags);
  }
};

void at_least(const std::uint8_t* values, const std::uint8_t* limits, std::size_t count,
              std::uint64_t* bits) {
  for (; count > 0; ++bits) {
    const std::size_t some = count < 64 ? count : 64;
    std::uint8_t flags[64] = {};
    for (std::size_t i = 0; i < some; ++i) flags[i] = values[i] >= limits[i] ? 1 : 0;
    *bits = 0;
    for (std::size_t i = 0; i < some; i += 8) *bits |= pack_eight(flags + i) << i;
    values += some;
    limits += some;
    count -= some;
  }
}

std::uint64_t count_ones(const std::uint64_t* words, std::size_t count) {
  std::uint64_t sum = 0;
  for (std::size_t w = 0; w < count; ++w) sum += Portable::ones(words[w]);
  return sum;
}

}  // namespace

const Kernels kPortableKernels{.name = "portable",
                               .draw = draw<Portable>,
                               .at_least = at_least,
                               .count_ones = count_ones,
                               .transpose = transpose<Portable>,
                               .list_rows = list_rows<Portable>,
                               .overlaps = overlaps<Portable>,
                               .ideal_array = array<Portable, IdealPass>,
                               .device_array = array<Portable, DevicePass>};

}  // namespace xpike::reference
