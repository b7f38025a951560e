// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <xpike/configs.hpp>

#include "cli/requests.hpp"

namespace xpike::cli {
namespace {

nlohmann::json config_json(const Config& c) {
  return {{"name", c.name},
          {"purpose", c.purpose},
          {"tokens", c.tokens},
          {"heads", c.heads},
          {"head_dim", c.head_dim},
          {"dim", c.dim},
          {"ff", c.ff},
          {"depth", c.depth},
          {"steps", c.steps},
          {"input_rows", c.input_rows},
          {"classes", c.classes},
          {"array_rows", c.array_rows},
          {"array_cols", c.array_cols},
          {"converters", c.converters},
          {"adc_cycles", c.adc_cycles},
          {"input_words", c.input_words},
          {"tile_tokens", c.tile_tokens},
          {"chain_copies", c.chain_copies},
          {"calibration", c.calibration},
          {"folded", c.folded},
          {"leap_encoder", c.leap_encoder},
          {"leap_score", c.leap_score},
          {"leap_value", c.leap_value}};
}

}  // namespace

int configs_command(const ConfigsRequest& request) {
  if (request.json) {
    nlohmann::json list = nlohmann::json::array();
    for (const Config& config : configs) list.push_back(config_json(config));
    fmt::print("{}\n", list.dump(1));
    return 0;
  }
  fmt::print("{:<12}{:>7}{:>12}{:>6}{:>6}{:>7}{:>7}{:>7}{:>9}{:>12}{:>12}  {}\n", "name", "tokens",
             "heads x dK", "dim", "ff", "depth", "steps", "input", "classes", "array", "converters",
             "purpose");
  for (const Config& c : configs) {
    fmt::print("{:<12}{:>7}{:>12}{:>6}{:>6}{:>7}{:>7}{:>7}{:>9}{:>12}{:>12}  {}\n", c.name,
               c.tokens, fmt::format("{} x {}", c.heads, c.head_dim), c.dim, c.ff, c.depth, c.steps,
               c.input_rows, c.classes, fmt::format("{} x {}", c.array_rows, c.array_cols),
               c.converters, c.purpose);
  }
  return 0;
}

}  // namespace xpike::cli
