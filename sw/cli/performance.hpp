// SPDX-License-Identifier: Apache-2.0
// Cycles of a run beside what the arrays could do, and the speed of its simulation.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>
#include <xpike/configs.hpp>

#include "cli/runner.hpp"
#include "timeline.hpp"

namespace xpike::cli {

// Cycles of one image in one state of the controller, or in all its waits for seeds.
struct Phase {
  std::string name;  // "input", "aimc 0", "ssa 0", "aimc 1", ..., "readout", "seeds"
  std::uint64_t cycles = 0;
  std::optional<double> ideal;  // docs/architecture.md, Timing; AIMC and SSA phases only
};

struct RunSize {
  int tokens = 0;
  int steps = 0;
  int depth = 0;
  bool causal = false;
};

struct Performance {
  double clock_hz = 0.0;
  std::optional<double> ideal_cycles;     // of an image: AIMC and SSA phases
  std::optional<double> latency_seconds;  // of an image, from start to the last result word
  // At the end of the run: cycles from result to result, where images overlap, or of an image.
  std::optional<double> result_interval;
  // Inside run() of an engine, summed over images and threads.
  std::optional<double> wall_seconds_rtl;
  std::optional<double> wall_seconds_reference;
  // Built attention cells times columns streamed, per second of simulation.
  std::optional<double> cells_updates_per_second;
  std::vector<Phase> phases;  // of image 0 on the simulated chip, in order; seeds last
};

// timeline: of image 0; empty without a simulated chip.
Performance performance_of(const Config& config, const RunSize& size, const RunOutcome& outcome,
                           const sim::Timeline& timeline, double clock_hz);

// Lines of the report.
std::string performance_table(const Performance& performance);
// Adds the fields of the same names, and "cycles_per_phase".
void add_performance(const Performance& performance, nlohmann::json& report);

}  // namespace xpike::cli
