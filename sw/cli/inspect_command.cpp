// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <variant>

#include "cli/requests.hpp"
#include "mapping/mapping.hpp"
#include "model/error.hpp"
#include "model/file_io.hpp"
#include "model/fit.hpp"
#include "model/model_file.hpp"

namespace xpike::cli {
namespace {

using mapping::MatrixMap;
using mapping::NetworkMap;
using nlohmann::json;

// Bits of the memories that hold spikes or inputs between phases, as built.
struct MemorySizes {
  std::int64_t input = 0;  // for every input row of every token, the 9 bits of an integer or one
                           // spike per time step, whichever is more
  std::int64_t x = 0;      // one bit for each token, step and feature, as for the others
  std::int64_t qkv = 0;
  std::int64_t a = 0;
};

MemorySizes memory_sizes(const Config& config) {
  const std::int64_t spikes = std::int64_t{config.tokens} * config.steps * config.dim;
  const std::int64_t input = std::int64_t{std::max(9, config.steps)} * config.tokens;
  return {input * config.input_rows, spikes, 3 * spikes, spikes};
}

std::int64_t used_cells(const MatrixMap& map) {
  std::int64_t cells = 0;
  for (const mapping::ArrayPlace& place : map.arrays) cells += place.used_cells();
  return cells;
}

double utilisation(const MatrixMap& map, const NetworkMap& all) {
  const auto cells = static_cast<double>(map.arrays.size()) * all.array_rows * all.array_cols;
  return static_cast<double>(used_cells(map)) / cells;
}

std::string input_text(const InputSpec& input) {
  if (const auto* spikes = std::get_if<SpikeTokenizer>(&input.tokenizer)) {
    return fmt::format("spike streams, {} tokens of {} rows", spikes->n_tokens, spikes->rows);
  }
  if (const auto* tokens = std::get_if<TokenTokenizer>(&input.tokenizer)) {
    return fmt::format("tokens of {} rows, as many as the data have", tokens->rows);
  }
  const auto& patch = std::get<PatchTokenizer>(input.tokenizer);
  return fmt::format("images of {} x {}, {} patches of {} x {}", patch.height, patch.width,
                     patch.tokens(), patch.patch, patch.patch);
}

std::string table(const std::string& file, const Network& network, const Config& config,
                  const NetworkMap& map) {
  fmt::memory_buffer out;
  auto to = std::back_inserter(out);
  const Shape& s = network.shape;
  fmt::format_to(to, "model         {} ({})\n", file, network.name);
  fmt::format_to(to, "network       {} tokens, {} heads x {}, dim {}, ff {}, {} layers, {} steps\n",
                 s.tokens, s.heads, s.head_dim, s.dim, s.ff, s.depth, s.steps);
  fmt::format_to(to, "              {} input rows, {} classes, pooling {}, {}\n", s.input_rows,
                 s.classes, to_text(network.pooling), network.causal ? "causal" : "not causal");
  fmt::format_to(to, "input         {}\n", input_text(network.input));
  for (std::size_t l = 0; l < network.layers.size(); ++l) {
    const Layer& layer = network.layers[l];
    const std::string outputs = layer.row_exponent ? fmt::format("row {:+}", layer.row_offset)
                                                   : fmt::format("{}", layer.k_a);
    fmt::format_to(to, "layer {:<8}score exponent {}, output exponent {}, residuals {} and {}\n", l,
                   layer.k_s, outputs, to_text(layer.res1), to_text(layer.res2));
  }
  fmt::format_to(to, "configuration {}, arrays of {} x {}\n\n", config.name, map.array_rows,
                 map.array_cols);
  fmt::format_to(to, "{:<14}{:>12}{:>12}{:>8}{:>11}{:>12}\n", "matrix", "in x out", "row blocks",
                 "arrays", "weights", "utilisation");
  for (const MatrixMap& entry : map.matrices) {
    fmt::format_to(to, "{:<14}{:>12}{:>12}{:>8}{:>11}{:>11.1f}%\n", entry.name,
                   fmt::format("{} x {}", entry.in, entry.out), entry.row_blocks,
                   entry.arrays.size(), used_cells(entry), 100.0 * utilisation(entry, map));
  }
  fmt::format_to(to, "{:<14}{:>12}{:>12}{:>8}{:>11}{:>11.1f}%\n", "total", "", "", map.arrays(),
                 map.used_cells(),
                 100.0 * static_cast<double>(map.used_cells()) / static_cast<double>(map.cells()));
  fmt::format_to(to, "\ndevices       {} ({} pairs), of which {} hold weights\n", 2 * map.cells(),
                 map.cells(), 2 * map.used_cells());
  const MemorySizes bits = memory_sizes(config);
  fmt::format_to(to, "spike memory  x {} bits, Q, K and V {} bits, A {} bits; input {} bits\n",
                 bits.x, bits.qkv, bits.a, bits.input);
  return fmt::to_string(out);
}

std::string document(const std::string& file, const Network& network, const Config& config,
                     const NetworkMap& map) {
  const Shape& s = network.shape;
  json matrices = json::array();
  for (const MatrixMap& entry : map.matrices) {
    json arrays = json::array();
    for (const mapping::ArrayPlace& place : entry.arrays) {
      arrays.push_back({{"row_block", place.row_block},
                        {"array", place.array},
                        {"first_row", place.first_row},
                        {"used_rows", place.used_rows},
                        {"first_col", place.first_col},
                        {"used_cols", place.used_cols}});
    }
    matrices.push_back({{"name", entry.name},
                        {"in", entry.in},
                        {"out", entry.out},
                        {"row_blocks", entry.row_blocks},
                        {"arrays_per_block", entry.arrays_per_block},
                        {"weights", used_cells(entry)},
                        {"utilisation", utilisation(entry, map)},
                        {"arrays", arrays}});
  }
  const MemorySizes bits = memory_sizes(config);
  const json out{
      {"model", file},
      {"name", network.name},
      {"configuration", config.name},
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
      {"array", {{"rows", map.array_rows}, {"cols", map.array_cols}}},
      {"arrays", map.arrays()},
      {"device_pairs", map.cells()},
      {"used_device_pairs", map.used_cells()},
      {"matrices", matrices},
      {"memory_bits", {{"input", bits.input}, {"x", bits.x}, {"qkv", bits.qkv}, {"a", bits.a}}}};
  return out.dump(1, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace

int inspect_command(const InspectRequest& request) {
  const Network network = load_model(request.model);
  const std::string file = request.model.string();
  const Config& config = choose_config(request.config, network, file);
  const NetworkMap map = mapping::map_network(network, config);
  if (request.json) {
    AtomicFile json_file(*request.json);
    json_file.write(document(file, network, config, map));
    json_file.commit();
  }
  fmt::print("{}", table(file, network, config, map));
  return 0;
}

}  // namespace xpike::cli
