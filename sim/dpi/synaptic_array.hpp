// SPDX-License-Identifier: Apache-2.0
// One behavioural synaptic array of a bank (docs/numerics.md, section 5).
//
// RTL-side code: it shares no source with the reference model, so that the two can disagree.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace xpike::dpi {

// Rows x cols pairs of devices, each an unsigned 13-bit conductance, 0 at power-up.
class SynapticArray {
 public:
  // Throws std::invalid_argument unless rows and cols are 1..256.
  SynapticArray(std::uint32_t rows, std::uint32_t cols);

  // Throws std::out_of_range for a cell that does not exist or a conductance above 8191.
  void write(std::uint32_t row, std::uint32_t col, std::uint32_t plus, std::uint32_t minus);

  struct Cell {
    std::uint32_t plus;
    std::uint32_t minus;
  };
  // Throws std::out_of_range for a cell that does not exist.
  [[nodiscard]] Cell read(std::uint32_t row, std::uint32_t col) const;

  // Sums all columns over the rows whose bit is set; bit r of the input is bit r % 32 of word
  // r / 32. Bits at and above `rows` must be 0.
  void accumulate(std::span<const std::uint32_t> x);

  // Codes of columns first, first + 1, ... of the last accumulate(), each -16..15; columns beyond
  // the array give 0. shift is 0..7, gain 0..65535.
  void convert(std::uint32_t first, std::uint32_t shift, std::uint32_t gain,
               std::span<std::int32_t> codes) const noexcept;

 private:
  [[nodiscard]] std::size_t index(std::uint32_t row, std::uint32_t col) const;
  void add_levels(std::span<const std::uint16_t> rows);
  void add_differentials(std::span<const std::uint16_t> rows);

  std::uint32_t rows_;
  std::uint32_t cols_;
  std::vector<std::int16_t> differential_;  // [row][col], plus - minus: all that a sum needs
  std::vector<std::int8_t> levels_;         // [row][col], the same in whole levels, -31..31
  std::size_t uneven_ = 0;                  // cells whose differential is no whole level
  std::vector<std::int16_t> plus_;          // [row][col], only to read cells back
  std::vector<std::int16_t> level_sums_;    // [col]
  std::vector<std::int32_t> sums_;          // [col]
};

}  // namespace xpike::dpi
