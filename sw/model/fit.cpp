// SPDX-License-Identifier: Apache-2.0
#include "model/fit.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "model/error.hpp"

namespace xpike {
namespace {

struct SizeRule {
  const char* field;
  int network;
  int config;
  bool equal;  // otherwise the network may be smaller
};

std::array<SizeRule, 11> size_rules(const Network& network, const Config& config) {
  const Shape& shape = network.shape;
  return {{{"network.tokens", shape.tokens, config.tokens, true},
           {"network.heads", shape.heads, config.heads, true},
           {"network.head_dim", shape.head_dim, config.head_dim, true},
           {"network.dim", shape.dim, config.dim, true},
           {"network.ff", shape.ff, config.ff, true},
           {"array.rows", network.array_rows, config.array_rows, true},
           {"array.cols", network.array_cols, config.array_cols, true},
           {"network.depth", shape.depth, config.depth, false},
           {"network.input_rows", shape.input_rows, config.input_rows, false},
           {"network.classes", shape.classes, config.classes, false},
           {"network.steps", shape.steps, config.steps, false}}};
}

}  // namespace

std::optional<Misfit> find_misfit(const Network& network, const Config& config) {
  for (const SizeRule& rule : size_rules(network, config)) {
    if (rule.equal ? rule.network == rule.config : rule.network <= rule.config) continue;
    return Misfit{rule.field,
                  fmt::format("{} does not fit configuration {}, which has {}{}", rule.network,
                              config.name, rule.equal ? "" : "at most ", rule.config)};
  }
  return std::nullopt;
}

void check_fit(const Network& network, const Config& config, std::string_view place) {
  if (const auto misfit = find_misfit(network, config)) {
    throw Error(place, misfit->field, misfit->problem);
  }
}

const Config& config_by_name(std::string_view name) {
  const auto found = std::ranges::find(configs, name, &Config::name);
  if (found != configs.end()) return *found;
  std::vector<std::string_view> names;
  names.reserve(configs.size());
  for (const Config& config : configs) names.push_back(config.name);
  throw Error("command line", "--config",
              fmt::format("unknown configuration '{}'; known: {}", name, fmt::join(names, ", ")));
}

Shape full_shape(const Config& config) {
  Shape shape;
  shape.tokens = config.tokens;
  shape.heads = config.heads;
  shape.head_dim = config.head_dim;
  shape.dim = config.dim;
  shape.ff = config.ff;
  shape.depth = config.depth;
  shape.input_rows = config.input_rows;
  shape.classes = config.classes;
  shape.steps = config.steps;
  return shape;
}

const Config& first_fitting_config(const Network& network, std::string_view place) {
  const auto found = std::ranges::find_if(
      configs, [&](const Config& config) { return !find_misfit(network, config); });
  if (found != configs.end()) return *found;
  throw Error(place, "network", "fits no configuration; `xpike configs` lists them");
}

const Config& choose_config(const std::optional<std::string>& name, const Network& network,
                            std::string_view place) {
  if (!name) return first_fitting_config(network, place);
  const Config& config = config_by_name(*name);
  check_fit(network, config, place);
  return config;
}

void check_run(const Network& network, const Config& config, const TokenImage& image,
               const RunOptions& options) {
  const auto require = [](bool condition, const char* field, const std::string& problem) {
    if (!condition) throw Error("run", field, problem);
  };
  require(options.steps >= 1 && options.steps <= config.steps, "steps",
          fmt::format("{} is outside 1..{}", options.steps, config.steps));
  require(image.tokens >= 1 && image.tokens <= config.tokens, "tokens of the image",
          fmt::format("{} is outside 1..{}", image.tokens, config.tokens));
  require(image.rows == network.shape.input_rows, "rows of the image",
          fmt::format("{} instead of {}", image.rows, network.shape.input_rows));
  if (image.stream) {
    const SpikeTensor& stream = *image.stream;
    require(stream.tokens() == image.tokens && stream.features() == image.rows,
            "spikes of the image", "have other tokens or rows");
    require(stream.steps() >= options.steps, "spikes of the image",
            fmt::format("hold {} time steps, fewer than {}", stream.steps(), options.steps));
    return;
  }
  require(image.values.size() ==
              static_cast<std::size_t>(image.tokens) * static_cast<std::size_t>(image.rows),
          "values of the image", "count does not match tokens x rows");
  require(std::ranges::all_of(image.values, [](auto value) { return value <= kMaxInput; }),
          "values of the image", fmt::format("a value exceeds {}", kMaxInput));
}

}  // namespace xpike
