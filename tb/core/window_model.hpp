// SPDX-License-Identifier: Apache-2.0
// The programming windows (registers TARGET to GAIN) as docs/registers.md describes them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <type_traits>
#include <xpike/registers.hpp>

#include "aimc/ports.hpp"
#include "core/build_shape.hpp"

namespace xpike::tb {

/// table_t: a word of the calibration table.
struct TableAccess {
  static constexpr unsigned sum = 0, sum0 = 1, gain = 2;  // items
  std::uint32_t data = 0;
  Target target{};
  unsigned item = 0;
  bool read = false;
  bool write = false;
};
template <class Fields, class Any>
requires std::is_same_v<std::remove_const_t<Any>, TableAccess>
void fields_of(Fields& f, Any& access) {
  f.field(32, access.data);
  fields_of_target(f, access.target);
  f.field(2, access.item);
  f.field(1, access.read);
  f.field(1, access.write);
}

class WindowModel {
 public:
  explicit WindowModel(const BuildShape& shape, bool calibration = true)
      : shape_(shape), calibration_(calibration) {}

  struct Answer {
    bool error = false;      // an address or target that does not exist: nothing else happens
    std::uint32_t data = 0;  // of a read
    std::optional<ParWrite> par;
    std::optional<CellAccess> cell;
    std::optional<TableAccess> table;
    bool late_read() const { return (cell && cell->read) || (table && table->read); }
  };

  Answer access(bool write, std::uint16_t address, std::uint32_t data) {
    Answer answer;
    if (address == regs::target.address) {
      if (write) {
        target_ = {.matrix = regs::target_matrix.get(data),
                   .layer = regs::target_layer.get(data),
                   .row_block = regs::target_row_block.get(data),
                   .array = regs::target_array.get(data)};
      }
      answer.data = target_word(target_);
    } else if (address == regs::cell_address.address) {
      if (write) {
        row_ = regs::cell_address_row.get(data);
        col_ = regs::cell_address_col.get(data);
      }
      answer.data = regs::cell_address_row.put(row_) | regs::cell_address_col.put(col_);
    } else if (address == regs::cell_data.address) {
      cell(write, data, answer);
    } else if (address == regs::column.address) {
      if (write) column_ = regs::column_column.get(data);
      answer.data = regs::column_column.put(column_);
    } else if (address >= regs::calibration_sum.address) {
      table(write, address, data, answer);
    } else if (write) {
      neuron_or_converter(address == regs::neuron.address, data, answer);
    }
    return answer;
  }

  static std::uint32_t target_word(const Target& target) {
    return regs::target_matrix.put(target.matrix) | regs::target_layer.put(target.layer) |
           regs::target_row_block.put(target.row_block) | regs::target_array.put(target.array);
  }

 private:
  bool block_exists() const {
    return target_.layer < shape_.layers(target_.matrix) &&
           target_.row_block < shape_.row_blocks(target_.matrix);
  }

  void cell(bool write, std::uint32_t data, Answer& answer) {
    if (!block_exists() || target_.array >= shape_.arrays(target_.matrix) ||
        row_ >= shape_.array_rows || col_ >= shape_.array_cols) {
      answer.error = true;
      return;
    }
    answer.cell = CellAccess{
        .target = target_,
        .row = row_,
        .col = col_,
        .data = {.plus = regs::cell_data_plus.get(data), .minus = regs::cell_data_minus.get(data)},
        .write = write,
        .read = !write};
    // The column counts up, then the row; both are 8 bits wide.
    if (++col_ == shape_.array_cols) {
      col_ = 0;
      row_ = (row_ + 1) % 256;
    }
  }

  void table(bool write, std::uint16_t address, std::uint32_t data, Answer& answer) {
    if (write && address != regs::calibration_sum0.address) return;  // read-only
    if (!block_exists() || !calibration_) {
      answer.error = true;
      return;
    }
    answer.table =
        TableAccess{.data = data,
                    .target = target_,
                    .item = address == regs::calibration_sum.address    ? TableAccess::sum
                            : address == regs::calibration_sum0.address ? TableAccess::sum0
                                                                        : TableAccess::gain,
                    .read = !write,
                    .write = write};
  }

  void neuron_or_converter(bool neuron, std::uint32_t data, Answer& answer) {
    const unsigned threshold = regs::neuron_threshold.get(data);
    const unsigned gain = regs::converter_gain.get(data);
    if (!block_exists() || (neuron && (column_ >= shape_.array_cols || threshold == 0)) ||
        (!neuron && gain == 0)) {
      answer.error = true;
      return;
    }
    const unsigned bias = regs::neuron_bias.get(data);
    answer.par = ParWrite{.target = target_,
                          .neuron = neuron,
                          .converter = !neuron,
                          .column = column_,
                          .threshold = threshold,
                          .bias = static_cast<int>(bias) - (bias >= 2048 ? 4096 : 0),
                          .gain = gain,
                          .shift = regs::converter_shift.get(data)};
    if (neuron) column_ = (column_ + 1) % 256;
  }

  BuildShape shape_;
  bool calibration_;
  Target target_;
  unsigned row_ = 0, col_ = 0, column_ = 0;
};

/// An access to one of the windows, mostly to something that exists, the last ones often.
struct WindowAccess {
  bool write;
  std::uint16_t address;
  std::uint32_t data;
};
inline WindowAccess random_window_access(const BuildShape& shape, Random& random) {
  const auto kind = random.below(19);
  const auto noise = static_cast<std::uint32_t>(random.bits(32));
  const auto pick = [&](unsigned count) {  // one too many now and then
    return with_ends(random, 0, count - (random.chance(0.1) ? 0 : 1));
  };
  if (kind < 2) {
    const auto matrix = static_cast<unsigned>(random.below(8));
    const Target target{.matrix = matrix,
                        .layer = pick(shape.layers(matrix)),
                        .row_block = pick(shape.row_blocks(matrix)),
                        .array = pick(shape.arrays(matrix))};
    const std::uint32_t word = WindowModel::target_word(target);
    return {random.chance(0.8), regs::target.address,
            random.chance(0.05) ? noise : word | (noise & ~regs::target.mask)};
  }
  if (kind < 4) {
    const std::uint32_t word = regs::cell_address_row.put(pick(shape.array_rows)) |
                               regs::cell_address_col.put(pick(shape.array_cols));
    return {random.chance(0.8), regs::cell_address.address,
            word | (noise & ~regs::cell_address.mask)};
  }
  if (kind < 10) return {random.chance(0.5), regs::cell_data.address, noise};
  if (kind < 11) {
    return {random.chance(0.8), regs::column.address,
            pick(shape.array_cols) | (noise & ~regs::column.mask)};
  }
  if (kind < 14) {
    const std::uint32_t word = random.chance(0.1) ? noise & ~regs::neuron_threshold.mask() : noise;
    return {random.chance(0.9), regs::neuron.address, word};
  }
  if (kind >= 16) {
    const auto* reg =
        std::array{&regs::calibration_sum, &regs::calibration_sum0, &regs::gain}[kind - 16];
    return {random.chance(0.5), reg->address, noise};
  }
  const std::uint32_t word = random.chance(0.1) ? noise & ~regs::converter_gain.mask() : noise;
  return {random.chance(0.9), regs::converter.address, word};
}

}  // namespace xpike::tb
