// SPDX-License-Identifier: Apache-2.0
// configs/configs.json, with everything that is generated from it.
#include "gen/configs.hpp"

#include <algorithm>

#include "fuzz/check.hpp"

using namespace xpike::gen;
namespace fuzz = xpike::fuzz;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::value_or_refusal<InputError>([&] {
    const auto configs = parse_configs(parse_json(fuzz::text(data, size), "file"), "file");
    fuzz::require(!configs.empty(), "at least one configuration");
    for (const BuildConfig& config : configs) {
      fuzz::require(config.dim == config.heads * config.head_dim, "dim");
      // A line break in a text would make the rest of it code.
      fuzz::require(fuzz::is_one_line(config.name), "name is one line");
      fuzz::require(config.purpose.empty() || fuzz::is_one_line(config.purpose),
                    "purpose is one line");
      fuzz::require(!core_wrapper(config).empty(), "wrapper");
    }
    fuzz::require(!configs_header(configs).empty(), "header");
  });
  return 0;
}
