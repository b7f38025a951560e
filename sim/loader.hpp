// SPDX-License-Identifier: Apache-2.0
// Puts a network onto a chip through its register port.
//
// Cells take one cycle each that way, which large chips would spend minutes on: their arrays are
// filled behind the ports' back (the tests prove that both ways leave the same chip).
#pragma once

#include <cstdint>
#include <vector>

#include "chip.hpp"
#include "model/network.hpp"

namespace xpike::sim {

/// How cells reach the arrays.
enum class Door {
  kFront,      ///< through the register port
  kBack,       ///< one write through the port per row block, to find it, the rest into the kernel
  kAutomatic,  ///< the front door up to kFrontDoorCells
};
inline constexpr std::int64_t kFrontDoorCells = 1 << 19;

/// Programs every synaptic array, neuron parameter and converter of the network, and the
/// configuration registers that do not change from image to image. Cells and columns that the
/// network does not use become 0.
void load_network(Chip& chip, const Config& config, const Network& network,
                  Door door = Door::kAutomatic);

/// Registers and neuron parameters only: what a reset loses. Conductances survive it.
void load_registers(Chip& chip, const Config& config, const Network& network);

/// Conductances alone: what programming and time change.
void load_cells(Chip& chip, const Config& config, const Network& network,
                Door door = Door::kAutomatic);

/// What calibration passes have left, one list per matrix in the order of for_each_matrix, one
/// value per row block of the network; the head has one value.
struct CalibrationState {
  std::vector<std::vector<std::uint32_t>> sums;   ///< of the last pass
  std::vector<std::vector<std::uint32_t>> sums0;  ///< right after programming
  std::vector<std::vector<std::uint16_t>> gains;  ///< in use
};
CalibrationState read_calibration(Chip& chip, const Config& config, const Network& network);
/// Sums of an earlier baseline pass, back into a chip that has been without power.
void load_baseline(Chip& chip, const Config& config, const Network& network,
                   const std::vector<std::vector<std::uint32_t>>& sums0);

/// Rows that must be sent: all up to the last one that carries a value or a spike. The encoder
/// makes the position rows by itself and reads rows that were not sent as 0.
int packet_rows(const Network& network, const TokenImage& image, int steps);

/// Registers of one run: network options and scores asked for, tokens, rows and kind of the image,
/// time steps, seed, image number. `rows` is at least packet_rows() of every image that runs with
/// these registers; default: that number.
void load_run(Chip& chip, const Network& network, const TokenImage& image,
              const RunOptions& options, std::uint32_t image_number, int rows);
void load_run(Chip& chip, const Network& network, const TokenImage& image,
              const RunOptions& options, std::uint32_t image_number);

/// Input packet of docs/architecture.md for load_run's registers: whole beats of `input_words`.
std::vector<std::uint32_t> make_packet(const TokenImage& image, int steps, int rows,
                                       int input_words);
std::vector<std::uint32_t> make_packet(const Network& network, const TokenImage& image, int steps,
                                       int input_words);

}  // namespace xpike::sim
