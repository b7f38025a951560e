// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "cli/requests.hpp"
#include "energy/estimate.hpp"
#include "model/error.hpp"
#include "model/file_io.hpp"
#include "model/fit.hpp"

namespace xpike::cli {
namespace {

using energy::Activity;
using energy::Converter;
using energy::Design;

constexpr int kMinBits = 4;
constexpr int kMaxBits = 8;
constexpr int kMaxScoreBytes = 1 << 20;
constexpr std::int64_t kMaxInputs = 1 << 20;
constexpr double kUsualRate = 0.2;
constexpr int kMaxTile = 256;  // largest side of an attention tile, as in sw/gen/configs.cpp

Converter parse_converter(const std::string& text) {
  for (const Converter kind : {Converter::kMlsa, Converter::kSar}) {
    if (text == energy::to_text(kind)) return kind;
  }
  throw Error("command line", "--converter", fmt::format("'{}' is neither mlsa nor sar", text));
}

// Sizes of a configuration that may be changed for an estimate, "field=value".
void change(Config& config, const std::string& text) {
  static constexpr std::array kFields{
      std::pair{"tokens", &Config::tokens},         std::pair{"heads", &Config::heads},
      std::pair{"head_dim", &Config::head_dim},     std::pair{"ff", &Config::ff},
      std::pair{"depth", &Config::depth},           std::pair{"steps", &Config::steps},
      std::pair{"array_rows", &Config::array_rows}, std::pair{"array_cols", &Config::array_cols},
      std::pair{"converters", &Config::converters}, std::pair{"input_rows", &Config::input_rows},
      std::pair{"classes", &Config::classes}};
  const std::size_t equals = text.find('=');
  if (equals != std::string::npos) {
    int value = 0;
    const char* end = text.data() + text.size();
    const auto [rest, code] = std::from_chars(text.data() + equals + 1, end, value);
    for (const auto& [name, field] : kFields) {
      if (text.substr(0, equals) != name) continue;
      if (code != std::errc() || rest != end || value < 1 || value > 4096) {
        throw Error("command line", "--set", fmt::format("'{}': 1..4096 expected", text));
      }
      config.*field = value;
      return;
    }
  }
  std::string known;
  for (const auto& [name, field] : kFields) known += fmt::format(" {}", name);
  throw Error("command line", "--set", fmt::format("'{}' is not field=value, of{}", text, known));
}

Design design_of(const EnergyRequest& request) {
  require_range(request.bits, kMinBits, kMaxBits, "--bits");
  require_range(request.score_bytes, 0, kMaxScoreBytes, "--score-bytes");
  Design design{config_by_name(request.config), parse_converter(request.converter),
                static_cast<int>(request.bits), static_cast<int>(request.score_bytes)};
  Config& c = design.config;
  const bool one_block = c.tile_tokens == c.tokens;
  for (const std::string& text : request.set) change(c, text);
  // A tile that had room for the whole sequence keeps that.
  if (one_block) c.tile_tokens = std::min(c.tokens, kMaxTile);
  c.dim = c.heads * c.head_dim;
  if (c.converters > c.array_cols) {
    throw Error("command line", "--set", "more converters than columns of an array");
  }
  return design;
}

Activity activity_for(const EnergyRequest& request, const Config& config) {
  if (request.run) {
    for (const auto& [option, given] : {std::pair("--rate", request.rate.has_value()),
                                        std::pair("--rates", request.rates.has_value()),
                                        std::pair("--tokens", request.tokens.has_value()),
                                        std::pair("--steps", request.steps.has_value()),
                                        std::pair("--set", !request.set.empty())}) {
      if (given) throw Error("command line", option, "does not go with --run, which says it");
    }
    energy::RunActivity run = energy::activity_of_run(*request.run);
    if (run.config.name == config.name) return run.activity;
    throw Error(request.run->string(), "configuration",
                fmt::format("is '{}', not '{}'", run.config.name, config.name));
  }
  if (request.rate && request.rates) {
    throw Error("command line", "--rate", "does not go with --rates");
  }
  const double rate = request.rate.value_or(kUsualRate);
  if (!(rate >= 0.0 && rate <= 1.0)) {
    throw Error("command line", "--rate", fmt::format("{} is outside 0..1", rate));
  }
  const std::int64_t tokens = request.tokens.value_or(config.tokens);
  const std::int64_t steps = request.steps.value_or(config.steps);
  require_range(tokens, 1, config.tokens, "--tokens");
  require_range(steps, 1, config.steps, "--steps");
  energy::Rates rates = energy::uniform_rates(rate);
  std::string source = fmt::format("assumed spike rate {:g}", rate);
  if (request.rates) {
    const energy::RunActivity other = energy::activity_of_run(*request.rates);
    rates = energy::rates_of(other.activity, other.config);
    source = fmt::format("assumed spike rates, those of a {} on {}", other.activity.source,
                         other.config.name);
  }
  return energy::assumed_activity(config, static_cast<int>(tokens), static_cast<int>(steps), rates,
                                  source);
}

}  // namespace

int energy_command(const EnergyRequest& request) {
  const Design design = design_of(request);
  const std::int64_t inputs = request.inputs.value_or(design.config.input_rows);
  require_range(inputs, 1, kMaxInputs, "--inputs");
  const energy::UnitTable table = energy::load_units(request.units);
  const energy::Units units = table.at_node(static_cast<int>(request.node));
  const Activity activity = activity_for(request, design.config);
  const energy::Estimate result =
      energy::estimate(design, activity, units, static_cast<int>(inputs));
  if (request.json) {
    AtomicFile file(*request.json);
    file.write(energy::estimate_json(result));
    file.commit();
  }
  fmt::print("{}", energy::estimate_table(result));
  return 0;
}

}  // namespace xpike::cli
