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

TEST_CASE("stalls of both streams change nothing", "[core]") {
  Random random(2);
  for (const std::string& name : tb::config_names()) {
    CoreBench bench(
        name, random_model(config_by_name(name), static_cast<std::uint32_t>(random.bits(32))));
    bench.chip().set_stalls(
        {[&] { return random.chance(0.4); }, [&] { return random.chance(0.6); }});
    for (int run = 0; run < 3; ++run) bench.check(bench.random_run(random));
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
    run.image = random_image(bench.network(), run.tokens, 5);
    bench.check(run);
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
