// SPDX-License-Identifier: Apache-2.0
#include "model/model_json.hpp"

#include <fmt/format.h>

#include <array>
#include <limits>

#include "model/error.hpp"
#include "model/strict_json.hpp"

namespace xpike {
namespace {

using nlohmann::json;

constexpr int kFormat = 1;
// Wide enough for every field; check_shape() knows the narrow ranges.
constexpr int kLow = -1'000'000;
constexpr int kHigh = 1'000'000;

// The choice among `values` whose text is the field's.
template <class Choice>
Choice parse_choice(JsonReader& reader, const std::string& key,
                    std::initializer_list<Choice> values) {
  const std::string text = reader.text(key);
  std::string known;
  for (const Choice value : values) {
    if (text == to_text(value)) return value;
    known += fmt::format("{}{}", known.empty() ? "" : ", ", to_text(value));
  }
  throw Error(reader.place(), reader.path_of(key),
              fmt::format("'{}' is not one of {}", text, known));
}

Shape parse_shape(JsonReader& reader) {
  const auto size = [&](const char* key) { return reader.integer(key, kLow, kHigh); };
  Shape shape;
  shape.tokens = size("tokens");
  shape.heads = size("heads");
  shape.head_dim = size("head_dim");
  shape.dim = size("dim");
  shape.ff = size("ff");
  shape.depth = size("depth");
  shape.input_rows = size("input_rows");
  shape.classes = size("classes");
  shape.steps = size("steps");
  return shape;
}

SpikeTokenizer parse_spike_tokenizer(JsonReader& reader) {
  SpikeTokenizer tokenizer;
  tokenizer.n_tokens = reader.integer("tokens", kLow, kHigh);
  tokenizer.rows = reader.integer("rows", kLow, kHigh);
  return tokenizer;
}

TokenTokenizer parse_token_tokenizer(JsonReader& reader) {
  return {reader.integer("rows", kLow, kHigh)};
}

PatchTokenizer parse_patch_tokenizer(JsonReader& reader) {
  PatchTokenizer tokenizer;
  tokenizer.height = reader.integer("height", kLow, kHigh);
  tokenizer.width = reader.integer("width", kLow, kHigh);
  tokenizer.patch = reader.integer("patch", kLow, kHigh);
  tokenizer.stride = reader.integer("stride", kLow, kHigh);
  tokenizer.pad = reader.integer("pad", kLow, kHigh);
  return tokenizer;
}

InputSpec parse_input(JsonReader reader) {
  InputSpec input;
  input.exponent = reader.integer("exponent", kLow, kHigh);
  const json& base = reader.any("position_base");
  if (!base.is_null()) {
    input.position_base =
        json_integer(base, kLow, kHigh, reader.place(), reader.path_of("position_base"));
  }
  const std::string field = reader.path_of("binary");
  for (const json& range : reader.array("binary")) {
    if (!range.is_array() || range.size() != 2) {
      throw Error(reader.place(), field, "an entry is not a pair of rows");
    }
    input.binary.emplace_back(json_integer(range[0], kLow, kHigh, reader.place(), field),
                              json_integer(range[1], kLow, kHigh, reader.place(), field));
  }
  JsonReader tokenizer = reader.object("tokenizer");
  const std::string kind = tokenizer.text("kind");
  if (kind == "patch") {
    input.tokenizer = parse_patch_tokenizer(tokenizer);
  } else if (kind == "spikes") {
    input.tokenizer = parse_spike_tokenizer(tokenizer);
  } else if (kind == "tokens") {
    input.tokenizer = parse_token_tokenizer(tokenizer);
  } else {
    throw Error(tokenizer.place(), tokenizer.path_of("kind"),
                fmt::format("'{}' is not one of patch, spikes, tokens", kind));
  }
  tokenizer.done();
  reader.done();
  return input;
}

json tokenizer_json(const PatchTokenizer& tokenizer) {
  return {{"kind", "patch"},          {"height", tokenizer.height}, {"width", tokenizer.width},
          {"patch", tokenizer.patch}, {"stride", tokenizer.stride}, {"pad", tokenizer.pad}};
}

json tokenizer_json(const SpikeTokenizer& tokenizer) {
  return {{"kind", "spikes"}, {"tokens", tokenizer.n_tokens}, {"rows", tokenizer.rows}};
}

json tokenizer_json(const TokenTokenizer& tokenizer) {
  return {{"kind", "tokens"}, {"rows", tokenizer.rows}};
}

Layer parse_layer(const json& value, std::string_view place, std::size_t index) {
  const auto residuals = {Residual::kIand, Residual::kOr, Residual::kXor};
  JsonReader reader(value, place, fmt::format("layers[{}]", index));
  Layer layer;
  layer.k_s = reader.integer("k_s", kLow, kHigh);
  layer.k_a = reader.integer("k_a", kLow, kHigh);
  layer.row_exponent = reader.boolean("row_exponent");
  layer.row_offset = reader.integer("row_offset", kLow, kHigh);
  layer.res1 = parse_choice<Residual>(reader, "res1", residuals);
  layer.res2 = parse_choice<Residual>(reader, "res2", residuals);
  reader.done();
  return layer;
}

}  // namespace

Network parse_model_json(std::string_view text, std::string_view place) {
  const json document = parse_json(text, place, "xpikeformer");
  JsonReader reader(document, place, "");
  const int format = reader.integer("format", 0, std::numeric_limits<int>::max());
  if (format != kFormat) {
    throw Error(place, "format", fmt::format("version {} is not {}", format, kFormat));
  }
  Network network;
  network.name = reader.text("name");

  JsonReader shape = reader.object("network");
  network.shape = parse_shape(shape);
  network.causal = shape.boolean("causal");
  network.pooling =
      parse_choice<Pooling>(shape, "pooling", {Pooling::kAll, Pooling::kFirst, Pooling::kLast});
  shape.done();

  JsonReader array = reader.object("array");
  network.array_rows = array.integer("rows", kLow, kHigh);
  network.array_cols = array.integer("cols", kLow, kHigh);
  array.done();

  network.input = parse_input(reader.object("input"));
  const json& layers = reader.array("layers");
  for (std::size_t l = 0; l < layers.size(); ++l) {
    network.layers.push_back(parse_layer(layers[l], place, l));
  }
  network.training = reader.has("training") ? reader.any("training").dump() : "{}";
  reader.done();
  check_shape(network, place);
  return network;
}

std::string model_json(const Network& network) {
  const Shape& s = network.shape;
  json layers = json::array();
  for (const Layer& layer : network.layers) {
    layers.push_back({{"k_s", layer.k_s},
                      {"k_a", layer.k_a},
                      {"row_exponent", layer.row_exponent},
                      {"row_offset", layer.row_offset},
                      {"res1", to_text(layer.res1)},
                      {"res2", to_text(layer.res2)}});
  }
  json binary = json::array();
  for (const auto& [begin, end] : network.input.binary) binary.push_back(json::array({begin, end}));
  json base;
  if (network.input.position_base) base = *network.input.position_base;
  const json document{
      {"format", kFormat},
      {"name", network.name},
      {"network",
       {{"tokens", s.tokens},
        {"heads", s.heads},
        {"head_dim", s.head_dim},
        {"dim", s.dim},
        {"ff", s.ff},
        {"depth", s.depth},
        {"input_rows", s.input_rows},
        {"classes", s.classes},
        {"steps", s.steps},
        {"causal", network.causal},
        {"pooling", to_text(network.pooling)}}},
      {"array", {{"rows", network.array_rows}, {"cols", network.array_cols}}},
      {"input",
       {{"exponent", network.input.exponent},
        {"position_base", base},
        {"binary", binary},
        {"tokenizer", std::visit([](const auto& kind) { return tokenizer_json(kind); },
                                 network.input.tokenizer)}}},
      {"layers", layers},
      {"training", parse_json(network.training, "network '" + network.name + "'", "training")}};
  return document.dump();
}

}  // namespace xpike
