// SPDX-License-Identifier: Apache-2.0
#include "energy/latency.hpp"

#include <algorithm>
#include <cmath>

#include "model/network.hpp"

namespace xpike::energy {

double ideal_aimc_cycles(const Config& config, int tokens, int steps, int depth, int adc_cycles) {
  const double period = static_cast<double>(mux_steps(config)) * adc_cycles;
  const double stages = 2.0 + 4.0 * depth;  // EMBED and QKV, then four per layer
  return (1.0 + depth) * tokens * steps * period + stages * (period + 6.0);
}

double ideal_ssa_cycles(const Config& config, int tokens, int steps, int depth, bool causal) {
  const int side = ceil_div(tokens, config.tile_tokens);
  const int blocks = causal ? side * (side + 1) / 2 : side * side;
  return depth * (static_cast<double>(steps) * blocks * config.head_dim + config.head_dim + 32.0);
}

Latency latency_of(const Design& design, const Activity& a, const Units& units) {
  const Config& c = design.config;
  const auto aimc = [&](int adc_cycles) {
    return ideal_aimc_cycles(c, a.tokens, a.steps, a.depth, adc_cycles);
  };
  const Range& time = design.converter == Converter::kSar ? units.sar_time : units.mlsa_time;
  Latency out;
  out.converter_cycles = std::max(1, static_cast<int>(std::ceil(time.mid * 1e-9 * kClockHz)));
  out.ideal_aimc = aimc(out.converter_cycles);
  out.ideal_ssa = ideal_ssa_cycles(c, a.tokens, a.steps, a.depth, false);
  out.measured = a.measured_cycles;
  // The counter belongs to the conversions of the configuration; others only stretch AIMC phases.
  const double built = out.measured ? a.at("cycles") : aimc(c.adc_cycles) + out.ideal_ssa;
  out.cycles_one = built - aimc(c.adc_cycles) + aimc(1);
  out.cycles_converter = built - aimc(c.adc_cycles) + out.ideal_aimc;
  return out;
}

}  // namespace xpike::energy
