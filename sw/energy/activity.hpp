// SPDX-License-Identifier: Apache-2.0
// What the chip does for one image: events counted by an engine, or assumed.
#pragma once

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

// Every tensor spikes at the same rate, 0..1.
Activity assumed_activity(const Config& config, int tokens, int steps, double rate);

// The events of a report of `xpike run --json` on the configuration. What the engine did not
// measure is filled in by counts_of_sizes. Throws Error(file, field, ...).
Activity activity_of_run(const std::filesystem::path& file, const Config& config);

// Share of places with a spike, at the input of a stage or in its output.
double input_rate(const Activity& activity, const Stage& stage);
double output_rate(const Activity& activity, const Stage& stage);

// Input vectors that a stage has worked on, all layers together.
double vectors(const Activity& activity, const Stage& stage);

}  // namespace xpike::energy
