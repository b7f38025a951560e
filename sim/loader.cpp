// SPDX-License-Identifier: Apache-2.0
#include "loader.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "dpi/array_bank.hpp"
#include "model/error.hpp"

namespace xpike::sim {

namespace {

// Matrix numbers of register TARGET.
enum class MatrixId : std::uint32_t { embed, q, k, v, proj, ff1, ff2, head };

struct Placed {
  MatrixId id;
  int layer;
  const Matrix* matrix;
  int built_in;  // of the configuration: the arrays that exist
  int built_out;
};

std::vector<Placed> place(const Config& config, const Network& network) {
  std::vector<Placed> all;
  all.push_back({MatrixId::embed, 0, &network.embed, config.input_rows, config.dim});
  for (std::size_t l = 0; l < network.layers.size(); ++l) {
    const Layer& layer = network.layers[l];
    const int number = static_cast<int>(l);
    all.push_back({MatrixId::q, number, &layer.q, config.dim, config.dim});
    all.push_back({MatrixId::k, number, &layer.k, config.dim, config.dim});
    all.push_back({MatrixId::v, number, &layer.v, config.dim, config.dim});
    all.push_back({MatrixId::proj, number, &layer.proj, config.dim, config.dim});
    all.push_back({MatrixId::ff1, number, &layer.ff1, config.dim, config.ff});
    all.push_back({MatrixId::ff2, number, &layer.ff2, config.ff, config.dim});
  }
  all.push_back({MatrixId::head, 0, &network.head, config.dim, config.classes});
  return all;
}

std::uint32_t target(const Placed& placed, int row_block, int array) {
  return regs::target_matrix.put(static_cast<std::uint32_t>(placed.id)) |
         regs::target_layer.put(static_cast<std::uint32_t>(placed.layer)) |
         regs::target_row_block.put(static_cast<std::uint32_t>(row_block)) |
         regs::target_array.put(static_cast<std::uint32_t>(array));
}

// One array, cell by cell: columns first, then rows.
std::vector<std::uint32_t> cells_of(const Config& config, const Matrix& matrix, int row_block,
                                    int array) {
  std::vector<std::uint32_t> words;
  words.reserve(static_cast<std::size_t>(config.array_rows) *
                static_cast<std::size_t>(config.array_cols));
  for (int row = 0; row < config.array_rows; ++row) {
    const int in = array * config.array_rows + row;
    for (int col = 0; col < config.array_cols; ++col) {
      const int out = row_block * config.array_cols + col;
      std::uint32_t plus = 0;
      std::uint32_t minus = 0;
      if (in < matrix.in && out < matrix.out) {
        if (matrix.devices) {
          plus = matrix.devices->plus[matrix.index(out, in)];
          minus = matrix.devices->minus[matrix.index(out, in)];
        } else {
          const int weight = matrix.weight_at(out, in);
          plus = static_cast<std::uint32_t>(256 * std::max(weight, 0));
          minus = static_cast<std::uint32_t>(256 * std::max(-weight, 0));
        }
      }
      words.push_back(regs::cell_data_plus.put(plus) | regs::cell_data_minus.put(minus));
    }
  }
  return words;
}

int row_blocks(const Config& config, const Placed& placed) {
  return ceil_div(placed.built_out, config.array_cols);
}

int arrays_per_block(const Config& config, const Placed& placed) {
  return ceil_div(placed.built_in, config.array_rows);
}

void load_arrays(Chip& chip, const Config& config, const Placed& placed) {
  for (int block = 0; block < row_blocks(config, placed); ++block) {
    for (int array = 0; array < arrays_per_block(config, placed); ++array) {
      chip.write(regs::target, target(placed, block, array));
      chip.write(regs::cell_address, 0);
      chip.write_all(regs::cell_data, cells_of(config, *placed.matrix, block, array));
    }
  }
}

// The arrays behind a row block: where a write through the ports arrives.
dpi::Written find_arrays(Chip& chip, const Placed& placed, int block) {
  dpi::take_last_written();
  chip.write(regs::target, target(placed, block, 0));
  chip.write(regs::cell_address, 0);
  chip.write(regs::cell_data, 0);
  chip.read(regs::target);  // the write has passed the window by now
  const dpi::Written place = dpi::take_last_written();
  if (place.bank == nullptr) throw Error("chip", "cells", "a write did not reach its arrays");
  return place;
}

void fill_arrays(Chip& chip, const Config& config, const Placed& placed) {
  for (int block = 0; block < row_blocks(config, placed); ++block) {
    const dpi::Written place = find_arrays(chip, placed, block);
    for (int array = 0; array < arrays_per_block(config, placed); ++array) {
      dpi::SynapticArray& kernel =
          place.bank->array(place.layer, static_cast<std::uint32_t>(array));
      const auto cols = static_cast<std::uint32_t>(config.array_cols);
      std::uint32_t cell = 0;
      for (const std::uint32_t word : cells_of(config, *placed.matrix, block, array)) {
        kernel.write(cell / cols, cell % cols, regs::cell_data_plus.get(word),
                     regs::cell_data_minus.get(word));
        ++cell;
      }
    }
  }
}

std::int64_t cell_count(const Config& config, const std::vector<Placed>& all) {
  std::int64_t arrays = 0;
  for (const Placed& placed : all) {
    arrays += std::int64_t{row_blocks(config, placed)} * arrays_per_block(config, placed);
  }
  return arrays * config.array_rows * config.array_cols;
}

void load_neurons(Chip& chip, const Config& config, const Placed& placed) {
  const Matrix& matrix = *placed.matrix;
  for (int block = 0; block < row_blocks(config, placed); ++block) {
    chip.write(regs::target, target(placed, block, 0));
    chip.write(regs::column, 0);
    const int first = block * config.array_cols;
    const int columns = std::min(config.array_cols, placed.built_out - first);
    std::vector<std::uint32_t> words;
    for (int c = 0; c < columns; ++c) {
      const auto out = static_cast<std::size_t>(first + c);
      const bool used = first + c < matrix.out;
      // A column that is not used cannot spike; the head has no threshold.
      const int threshold =
          !used || matrix.threshold.empty() ? kMaxThreshold : matrix.threshold[out];
      const int bias = used ? matrix.bias[out] : 0;
      words.push_back(regs::neuron_threshold.put(static_cast<std::uint32_t>(threshold)) |
                      regs::neuron_bias.put(static_cast<std::uint32_t>(bias)));
    }
    chip.write_all(regs::neuron, words);
    // Row blocks that the network does not have compute nothing that is read.
    const auto setting = std::min(static_cast<std::size_t>(block), matrix.gain.size() - 1);
    chip.write(regs::converter, regs::converter_gain.put(matrix.gain[setting]) |
                                    regs::converter_shift.put(matrix.shift[setting]));
  }
}

std::uint32_t layer_word(const Layer& layer) {
  return regs::layer_k_s.put(static_cast<std::uint32_t>(layer.k_s)) |
         regs::layer_k_a.put(static_cast<std::uint32_t>(layer.k_a)) |
         regs::layer_row_exponent.put(layer.row_exponent ? 1U : 0U) |
         regs::layer_row_offset.put(static_cast<std::uint32_t>(layer.row_offset)) |
         regs::layer_res1.put(static_cast<std::uint32_t>(layer.res1)) |
         regs::layer_res2.put(static_cast<std::uint32_t>(layer.res2));
}

std::uint32_t input_word(const InputSpec& input, bool spikes, int rows) {
  return regs::input_k_input.put(static_cast<std::uint32_t>(input.exponent)) |
         regs::input_position_enable.put(input.position_base ? 1U : 0U) |
         regs::input_spikes.put(spikes ? 1U : 0U) |
         regs::input_rows.put(static_cast<std::uint32_t>(rows));
}

// Fills the last beat of a token or token-step up with zeros.
void fill_beat(std::vector<std::uint32_t>& words, int input_words) {
  while (words.size() % static_cast<std::size_t>(input_words) != 0) words.push_back(0);
}

std::vector<std::uint32_t> intensity_packet(const TokenImage& image, int rows, int input_words) {
  std::vector<std::uint32_t> words;
  for (int n = 0; n < image.tokens; ++n) {
    for (int f = 0; f < rows; f += 2) {
      const std::uint32_t low = image.at(n, f);
      const std::uint32_t high = f + 1 < rows ? image.at(n, f + 1) : 0;
      words.push_back(low | high << 16U);
    }
    fill_beat(words, input_words);
  }
  return words;
}

std::vector<std::uint32_t> spike_packet(const SpikeTensor& stream, int rows, int steps,
                                        int input_words) {
  std::vector<std::uint32_t> words;
  for (int n = 0; n < stream.tokens(); ++n) {
    for (int t = 0; t < steps; ++t) {
      for (int first = 0; first < rows; first += 32) {
        std::uint32_t word = 0;
        for (int f = first; f < std::min(first + 32, rows); ++f) {
          if (stream.get(t, n, f)) word |= std::uint32_t{1} << static_cast<unsigned>(f - first);
        }
        words.push_back(word);
      }
      fill_beat(words, input_words);
    }
  }
  return words;
}

}  // namespace

void load_registers(Chip& chip, const Config& config, const Network& network) {
  for (const Placed& placed : place(config, network)) load_neurons(chip, config, placed);
  const InputSpec& input = network.input;
  chip.write(regs::depth, static_cast<std::uint32_t>(network.shape.depth));
  chip.write(regs::position_base, static_cast<std::uint32_t>(input.position_base.value_or(0)));
  chip.write(regs::classes, static_cast<std::uint32_t>(network.shape.classes));
  for (std::size_t l = 0; l < network.layers.size(); ++l) {
    chip.write(regs::layer, layer_word(network.layers[l]), static_cast<unsigned>(l));
  }
  for (int word = 0; word < ceil_div(config.input_rows, 32); ++word) {
    std::uint32_t bits = 0;
    for (int bit = 0; bit < 32; ++bit) {
      const int row = 32 * word + bit;
      if (row < network.shape.input_rows && input.is_binary(row)) {
        bits |= std::uint32_t{1} << static_cast<unsigned>(bit);
      }
    }
    chip.write(regs::binary, bits, static_cast<unsigned>(word));
  }
}

void load_network(Chip& chip, const Config& config, const Network& network, Door door) {
  load_cells(chip, config, network, door);
  load_registers(chip, config, network);
}

void load_cells(Chip& chip, const Config& config, const Network& network, Door door) {
  const std::vector<Placed> all = place(config, network);
  const bool front = door == Door::kFront ||
                     (door == Door::kAutomatic && cell_count(config, all) <= kFrontDoorCells);
  for (const Placed& placed : all) {
    front ? load_arrays(chip, config, placed) : fill_arrays(chip, config, placed);
  }
}

namespace {

// Words of the calibration table that the network uses.
int table_words(const Config& config, const Placed& placed) {
  return placed.id == MatrixId::head ? 1 : row_blocks(config, placed);
}

}  // namespace

CalibrationState read_calibration(Chip& chip, const Config& config, const Network& network) {
  CalibrationState state;
  for (const Placed& placed : place(config, network)) {
    auto& sums = state.sums.emplace_back();
    auto& sums0 = state.sums0.emplace_back();
    auto& gains = state.gains.emplace_back();
    for (int block = 0; block < table_words(config, placed); ++block) {
      chip.write(regs::target, target(placed, block, 0));
      sums.push_back(chip.read(regs::calibration_sum));
      sums0.push_back(chip.read(regs::calibration_sum0));
      gains.push_back(static_cast<std::uint16_t>(regs::gain_gain.get(chip.read(regs::gain))));
    }
  }
  return state;
}

void load_baseline(Chip& chip, const Config& config, const Network& network,
                   const std::vector<std::vector<std::uint32_t>>& sums0) {
  std::size_t matrix = 0;
  for (const Placed& placed : place(config, network)) {
    for (int block = 0; block < table_words(config, placed); ++block) {
      chip.write(regs::target, target(placed, block, 0));
      chip.write(regs::calibration_sum0, sums0.at(matrix).at(static_cast<std::size_t>(block)));
    }
    ++matrix;
  }
}

int packet_rows(const Network& network, const TokenImage& image, int steps) {
  const InputSpec& input = network.input;
  int rows = 1;
  const auto count = [&](int f) {
    if (!input.is_position(f, image.tokens)) rows = std::max(rows, f + 1);
  };
  for (int n = 0; n < image.tokens; ++n) {
    for (int t = 0; image.stream && t < steps; ++t) {
      for_each_one(image.stream->row(t, n), [&](std::size_t f) { count(static_cast<int>(f)); });
    }
    for (int f = 0; !image.stream && f < image.rows; ++f) {
      if (image.at(n, f) != 0) count(f);
    }
  }
  return rows;
}

void load_run(Chip& chip, const Network& network, const TokenImage& image,
              const RunOptions& options, std::uint32_t image_number) {
  load_run(chip, network, image, options, image_number, packet_rows(network, image, options.steps));
}

void load_run(Chip& chip, const Network& network, const TokenImage& image,
              const RunOptions& options, std::uint32_t image_number, int rows) {
  chip.write(regs::n_tokens, static_cast<std::uint32_t>(image.tokens));
  chip.write(regs::input, input_word(network.input, image.stream.has_value(), rows));
  chip.write(regs::steps, static_cast<std::uint32_t>(options.steps));
  chip.write(regs::mode, regs::mode_causal.put(network.causal ? 1U : 0U) |
                             regs::mode_pooling.put(static_cast<std::uint32_t>(network.pooling)) |
                             regs::mode_anytime.put(options.final_scores ? 0U : 1U));
  chip.write(regs::seed, options.seed);
  chip.write(regs::image, image_number);
}

std::vector<std::uint32_t> make_packet(const Network& network, const TokenImage& image, int steps,
                                       int input_words) {
  return make_packet(image, steps, packet_rows(network, image, steps), input_words);
}

std::vector<std::uint32_t> make_packet(const TokenImage& image, int steps, int rows,
                                       int input_words) {
  return image.stream ? spike_packet(*image.stream, rows, steps, input_words)
                      : intensity_packet(image, rows, input_words);
}

}  // namespace xpike::sim
