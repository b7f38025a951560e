// SPDX-License-Identifier: Apache-2.0
// The one place that knows which engines this build has.
#pragma once

#include <memory>
#include <xpike/configs.hpp>

#include "model/engine.hpp"
#include "model/network.hpp"
#include "rtl_engine.hpp"

namespace xpike::cli {

std::unique_ptr<Engine> make_reference(const Config& config, const Network& network);

// Throws Error unless this build has a simulated chip of this configuration.
void require_rtl(const Config& config);

// The simulated chip. Throws Error if this build has no simulated chip of this configuration.
std::unique_ptr<Engine> make_rtl(const Config& config, const Network& network,
                                 const sim::RtlOptions& options);

}  // namespace xpike::cli
