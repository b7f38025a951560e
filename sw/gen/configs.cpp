// SPDX-License-Identifier: Apache-2.0
#include "gen/configs.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <regex>

namespace xpike::gen {
namespace {

constexpr int MaxTile = 256;
constexpr int MaxBlocks = 4;
constexpr int MaxTokens = MaxBlocks * MaxTile;
constexpr int MaxHeadDim = 256;
constexpr int MaxSteps = 64;
constexpr int MaxFoldedTokens = 64;
constexpr int MaxFoldedWidth = 2048;
constexpr int MaxLeap = 32;
constexpr int MaxInputWords = 16;
constexpr std::size_t MaxName = 64;

// Lanes are seeded 2^20 steps apart on a cycle of 2^32 - 1 (docs/numerics.md, section 2). A lane of
// an attention bank draws at most once per column, so the ranges alone keep lanes from running into
// each other as long as there are at most this many.
constexpr int LaneDistance = 1 << 20;
constexpr int MaxLanes = 1 << 12;
static_assert(MaxSteps * MaxHeadDim * MaxLeap < LaneDistance);

// Lanes of banks S and A of a head.
int attention_lanes(int tokens) {
  const int bytes = (tokens + 3) / 4;
  return bytes + (tokens > 256 ? (tokens + 1) / 2 : bytes);
}

void check_tokens(const BuildConfig& c, const Fields& fields) {
  if (c.tile_tokens > c.tokens || c.tokens > MaxBlocks * c.tile_tokens) {
    fields.fail("tile_tokens",
                fmt::format("is {}, must be at most tokens = {} and at least a quarter of that",
                            c.tile_tokens, c.tokens));
  }
  if (c.tile_tokens < c.tokens && c.tile_tokens % 4 != 0) {
    fields.fail("tile_tokens",
                fmt::format("is {}, must be a multiple of 4 if it is below tokens", c.tile_tokens));
  }
  if (c.tokens * c.steps * c.leap_encoder >= LaneDistance) {
    fields.fail("leap_encoder", fmt::format("is {}, times tokens times steps must be below {}",
                                            c.leap_encoder, LaneDistance));
  }
  const int lanes = c.heads * attention_lanes(c.tokens);
  if (lanes > MaxLanes) {
    fields.fail("tokens", fmt::format("is {}, makes {} random lanes of the attention heads, more "
                                      "than {}",
                                      c.tokens, lanes, MaxLanes));
  }
}

void check_relations(const BuildConfig& c, const Fields& fields) {
  if (c.dim != c.heads * c.head_dim) {
    fields.fail("dim",
                fmt::format("is {}, must be heads * head_dim = {}", c.dim, c.heads * c.head_dim));
  }
  if (c.array_cols % c.head_dim != 0) {
    fields.fail("array_cols", fmt::format("is {}, must be a multiple of head_dim = {}",
                                          c.array_cols, c.head_dim));
  }
  if ((c.input_words & (c.input_words - 1)) != 0) {
    fields.fail("input_words", fmt::format("is {}, must be 1, 2, 4, 8 or 16", c.input_words));
  }
  if (c.head_dim % c.converters != 0) {
    fields.fail("converters",
                fmt::format("is {}, must divide head_dim = {}", c.converters, c.head_dim));
  }
  if (c.chain_copies != 1 && c.tile_tokens != c.tokens) {
    fields.fail("tile_tokens", fmt::format("is {}, must be tokens = {} with chain_copies",
                                           c.tile_tokens, c.tokens));
  }
  if (c.chain_copies != 1 && c.chain_copies != c.depth) {
    fields.fail("chain_copies",
                fmt::format("is {}, must be 1 or depth = {}", c.chain_copies, c.depth));
  }
}

/// What a folded core cannot be.
void check_folded(const BuildConfig& c, const Fields& fields) {
  if (c.folded == 0) return;
  const auto wants = [&](bool good, const char* field, int value, const char* wanted) {
    if (!good) fields.fail(field, fmt::format("is {}, must be {} with folded", value, wanted));
  };
  wants(c.tokens <= MaxFoldedTokens, "tokens", c.tokens, "at most 64");
  wants(c.tile_tokens == c.tokens, "tile_tokens", c.tile_tokens, "tokens");
  wants(c.dim <= MaxFoldedWidth, "dim", c.dim, "at most 2048");
  wants(c.ff <= MaxFoldedWidth, "ff", c.ff, "at most 2048");
  wants(c.input_words == 1, "input_words", c.input_words, "1");
  wants(c.chain_copies == 1, "chain_copies", c.chain_copies, "1");
  wants(c.calibration == 0, "calibration", c.calibration, "0");
  wants(c.leap_score == c.leap_encoder, "leap_score", c.leap_score, "leap_encoder");
  wants(c.leap_value == c.leap_encoder, "leap_value", c.leap_value, "leap_encoder");
}

/// `object` with the fields it lacks taken from the configuration it names as "like".
Json completed(const Json& object, const Json& all, const std::string& where) {
  Fields fields(object, where);
  if (!fields.has("like")) {
    return object;
  }
  const std::string base = fields.text("like");
  if (!all.contains(base) || Fields(all.at(base), where).has("like")) {
    fields.fail("like", "must name a configuration that lists all its fields");
  }
  Json whole = object;
  whole.erase("like");
  for (const auto& [key, value] : all.at(base).items()) {
    if (!whole.contains(key)) {
      whole[key] = value;
    }
  }
  return whole;
}

BuildConfig parse_config(const std::string& name, const Json& object, const std::string& where) {
  Fields fields(object, where);
  const auto number = [&](const char* key, int low, int high) {
    return static_cast<int>(fields.integer(key, low, high));
  };
  BuildConfig c{};
  c.name = name;
  c.purpose = fields.text("purpose");
  c.tokens = number("tokens", 1, MaxTokens);
  c.tile_tokens =
      fields.has("tile_tokens") ? number("tile_tokens", 1, MaxTile) : std::min(c.tokens, MaxTile);
  c.heads = number("heads", 1, 32);
  c.head_dim = number("head_dim", 1, MaxHeadDim);
  c.dim = number("dim", 1, 32 * MaxHeadDim);
  c.ff = number("ff", 1, 4096);
  c.depth = number("depth", 1, 16);
  c.steps = number("steps", 1, MaxSteps);
  c.input_rows = number("input_rows", 1, 1024);
  c.classes = number("classes", 1, 1024);
  c.array_rows = number("array_rows", 1, 256);
  c.array_cols = number("array_cols", 1, 256);
  c.converters = number("converters", 1, c.array_cols);
  c.adc_cycles = number("adc_cycles", 1, 16);
  c.input_words = number("input_words", 1, MaxInputWords);
  c.leap_encoder = number("leap_encoder", 1, MaxLeap);
  c.leap_score = number("leap_score", 1, MaxLeap);
  c.leap_value = number("leap_value", 1, MaxLeap);
  c.chain_copies = fields.has("chain_copies") ? number("chain_copies", 1, 16) : 1;
  c.calibration = fields.has("calibration") ? number("calibration", 0, 1) : 1;
  c.folded = fields.has("folded") ? number("folded", 0, 1) : 0;
  fields.finish();
  check_relations(c, fields);
  check_tokens(c, fields);
  check_folded(c, fields);
  return c;
}

}  // namespace

std::string BuildConfig::identifier() const {
  std::string id = name;
  std::replace(id.begin(), id.end(), '-', '_');
  return id;
}

std::vector<BuildConfig> parse_configs(const Json& root, const std::string& file) {
  static const std::regex name_pattern("[a-z][a-z0-9]*(-[a-z0-9]+)*");
  Fields top(root, file);
  top.text("comment");
  std::vector<BuildConfig> configs;
  const Json& all = top.object("configs");
  for (const auto& [name, object] : all.items()) {
    // The length first: the matcher's stack grows with the text.
    if (name.size() > MaxName || !std::regex_match(name, name_pattern)) {
      top.fail("configs." + name,
               fmt::format("must be lower-case words joined by single dashes, at most {} bytes",
                           MaxName));
    }
    const std::string where = fmt::format("{}: configs.{}", file, name);
    configs.push_back(parse_config(name, completed(object, all, where), where));
  }
  if (configs.empty()) {
    top.fail("configs", "is empty");
  }
  top.finish();
  return configs;
}

}  // namespace xpike::gen
