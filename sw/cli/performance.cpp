// SPDX-License-Identifier: Apache-2.0
#include "cli/performance.hpp"

#include <fmt/format.h>

#include <iterator>
#include <nlohmann/json.hpp>

#include "energy/latency.hpp"

namespace xpike::cli {
namespace {

using nlohmann::json;

// AIMC phase number l of the network: EMBED to Q, K, V, or layer l - 1.
double ideal_aimc_phase(const Config& config, const RunSize& size, int l) {
  const auto up_to = [&](int depth) {
    return energy::ideal_aimc_cycles(config, size.tokens, size.steps, depth, config.adc_cycles);
  };
  return l == 0 ? up_to(0) : up_to(1) - up_to(0);
}

std::vector<Phase> phases_of(const Config& config, const RunSize& size,
                             const sim::Timeline& timeline) {
  std::vector<Phase> phases;
  Phase seeds{"seeds", 0, std::nullopt};
  for (const sim::Work& work : timeline) {
    const std::uint64_t cycles = work.end - work.begin;
    if (work.lane == "wait_input") {
      phases.push_back({"input", cycles, std::nullopt});
    } else if (work.lane == "aimc") {
      phases.push_back(
          {fmt::format("aimc {}", work.layer), cycles, ideal_aimc_phase(config, size, work.layer)});
    } else if (work.lane == "ssa") {
      phases.push_back({fmt::format("ssa {}", work.layer), cycles,
                        energy::ideal_ssa_cycles(config, size.tokens, size.steps, 1, size.causal)});
    } else if (work.lane == "readout") {
      phases.push_back({"readout", cycles, std::nullopt});
    } else if (work.lane == "wait_seed") {
      seeds.cycles += cycles;
    }
  }
  if (!phases.empty()) phases.push_back(seeds);
  return phases;
}

std::optional<double> busy_seconds(const EngineTotals& totals) {
  if (totals.busy_seconds == 0.0) return std::nullopt;  // the engine did not run
  return totals.busy_seconds;
}

json optional_json(std::optional<double> value) { return value ? json(*value) : json(); }

}  // namespace

Performance performance_of(const Config& config, const RunSize& size, const RunOutcome& outcome,
                           const sim::Timeline& timeline, double clock_hz) {
  Performance out;
  out.clock_hz = clock_hz;
  if (config.folded == 0) {
    out.ideal_cycles =
        energy::ideal_aimc_cycles(config, size.tokens, size.steps, size.depth, config.adc_cycles) +
        energy::ideal_ssa_cycles(config, size.tokens, size.steps, size.depth, size.causal);
  }
  out.wall_seconds_rtl = busy_seconds(outcome.rtl);
  out.wall_seconds_reference = busy_seconds(outcome.reference);
  if (outcome.rtl.cycles && out.wall_seconds_rtl) {
    // Where images overlap, one takes longer than its share of the cycles.
    if (config.chain_copies == 1) {
      const auto images = static_cast<double>(outcome.images.size());
      out.result_interval = static_cast<double>(*outcome.rtl.cycles) / images;
      out.latency_seconds = *out.result_interval / clock_hz;
    } else if (const auto interval = outcome.images.back().interval) {
      out.result_interval = static_cast<double>(*interval);
    }
    const auto columns = outcome.rtl.events.find("ssa_columns");
    if (columns != outcome.rtl.events.end()) {
      const double cells =
          static_cast<double>(config.tile_tokens) * config.tile_tokens * config.heads;
      out.cells_updates_per_second =
          cells * static_cast<double>(columns->second) / *out.wall_seconds_rtl;
    }
  }
  out.phases = phases_of(config, size, timeline);
  return out;
}

std::string performance_table(const Performance& p) {
  fmt::memory_buffer out;
  auto to = std::back_inserter(out);
  if (p.ideal_cycles) {
    fmt::format_to(to, "ideal cycles     {:.0f} (AIMC and SSA phases)\n", *p.ideal_cycles);
  }
  if (p.latency_seconds) {
    fmt::format_to(to, "latency          {:.4f} ms at {:g} MHz\n", 1e3 * *p.latency_seconds,
                   1e-6 * p.clock_hz);
  }
  if (p.result_interval) {
    fmt::format_to(to, "images           {:.0f}/s, a result every {:.0f} cycles\n",
                   p.clock_hz / *p.result_interval, *p.result_interval);
  }
  if (p.wall_seconds_rtl)
    fmt::format_to(to, "RTL              {:.3f} s of this computer\n", *p.wall_seconds_rtl);
  if (p.wall_seconds_reference) {
    fmt::format_to(to, "reference        {:.4f} s of this computer\n", *p.wall_seconds_reference);
  }
  if (p.cells_updates_per_second) {
    fmt::format_to(to, "attention cells  {:.3g} updates/s\n", *p.cells_updates_per_second);
  }
  if (p.phases.empty()) return fmt::to_string(out);
  fmt::format_to(to, "\n{:<10}{:>10}{:>10}{:>10}\n", "phase", "cycles", "ideal", "ratio");
  for (const Phase& phase : p.phases) {
    fmt::format_to(to, "{:<10}{:>10}", phase.name, phase.cycles);
    if (phase.ideal) {
      fmt::format_to(to, "{:>10.0f}{:>10.4f}", *phase.ideal,
                     static_cast<double>(phase.cycles) / *phase.ideal);
    }
    fmt::format_to(to, "\n");
  }
  return fmt::to_string(out);
}

void add_performance(const Performance& p, json& report) {
  report["clock_hz"] = p.clock_hz;
  report["ideal_cycles"] = optional_json(p.ideal_cycles);
  report["latency_seconds"] = optional_json(p.latency_seconds);
  report["result_interval"] = optional_json(p.result_interval);
  report["images_per_second"] = p.result_interval ? json(p.clock_hz / *p.result_interval) : json();
  report["wall_seconds_rtl"] = optional_json(p.wall_seconds_rtl);
  report["wall_seconds_reference"] = optional_json(p.wall_seconds_reference);
  report["cells_updates_per_second"] = optional_json(p.cells_updates_per_second);
  json phases = json::array();
  for (const Phase& phase : p.phases) {
    phases.push_back(
        {{"phase", phase.name}, {"cycles", phase.cycles}, {"ideal", optional_json(phase.ideal)}});
  }
  report["cycles_per_phase"] = phases;
}

}  // namespace xpike::cli
