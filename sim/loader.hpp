// SPDX-License-Identifier: Apache-2.0
// Puts a network onto a chip through its register port.
#pragma once

#include "chip.hpp"
#include "model/network.hpp"

namespace xpike::sim {

/// Programs every synaptic array, neuron parameter and converter of the network, and the
/// configuration registers that do not change from image to image. Cells and columns that the
/// network does not use become 0.
void load_network(Chip& chip, const Config& config, const Network& network);

/// Registers and neuron parameters only: what a reset loses. Conductances survive it.
void load_registers(Chip& chip, const Config& config, const Network& network);

/// Registers of one run: tokens and rows of the image, time steps, seed, image number.
void load_run(Chip& chip, const Network& network, const TokenImage& image,
              const RunOptions& options, std::uint32_t image_number);

/// Input packet of docs/architecture.md for load_run's registers.
std::vector<std::uint32_t> make_packet(const Network& network, const TokenImage& image);

}  // namespace xpike::sim
