// SPDX-License-Identifier: Apache-2.0
// Every intermediate tensor of the core equals the reference: random networks and sizes, random
// stalls, full-scale corners.
#include "core_bench.hpp"

using namespace xpike;
using tb::CoreBench;
using tb::Random;

TEST_CASE("random networks, tokens, steps and seeds agree with the reference", "[core]") {
  Random random(1);
  for (const std::string& name : tb::config_names()) {
    const bool small = name != "tiny";
    for (int network = 0; network < (small ? 6 : 2); ++network) {
      CoreBench bench(
          name, random_model(config_by_name(name), static_cast<std::uint32_t>(random.bits(32))));
      for (int run = 0; run < (small ? 8 : 3); ++run) bench.check(bench.random_run(random));
    }
  }
}

TEST_CASE("arrays filled behind the ports' back equal those that were programmed", "[core]") {
  RandomModelOptions options;
  options.noisy_devices = true;
  Random random(6);
  for (const std::string& name : tb::config_names()) {
    const Config& config = config_by_name(name);
    const Network network = random_model(config, 13, options);
    CoreBench bench(name, network);
    const CoreBench::Run run = bench.random_run(random);
    bench.check(run);

    sim::Chip filled(config, sim::make_core_model(name));
    sim::load_network(filled, config, network, sim::Door::kBack);
    // Every cell of the arrays of one row block of FF2, the matrix with most of them.
    for (int array = 0; array < ceil_div(config.ff, config.array_rows); ++array) {
      for (sim::Chip* chip : {&bench.chip(), &filled}) {
        chip->write(regs::target, regs::target_matrix.put(6) |
                                      regs::target_array.put(static_cast<std::uint32_t>(array)));
        chip->write(regs::cell_address, 0);
      }
      for (int cell = 0; cell < config.array_rows * config.array_cols; ++cell) {
        REQUIRE(filled.read(regs::cell_data) == bench.chip().read(regs::cell_data));
      }
    }
    // And all of them as the network sees them.
    sim::load_run(filled, network, run.image, run.options, run.image_number);
    const auto scores = filled.infer(bench.packet(run), 2'000'000);
    sim::load_run(bench.chip(), network, run.image, run.options, run.image_number);
    CHECK(scores == bench.chip().infer(bench.packet(run), 2'000'000));
  }
}

TEST_CASE("stalls of both streams change nothing", "[core]") {
  Random random(2);
  for (const std::string& name : tb::config_names()) {
    CoreBench bench(
        name, random_model(config_by_name(name), static_cast<std::uint32_t>(random.bits(32))));
    bench.chip().set_stalls(
        {[&] { return random.chance(0.4); }, [&] { return random.chance(0.6); }});
    for (int round = 0; round < 4; ++round) {
      CoreBench::Run run = bench.random_run(random);
      bench.set_image(run, round % 2 == 1, static_cast<std::uint32_t>(random.bits(32)));
      bench.check(run);
    }
  }
}

TEST_CASE("full size runs agree with the reference", "[core]") {
  Random random(3);
  for (const std::string& name : tb::config_names()) {
    const Config& config = config_by_name(name);
    CoreBench bench(name, random_model(config, static_cast<std::uint32_t>(random.bits(32))));
    CoreBench::Run run = bench.random_run(random);
    run.tokens = config.tokens;
    run.options.steps = config.steps;
    for (const bool spikes : {false, true}) {
      bench.set_image(run, spikes, 5);
      bench.check(run);
    }
  }
}

TEST_CASE("full-scale corners agree with the reference", "[core]") {
  Random random(4);
  struct Corner {
    const char* what;
    RandomModelOptions options;
  };
  std::vector<Corner> corners(6);
  corners[0].what = "everything fires";
  corners[0].options.weight = 15;
  corners[0].options.threshold = 1;
  corners[0].options.bias = 2047;
  corners[0].options.residual = Residual::kOr;
  corners[1].what = "nothing fires";
  corners[1].options.weight = 0;
  corners[1].options.bias = -2048;
  corners[2].what = "membranes saturate low";
  corners[2].options.weight = -15;
  corners[2].options.bias = -2048;
  corners[2].options.shift = 0;
  corners[3].what = "membranes saturate high under the largest threshold";
  corners[3].options.weight = 15;
  corners[3].options.bias = 2046;
  corners[3].options.threshold = 2047;
  corners[3].options.shift = 0;
  corners[4].what = "largest gain";
  corners[4].options.gain = 65535;
  corners[4].options.shift = 7;
  corners[5].what = "noisy devices";
  corners[5].options.noisy_devices = true;
  for (const std::string& name : tb::config_names()) {
    if (name == "tiny") continue;  // its larger arrays have their corners in the module benches
    for (const Corner& corner : corners) {
      INFO(corner.what);
      CoreBench bench(name, random_model(config_by_name(name), 9, corner.options));
      for (int run = 0; run < 3; ++run) bench.check(bench.random_run(random));
    }
  }
}

TEST_CASE("a causal network with row exponents agrees with the reference", "[core]") {
  Random random(5);
  RandomModelOptions options;
  options.causal = true;
  options.row_exponent = true;
  options.pooling = Pooling::kLast;
  for (const std::string& name : tb::config_names()) {
    CoreBench bench(name, random_model(config_by_name(name), 11, options));
    for (int run = 0; run < 3; ++run) bench.check(bench.random_run(random));
  }
}
