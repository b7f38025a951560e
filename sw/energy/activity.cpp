// SPDX-License-Identifier: Apache-2.0
#include "energy/activity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "energy/design.hpp"
#include "model/network.hpp"

namespace xpike::energy {
namespace {

constexpr int kIntensityBits = 9;

std::string named(std::string_view prefix, std::string_view name) {
  return fmt::format("{}_{}", prefix, name);
}

double layers_run(const Activity& activity, const Stage& stage) {
  return stage.copies == 1 ? 1 : activity.depth;
}

}  // namespace

double Activity::at(std::string_view event) const {
  const auto found = counts.find(event);
  if (found == counts.end()) throw std::out_of_range(fmt::format("no event {}", event));
  return found->second;
}

Counts counts_of_sizes(const Config& c, int tokens, int steps, int depth, int selected) {
  Counts out;
  const double token_steps = static_cast<double>(tokens) * steps;
  const double layer_steps = token_steps * depth;
  for (const Stage& stage : stages_of(c)) {
    const bool once = stage.name == "embed" || stage.head();
    const double runs =
        stage.head() ? static_cast<double>(selected) * steps : (once ? token_steps : layer_steps);
    out[named("mvms", stage.name)] = runs * stage.arrays * stage.blocks;
    out["conversions"] += runs * stage.arrays * stage.out;
    if (!stage.head()) out["lif_updates"] += runs * stage.out;
  }
  // Attention works on blocks of tile_tokens queries and keys; no mask leaves any out.
  const int rows = ceil_div(tokens, c.tile_tokens);
  const double lanes = static_cast<double>(c.heads) * ceil_div(c.tokens, 4);
  const int lane_rows = c.tokens > 256 ? 2 : 4;  // numbers of bank A that a lane offers
  const double value_lanes =
      static_cast<double>(c.heads) * ceil_div(std::min(rows * c.tile_tokens, c.tokens), lane_rows);
  const double columns = static_cast<double>(depth) * steps * c.head_dim * rows * rows;
  out["ssa_columns"] = columns;
  out["draws_encoder"] = token_steps * ceil_div(c.input_rows, 4);
  out["draws_score"] = static_cast<double>(depth) * steps * lanes;
  out["draws_value"] = static_cast<double>(depth) * steps * c.head_dim * value_lanes;
  // Intensities are read once per token; Q, K, V one column of all built tokens at a time; all
  // else in words of one token-step.
  out["input_read_bits"] = static_cast<double>(tokens) * c.input_rows * kIntensityBits;
  out["qkv_write_bits"] = 3.0 * c.dim * layer_steps;
  out["qkv_read_bits"] = 3.0 * c.heads * c.tile_tokens * columns;
  for (const char* event : {"a_write_bits", "a_read_bits", "x_write_bits", "x_read_bits"}) {
    out[event] = c.dim * layer_steps;
  }
  return out;
}

Rates uniform_rates(double rate) {
  Rates rates;
  rates.inputs.fill(rate);
  rates.outputs.fill(rate);
  rates.outputs.back() = 0.0;
  rates.input = rates.a = rates.res1 = rates.res2 = rate;
  return rates;
}

Rates rates_of(const Activity& activity, const Config& c) {
  Rates rates;
  const auto stages = stages_of(c);
  for (std::size_t i = 0; i < stages.size(); ++i) {
    rates.inputs[i] = input_rate(activity, stages[i]);
    rates.outputs[i] = output_rate(activity, stages[i]);
  }
  const double layer_places = activity.token_steps() * activity.depth * c.dim;
  rates.input = activity.at("spikes_input") / (activity.token_steps() * c.input_rows);
  rates.a = activity.at("spikes_a") / layer_places;
  rates.res1 = activity.at("spikes_res1") / layer_places;
  rates.res2 = activity.at("spikes_res2") / layer_places;
  return rates;
}

Activity assumed_activity(const Config& c, int tokens, int steps, const Rates& rates,
                          const std::string& source) {
  Activity out{source, tokens, steps, c.depth, {}, false, false};
  out.counts = counts_of_sizes(c, tokens, steps, c.depth, tokens);
  const double token_steps = out.token_steps();
  const auto stages = stages_of(c);
  for (std::size_t i = 0; i < stages.size(); ++i) {
    const Stage& stage = stages[i];
    const double runs = token_steps * layers_run(out, stage);
    out.counts[named("active_rows", stage.name)] = rates.inputs[i] * runs * stage.in * stage.blocks;
    if (stage.head()) continue;
    out.counts[named("spikes", stage.output)] = rates.outputs[i] * runs * stage.out;
  }
  const double layer_places = token_steps * c.depth * c.dim;
  out.counts["spikes_input"] = rates.input * token_steps * c.input_rows;
  out.counts["spikes_a"] = rates.a * layer_places;
  out.counts["spikes_res1"] = rates.res1 * layer_places;
  out.counts["spikes_res2"] = rates.res2 * layer_places;
  out.counts["gated_rows"] = layer_places - out.counts["spikes_q"];
  return out;
}

double vectors(const Activity& activity, const Stage& stage) {
  return activity.at(named("mvms", stage.name)) / (stage.arrays * stage.blocks);
}

double input_rate(const Activity& activity, const Stage& stage) {
  const double places = vectors(activity, stage) * stage.in * stage.blocks;
  return places == 0.0 ? 0.0 : activity.at(named("active_rows", stage.name)) / places;
}

double output_rate(const Activity& activity, const Stage& stage) {
  const double places = vectors(activity, stage) * stage.out;
  if (stage.head() || places == 0.0) return 0.0;
  return activity.at(named("spikes", stage.output)) / places;
}

}  // namespace xpike::energy
