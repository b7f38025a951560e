// SPDX-License-Identifier: Apache-2.0
// Folded cores: every tensor equals the reference, whatever stalls, sizes, modes and extremes;
// clears and resets in the middle; conductances they cannot hold are refused.
#include "core_bench.hpp"

using namespace xpike;
using tb::CoreBench;
using tb::Random;

namespace {

const std::vector<std::string>& folded_names() {
  static const std::vector<std::string> names{"micro-folded", "odd-a-folded"};
  return names;
}

Network network_of(const std::string& name, std::uint32_t seed, RandomModelOptions options = {}) {
  return random_model(config_by_name(name), seed, options);
}

/// A run of few tokens and time steps: what takes a folded core seconds elsewhere.
CoreBench::Run short_run(const CoreBench& bench, Random& random, bool spikes) {
  CoreBench::Run run = bench.random_run(random);
  run.tokens = 1 + static_cast<int>(random.below(4));
  run.options.steps = 1 + static_cast<int>(random.below(3));
  bench.set_image(run, spikes, static_cast<std::uint32_t>(random.bits(32)));
  return run;
}

}  // namespace

TEST_CASE("folded cores agree with the reference", "[core][folded]") {
  Random random(91);
  for (const std::string& name : folded_names()) {
    for (int network = 0; network < 4; ++network) {
      CoreBench bench(name, network_of(name, static_cast<std::uint32_t>(random.bits(32))));
      for (int run = 0; run < 4; ++run) bench.check(short_run(bench, random, run % 2 == 1));
    }
    CoreBench bench(name, network_of(name, 5));
    CoreBench::Run whole = bench.random_run(random);
    whole.tokens = bench.config().tokens;
    whole.options.steps = bench.config().steps;
    bench.set_image(whole, false, 7);
    bench.check(whole);
  }
}

TEST_CASE("stalls change nothing in folded cores", "[core][folded]") {
  Random random(92);
  for (const std::string& name : folded_names()) {
    CoreBench bench(name, network_of(name, static_cast<std::uint32_t>(random.bits(32))));
    bench.chip().set_stalls(
        {[&] { return random.chance(0.4); }, [&] { return random.chance(0.6); }});
    for (int run = 0; run < 4; ++run) bench.check(short_run(bench, random, run % 2 == 1));
  }
}

TEST_CASE("full-scale corners of folded cores", "[core][folded]") {
  Random random(93);
  std::vector<RandomModelOptions> corners(5);
  corners[0].weight = 15;
  corners[0].threshold = 1;
  corners[0].bias = 2047;
  corners[0].residual = Residual::kOr;
  corners[1].weight = -15;
  corners[1].bias = -2048;
  corners[1].shift = 0;
  corners[2].weight = 15;
  corners[2].bias = 2046;
  corners[2].threshold = 2047;
  corners[2].shift = 0;
  corners[3].gain = 65535;
  corners[3].shift = 7;
  corners[3].residual = Residual::kXor;
  corners[4].causal = true;
  corners[4].row_exponent = true;
  corners[4].pooling = Pooling::kLast;
  for (const std::string& name : folded_names()) {
    for (const RandomModelOptions& options : corners) {
      CoreBench bench(name, network_of(name, 9, options));
      for (int run = 0; run < 2; ++run) bench.check(short_run(bench, random, run == 1));
    }
  }
}

TEST_CASE("a folded core works on after clears and resets in the middle", "[core][folded]") {
  Random random(94);
  for (const std::string& name : folded_names()) {
    CoreBench bench(name, network_of(name, 3));
    for (int round = 0; round < 12; ++round) {
      const CoreBench::Run run = short_run(bench, random, round % 2 == 1);
      bench.check(run);
      const auto cycles = static_cast<unsigned>(bench.chip().events().front());
      bench.chip().write(regs::control, regs::control_clear.put(1));
      sim::load_run(bench.chip(), bench.network(), run.image, run.options, run.image_number);
      CHECK_THROWS(bench.chip().infer(bench.packet(run), 1 + random.below(cycles - 1)));
      if (round % 3 == 2) {
        bench.chip().reset();
        sim::load_registers(bench.chip(), bench.config(), bench.network());
      }
      bench.check(short_run(bench, random, round % 3 == 0));  // clears first
    }
  }
}

TEST_CASE("a folded core refuses what its cells cannot hold", "[core][folded]") {
  CoreBench bench("micro-folded", network_of("micro-folded", 4));
  sim::Chip& chip = bench.chip();
  const auto write = [&](std::uint32_t plus, std::uint32_t minus) {
    chip.write(regs::target, regs::target_matrix.put(1));
    chip.write(regs::cell_address, 0);
    chip.write(regs::error, 0xFFFF'FFFFU);
    const std::uint32_t word = regs::cell_data_plus.put(plus) | regs::cell_data_minus.put(minus);
    CHECK(chip.access(true, static_cast<std::uint16_t>(regs::cell_data.address), word).error);
    CHECK(chip.read(regs::error) == regs::error_address.put(1));
    chip.write(regs::error, 0xFFFF'FFFFU);
  };
  chip.write(regs::target, regs::target_matrix.put(1));
  chip.write(regs::cell_address, 0);
  const std::uint32_t before = chip.read(regs::cell_data);
  write(255, 0);           // a fraction
  write(256, 256);         // current in both devices
  write(16 * 256, 0);      // more than the largest weight
  write(0, 256 * 15 + 1);  // a fraction in the other one
  chip.write(regs::cell_address, 0);
  CHECK(chip.read(regs::cell_data) == before);
  Random random(95);
  bench.check(short_run(bench, random, false));
}

TEST_CASE("neurons behind the last column of a matrix have no place in a folded core",
          "[core][folded]") {
  Random random(96);
  for (const std::string& name : folded_names()) {
    CoreBench bench(name, network_of(name, 6));
    const Config& config = bench.config();
    // HEAD has fewer classes than an array has columns; xpk_core keeps the words and never uses
    // them.
    bench.chip().write(regs::target, regs::target_matrix.put(7));
    bench.chip().write(regs::column, static_cast<std::uint32_t>(config.classes));
    for (int column = config.classes; column < config.array_cols; ++column) {
      bench.chip().write(regs::neuron, regs::neuron_threshold.put(1));
    }
    bench.check(short_run(bench, random, false));
  }
}
