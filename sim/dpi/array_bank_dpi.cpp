// SPDX-License-Identifier: Apache-2.0
// C entry points of the array kernel; the imports are declared in
// rtl/aimc/xpk_array_bank_sim_dpi.sv. An error crosses the boundary as a return value where
// the RTL can report it; anything else ends the simulation.
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>

#include "array_bank.hpp"

namespace {

using xpike::dpi::ArrayBank;
using xpike::dpi::SynapticArray;

constexpr std::uint32_t input_words = 8;  // 256 rows
constexpr std::size_t call_lanes = 16;    // converter lanes of one call
constexpr std::uint32_t code_bits = 5;

SynapticArray& array_of(void* handle, unsigned int layer, unsigned int array) {
  return static_cast<ArrayBank*>(handle)->array(layer, array);
}

}  // namespace

extern "C" {

void* xpk_bank_create(unsigned int layers, unsigned int arrays, unsigned int rows,
                      unsigned int cols) {
  return std::make_unique<ArrayBank>(layers, arrays, rows, cols).release();
}

void xpk_bank_destroy(void* handle) {
  const std::unique_ptr<ArrayBank> owner(static_cast<ArrayBank*>(handle));
}

int xpk_bank_write(void* handle, unsigned int layer, unsigned int array, unsigned int row,
                   unsigned int col, unsigned int plus, unsigned int minus) {
  try {
    array_of(handle, layer, array).write(row, col, plus, minus);
    xpike::dpi::note_written({static_cast<ArrayBank*>(handle), layer});
  } catch (const std::out_of_range&) {
    return 0;
  }
  return 1;
}

int xpk_bank_read(void* handle, unsigned int layer, unsigned int array, unsigned int row,
                  unsigned int col) {
  try {
    const SynapticArray::Cell cell = array_of(handle, layer, array).read(row, col);
    return static_cast<int>((cell.plus << 13) | cell.minus);
  } catch (const std::out_of_range&) {
    return -1;
  }
}

void xpk_bank_accumulate(void* handle, unsigned int layer, unsigned int array,
                         const std::uint32_t* x) {
  array_of(handle, layer, array).accumulate(std::span(x, input_words));
}

// Codes of `lanes` columns from `first`, 5 bits each, lane 0 lowest.
void xpk_bank_convert(void* handle, unsigned int layer, unsigned int array, unsigned int first,
                      unsigned int lanes, unsigned int shift, unsigned int gain,
                      std::uint32_t* codes) {
  std::array<std::int32_t, call_lanes> lane_codes{};
  array_of(handle, layer, array).convert(first, shift, gain, std::span(lane_codes).first(lanes));
  std::uint64_t window = 0;  // bits not yet written to `codes`
  std::uint32_t filled = 0;
  std::uint32_t word = 0;
  for (const std::int32_t code : lane_codes) {
    window |= std::uint64_t{static_cast<std::uint32_t>(code) & 0x1fU} << filled;
    filled += code_bits;
    if (filled >= 32) {
      codes[word++] = static_cast<std::uint32_t>(window);
      window >>= 32;
      filled -= 32;
    }
  }
  codes[word] = static_cast<std::uint32_t>(window);  // 16 bits remain
}

}  // extern "C"
