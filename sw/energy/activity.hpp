// SPDX-License-Identifier: Apache-2.0
// What the chip does for one image: events counted by an engine, or assumed.
#pragma once

#include <array>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <xpike/configs.hpp>

#include "energy/design.hpp"

namespace xpike::energy {

// Events of one image by the names of configs/registers.json; means over images, so no integers.
using Counts = std::map<std::string, double, std::less<>>;

struct Activity {
  std::string source;  // for people: where the counts come from
  int tokens = 0;
  int steps = 0;
  int depth = 0;
  Counts counts;
  bool measured_cycles = false;   // else counts has no cycles
  bool measured_traffic = false;  // else memory bits are those of the formulas below

  // Throws std::out_of_range for an unknown event.
  double at(std::string_view event) const;
  double token_steps() const { return static_cast<double>(tokens) * steps; }
};

// Events that follow from the sizes alone: array multiplications, conversions, LIF updates, columns
// and draws of the attention, memory bits. selected: tokens that the head reads.
Counts counts_of_sizes(const Config& config, int tokens, int steps, int depth, int selected);

// Shares of places with a spike, 0..1.
struct Rates {
  std::array<double, kStages> inputs{};   // of every stage
  std::array<double, kStages> outputs{};  // 0 for the head
  double input = 0.0, a = 0.0, res1 = 0.0, res2 = 0.0;
};
Rates uniform_rates(double rate);
Rates rates_of(const Activity& activity, const Config& config);

// Sizes of the configuration, spikes of the rates. source: what the activity calls its source.
Activity assumed_activity(const Config& config, int tokens, int steps, const Rates& rates,
                          const std::string& source);

// The events of a report of `xpike run --json`; what the engine did not measure is filled in by
// counts_of_sizes. The configuration is the one that the report names.
// Throws Error(file, field, ...).
struct RunActivity {
  Config config;
  Activity activity;
};
RunActivity activity_of_run(const std::filesystem::path& file);

// Share of places with a spike, at the input of a stage or in its output.
double input_rate(const Activity& activity, const Stage& stage);
double output_rate(const Activity& activity, const Stage& stage);

// Input vectors that a stage has worked on, all layers together.
double vectors(const Activity& activity, const Stage& stage);

}  // namespace xpike::energy
