// SPDX-License-Identifier: Apache-2.0
// The register writes of the loader as a list, for chips that this program does not simulate.
#pragma once

#include <cstdint>
#include <vector>
#include <xpike/configs.hpp>

#include "model/engine.hpp"
#include "model/network.hpp"

namespace xpike::sim {

struct RegisterWrite {
  std::uint16_t address;  ///< counts 32-bit words
  std::uint32_t value;
  bool operator==(const RegisterWrite&) const = default;
};

/// What puts the network onto a chip after reset, in order: every cell of every array, neurons,
/// converters, configuration.
std::vector<RegisterWrite> network_writes(const Config& config, const Network& network);

/// What comes before the start of one run: tokens, rows, time steps, seed, image number.
std::vector<RegisterWrite> run_writes(const Config& config, const Network& network,
                                      const TokenImage& image, const RunOptions& options,
                                      std::uint32_t image_number);

}  // namespace xpike::sim
