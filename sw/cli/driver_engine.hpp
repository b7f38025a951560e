// SPDX-License-Identifier: Apache-2.0
// The driver behind the interface of the engines: a chip that is reached through its host
// interface, simulated or real.
#pragma once

#include <memory>
#include <string>
#include <xpike/configs.hpp>

#include "model/engine.hpp"
#include "model/network.hpp"

namespace xpike::cli {

// Where the chip is: "sim", or "mmap:FILE" or "mmap:FILE@OFFSET" (a UIO device, offset in bytes).
struct TransportChoice {
  bool simulated = true;
  std::string file;
  std::uint64_t offset = 0;
};
// Throws Error for anything else.
TransportChoice parse_transport(const std::string& text);

// Loads the network through the driver; a chip that is not simulated also reads every cell back.
// Throws Error if that fails.
std::unique_ptr<Engine> make_driver(const Config& config, const Network& network,
                                    const TransportChoice& transport);

}  // namespace xpike::cli
