// SPDX-License-Identifier: Apache-2.0
// An image on a folded core takes the cycles of the formulas of docs/architecture.md:
// exactly, but for draws that wait for seeds.
#include <catch2/catch.hpp>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>
#include <xpike/registers.hpp>

#include "chip.hpp"
#include "fold/folded_cycles.hpp"
#include "lib/random.hpp"
#include "loader.hpp"
#include "model/fit.hpp"
#include "model/random_model.hpp"

using namespace xpike;
using tb::FoldedCycles;
using tb::FoldedRun;
using tb::Random;

namespace {

/// The packet first, then the start: nothing waits for the host. The cycles that the chip counts.
std::uint64_t cycles_of(sim::Chip& chip, const Network& network, const FoldedRun& run,
                        std::uint32_t seed) {
  const TokenImage image = run.spikes ? random_stream(network, run.tokens, run.steps, seed)
                                      : random_image(network, run.tokens, seed);
  RunOptions options;
  options.steps = run.steps;
  options.final_scores = !run.anytime;
  chip.write(regs::control, regs::control_clear.put(1));
  sim::load_run(chip, network, image, options, 0);
  const std::vector<std::uint32_t> packet = sim::make_packet(network, image, run.steps, 1);
  for (std::size_t word = 0; word < packet.size();) {
    sim::CoreInputs inputs;
    inputs.in_valid = true;
    inputs.in_last = chip.put_beat(inputs, packet, word);
    if (chip.cycle(inputs).in_ready) ++word;
  }
  chip.write(regs::control, regs::control_start.put(1));
  sim::CoreInputs inputs;
  inputs.out_ready = true;
  for (std::uint64_t limit = 0; limit < 4'000'000; ++limit) {
    const sim::CoreOutputs outputs = chip.cycle(inputs);
    if (outputs.out_valid && outputs.out_last) {
      chip.cycle({});  // the controller goes idle
      return chip.events().front();
    }
  }
  throw std::runtime_error("no result");
}

}  // namespace

TEST_CASE("a folded core takes the cycles of its formulas", "[fold][cycles]") {
  Random random(271);
  for (const std::string name : {"micro-folded", "odd-a-folded"}) {
    const Config& config = config_by_name(name);
    sim::Chip chip(config, sim::make_core_model(name));
    for (int round = 0; round < 8; ++round) {
      RandomModelOptions options;
      options.causal = round % 2 == 1;
      options.pooling = static_cast<Pooling>(round % 3);
      if (round % 4 > 1)
        options.depth =
            1 + static_cast<int>(random.below(static_cast<std::uint64_t>(config.depth)));
      const Network network =
          random_model(config, static_cast<std::uint32_t>(random.bits(32)), options);
      sim::load_network(chip, config, network);
      const FoldedCycles expected(config, network);
      for (int image = 0; image < 2; ++image) {
        const bool largest = round == 0 && image == 0;
        const FoldedRun settings{.tokens = largest ? config.tokens : random.between(1, 4),
                                 .steps = largest ? config.steps : random.between(1, 3),
                                 .spikes = random.chance(0.5),
                                 .anytime = random.chance(0.5)};
        INFO(name << ", round " << round << ", " << settings.tokens << " tokens, " << settings.steps
                  << " steps, spikes " << settings.spikes << ", anytime " << settings.anytime);
        const auto cycles = static_cast<std::int64_t>(
            cycles_of(chip, network, settings, static_cast<std::uint32_t>(random.bits(32))));
        CHECK(cycles >= expected.image(settings));
        CHECK(cycles <= expected.image(settings) + expected.delays(settings));
      }
    }
  }
}
