// SPDX-License-Identifier: Apache-2.0
// Which configuration of the chip can run which network.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <xpike/configs.hpp>

#include "model/engine.hpp"
#include "model/network.hpp"

namespace xpike {

// Why the network cannot run on the configuration: the first misfit, or nothing.
// Tokens, heads, columns per head, dim, ff and the array shape must be equal; depth, steps, input
// rows and classes may be smaller in the network.
struct Misfit {
  std::string field;
  std::string problem;
};
std::optional<Misfit> find_misfit(const Network& network, const Config& config);

// Throws Error(place, field, ...) if the network does not fit.
void check_fit(const Network& network, const Config& config, std::string_view place);

// Configuration by name; throws Error("command line", "--config", ...) with the known names.
const Config& config_by_name(std::string_view name);

// The largest network that fits.
Shape full_shape(const Config& config);

// First listed configuration that the network fits; throws Error(place, "network", ...).
const Config& first_fitting_config(const Network& network, std::string_view place);

// The named configuration, which the network must fit, or the first that it fits; throws Error.
const Config& choose_config(const std::optional<std::string>& name, const Network& network,
                            std::string_view place);

// Throws Error for an image or options that this network cannot run on this configuration.
void check_run(const Network& network, const Config& config, const TokenImage& image,
               const RunOptions& options);

}  // namespace xpike
