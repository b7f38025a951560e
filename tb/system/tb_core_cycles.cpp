// SPDX-License-Identifier: Apache-2.0
// Throughput: the cycle counters stay within the bounds of docs/architecture.md.
#include <algorithm>

#include "core_bench.hpp"
#include "reference/streams.hpp"

using namespace xpike;
using tb::CoreBench;
using tb::Random;

namespace {

constexpr std::uint64_t slack_per_phase = 64;

struct Ideal {
  std::uint64_t aimc = 0;
  std::uint64_t ssa = 0;
};

// The formulas of the timing table, for one inference.
Ideal ideal_cycles(const Config& config, int depth, int tokens, int steps, int blocks) {
  const int slot = ceil_div(config.array_cols, config.converters) * config.adc_cycles;
  const int token_steps = tokens * steps * slot;
  Ideal ideal;
  ideal.aimc =
      static_cast<std::uint64_t>(token_steps + 2 * (slot + 6)) +
      static_cast<std::uint64_t>(depth) * static_cast<std::uint64_t>(token_steps + 4 * (slot + 6));
  ideal.ssa = static_cast<std::uint64_t>(depth) *
              static_cast<std::uint64_t>(steps * blocks * config.head_dim + config.head_dim + 32);
  return ideal;
}

}  // namespace

TEST_CASE("phases take the ideal cycles and at most 64 more each", "[core][cycles]") {
  Random random(6);
  for (const std::string& name : tb::config_names()) {
    const Config& config = config_by_name(name);
    RandomModelOptions options;
    options.depth = config.depth;
    CoreBench bench(name, random_model(config, 12, options));
    for (int tokens : {1, config.tokens / 2, config.tokens}) {
      for (int steps : {1, config.steps}) {
        CoreBench::Run run = bench.random_run(random);
        run.tokens = tokens;
        run.options.steps = steps;
        bench.set_image(run, random.chance(0.5), 6);
        bench.check(run);
        // Blocks of queries and keys of a time step; a causal mask leaves out those above the
        // diagonal.
        const int side = ceil_div(tokens, config.tile_tokens);
        const int blocks = bench.network().causal ? side * (side + 1) / 2 : side * side;
        const Ideal ideal = ideal_cycles(config, config.depth, tokens, steps, blocks);
        const auto depth = static_cast<std::uint64_t>(config.depth);
        INFO(name << ": " << tokens << " tokens, " << steps << " steps: AIMC "
                  << bench.event("cycles_aimc") << " of " << ideal.aimc << ", SSA "
                  << bench.event("cycles_ssa") << " of " << ideal.ssa << ", seeds "
                  << bench.event("cycles_wait_seed"));
        CHECK(bench.event("cycles_aimc") <= ideal.aimc + (depth + 1) * slack_per_phase);
        // Waiting for seeds counts against the SSA phases, beyond what no schedule hides: the lanes
        // are seeded one per cycle during the AIMC phase before.
        const int lanes = reference::attention_lanes(config.heads, config.tokens);
        const int slot = ceil_div(config.array_cols, config.converters) * config.adc_cycles;
        const auto unhidden =
            static_cast<std::uint64_t>(std::max(0, lanes - tokens * steps * slot));
        CHECK(bench.event("cycles_ssa") + bench.event("cycles_wait_seed") <=
              ideal.ssa + depth * (slack_per_phase + unhidden));
        // Every token-step occupies the converters for its mux steps, no more.
        CHECK(bench.event("ssa_columns") ==
              depth * static_cast<std::uint64_t>(steps * blocks * config.head_dim));
      }
    }
  }
}

TEST_CASE("stalled input costs no cycles once the packet has arrived", "[core][cycles]") {
  Random random(7);
  CoreBench bench("nano", random_model(config_by_name("nano"), 13));
  CoreBench::Run run = bench.random_run(random);
  bench.check(run);
  const std::uint64_t aimc = bench.event("cycles_aimc");
  const std::uint64_t ssa = bench.event("cycles_ssa");
  bench.chip().set_stalls({[&] { return random.chance(0.8); }, {}});
  bench.check(run);
  CHECK(bench.event("cycles_aimc") == aimc);
  CHECK(bench.event("cycles_ssa") == ssa);
  CHECK(bench.event("cycles_wait_input") > 0);
}
