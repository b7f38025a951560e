// SPDX-License-Identifier: Apache-2.0
// Networks as bundles of the driver (driver/xpk_bundle.h).
#pragma once

#include <cstdint>
#include <vector>
#include <xpike/configs.hpp>

#include "model/network.hpp"

namespace xpike::sim {

/// Everything that puts the network onto a chip of this configuration, with the options of a run as
/// the network has them. Throws Error if it does not fit.
std::vector<std::uint32_t> make_bundle(const Config& config, const Network& network);

}  // namespace xpike::sim
