// SPDX-License-Identifier: Apache-2.0
// The inner loops of the reference, once per level of vector instructions. All levels compute the
// same bits. Plain pointers and plain structs: the files that implement a level are compiled with
// its instructions, so they must not instantiate inline functions that others share.
#pragma once

#include <cstddef>
#include <cstdint>

namespace xpike::reference {

// Outputs of a matrix that are computed side by side: 64 columns, one word of spikes.
inline constexpr std::size_t kStrip = 64;

// Strips that one pass may cover.
inline constexpr std::size_t kPassStrips = 2;

// Codes of ideal cells (weights): code = clamp((p * scale + 2^14) >> 15), p in weight LSB, 16 bits.
struct IdealConverters {
  const std::int16_t* scale;  // [column]
};

// Codes of device cells: p is clamped to +-limit, where the code is saturated anyway, so that
// (p * gain + 2^(shift-1)) >> shift fits in 32 bits.
struct DeviceConverters {
  const std::int32_t* gain;   // [column]
  const std::int32_t* shift;  // [column], 16..23
  const std::int32_t* limit;  // [column]
};

// One synaptic array and its converters, for `strips` neighbouring strips and several tokens.
// Token-steps are numbered token * steps + t. Cells of a strip: [row][64] where row 0 is all zero
// (lists are padded with it) and row i + 1 is input i; the cell of column c < 32 lies at 2 * c,
// that of column c >= 32 at 2 * (c - 32) + 1, so that partial sums widen without crossing lanes.
template <class CellType, class ConverterType>
struct ArrayPass {
  using Cell = CellType;

  // Driven rows of token-step i, as the places of their first cells: rows[begin[i]] ..
  // rows[begin[i + 1]], a multiple of 8 of them.
  const std::uint16_t* rows;
  const std::uint32_t* begin;
  std::size_t tokens;
  std::size_t steps;

  std::size_t strips;  // 1 or 2
  const Cell* cells;
  std::size_t strip_distance;  // cells from a strip to the next
  ConverterType converters;

  // Sums of codes, [token-step][code_distance]. Written if first, added to otherwise; only read
  // when the neurons follow.
  std::int16_t* codes;
  std::size_t code_distance;
  bool first;

  // Neurons after the last array of a row block, or spikes == nullptr.
  const std::int16_t* bias;       // [column]
  const std::int16_t* threshold;  // [column]; out of reach for columns that do not exist
  std::uint64_t* spikes;          // word of the first token and strip at time step 0
  std::size_t token_distance;     // words
  std::size_t step_distance;      // words
};
using IdealPass = ArrayPass<std::int8_t, IdealConverters>;
using DevicePass = ArrayPass<std::int16_t, DeviceConverters>;

// Lists the driven rows of one array for several tokens, as an ArrayPass reads them.
struct ListPass {
  const std::uint64_t* spikes;  // words of the array's inputs of the first token at time step 0
  std::size_t words;            // per token-step
  std::size_t tokens;
  std::size_t steps;
  std::size_t token_distance;  // words
  std::size_t step_distance;   // words
  // Lists are written to rows[begin[0]] and on; up to 64 entries behind the last may be
  // overwritten.
  std::uint16_t* rows;
  std::uint32_t* begin;  // begin[0] is given, begin[i + 1] written
};

// Which counts of common ones exceed their limits. Matrices of bits lie word by word: word w of row
// i is at [w * distance + i]; rows up to a multiple of 8 are readable.
struct OverlapPass {
  std::size_t bits;  // per row; those behind them are 0
  const std::uint64_t* x;
  std::size_t x_rows;
  std::size_t x_distance;
  const std::uint64_t* y;
  std::size_t y_rows;
  std::size_t y_distance;
  // Of (i, j): limits[i * limit_distance + j * limit_bytes], one byte or two, the low one first.
  // The limits of 8 more rows of y are readable.
  const std::uint8_t* limits;
  std::size_t limit_distance;
  std::size_t limit_bytes = 1;
  // Bit j of row i: popcount(x row i & y row j) > limit. Word w of row i is at [w * out_distance +
  // i].
  std::uint64_t* out;
  std::size_t out_distance;
};

struct Kernels {
  const char* name;

  // Draws of lanes, each `leap` (1..32) steps: out[draw][lane] = state & masks[lane], as bytes from
  // low to high.
  void (*draw)(std::uint32_t* states, std::size_t lanes, int leap, std::size_t draws,
               const std::uint32_t* masks, std::uint32_t* out);

  // Bit i: value[i] >= limit[i], for count bytes; the last word is filled up with zeros.
  void (*at_least)(const std::uint8_t* values, const std::uint8_t* limits, std::size_t count,
                   std::uint64_t* bits);

  std::uint64_t (*count_ones)(const std::uint64_t* words, std::size_t count);

  // Transposes 64 rows of 64 bits.
  void (*transpose)(const std::uint64_t* in, std::uint64_t* out);

  // Returns the number of spikes.
  std::uint64_t (*list_rows)(const ListPass& pass);

  void (*overlaps)(const OverlapPass& pass);
  void (*ideal_array)(const IdealPass& pass);
  void (*device_array)(const DevicePass& pass);
};

}  // namespace xpike::reference
