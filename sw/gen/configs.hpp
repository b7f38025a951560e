// SPDX-License-Identifier: Apache-2.0
// The named build configurations: reading, checking, and the files generated from them.
#pragma once

#include <string>
#include <vector>

#include "gen/fields.hpp"

namespace xpike::gen {

/// One configuration; the fields mean what docs/architecture.md says.
struct BuildConfig {
  std::string name;
  std::string purpose;
  int tokens, tile_tokens, heads, head_dim, dim, ff, depth, steps;
  int input_rows, classes;
  int array_rows, array_cols, converters, adc_cycles, input_words;
  int leap_encoder, leap_score, leap_value;
  int chain_copies;
  int calibration;  // 1: drift compensation is built in
  int folded;       // 1: one of everything, for small chips

  /// The name as part of an identifier: dashes become underscores.
  std::string identifier() const;
};

/// Checks a parsed configs.json. `file` is its name in error messages. Throws InputError.
std::vector<BuildConfig> parse_configs(const Json& root, const std::string& file);

/// The wrapper module xpk_core_<identifier>.
std::string core_wrapper(const BuildConfig& config);
/// The same with the host interface, xpk_axi_<identifier>.
std::string axi_wrapper(const BuildConfig& config);
/// The same behind two pins, xpk_uart_<identifier>; its parameters are those of the bridge.
std::string uart_wrapper(const BuildConfig& config);
/// The C++ header <xpike/configs.hpp>.
std::string configs_header(const std::vector<BuildConfig>& configs);

}  // namespace xpike::gen
