// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cmath>

#include "device/conductance_ratio.hpp"
#include "device/pcm_chip.hpp"
#include "model/fit.hpp"
#include "model/random_model.hpp"

using namespace xpike;
using namespace xpike::device;

namespace {

// Two inputs, arrays of two columns, so that three outputs are two row blocks.
Network three_outputs(std::vector<std::uint16_t> plus, std::vector<std::uint16_t> minus) {
  Network network;
  network.array_cols = 2;
  Matrix matrix;
  matrix.in = 2;
  matrix.out = 3;
  matrix.gain = {256, 256};
  matrix.devices = Devices{std::move(plus), std::move(minus)};
  network.embed = matrix;
  network.head = matrix;
  return network;
}

}  // namespace

TEST_CASE("ratios of conductances by hand", "[device]") {
  // Cells of the rows of outputs, fresh: 10 -20, 0 40; 30 0. Aged: 8 -10, -2 20; 24 3.
  const Network fresh = three_outputs({10, 0, 5, 40, 30, 0}, {0, 20, 5, 0, 0, 0});
  const Network aged = three_outputs({8, 0, 0, 20, 30, 3}, {0, 10, 2, 0, 6, 0});
  const auto ratios = conductance_ratios(fresh, aged);
  REQUIRE(ratios.size() == 2);
  REQUIRE(ratios[0].size() == 2);
  CHECK(ratios[0][0].sums == Approx(40.0 / 70.0));
  CHECK(ratios[0][0].fit == Approx((80.0 + 200.0 + 800.0) / (100.0 + 400.0 + 1600.0)));
  CHECK(ratios[0][1].sums == Approx(27.0 / 30.0));
  CHECK(ratios[0][1].fit == Approx(720.0 / 900.0));
  REQUIRE(ratios[1].size() == 1);  // the head has one gain
  CHECK(ratios[1][0].sums == Approx(67.0 / 100.0));
  CHECK(ratios[1][0].fit == Approx(1800.0 / 3000.0));
}

TEST_CASE("devices that only drift lose what their law says; dark ones have no ratio", "[device]") {
  RandomModelOptions options;
  const Network model = random_model(config_by_name("nano"), 5, options);
  Network fresh = model;
  Network aged = model;
  const PcmOptions quiet{.program_noise = 0, .read_noise = 0};
  apply_devices(fresh, quiet, {});
  apply_devices(aged, quiet, {86400.0, 0});
  for (const auto& matrix : conductance_ratios(fresh, aged)) {
    for (const ConductanceRatio& ratio : matrix) {
      // Exponents of 0.049 to 0.1 on average, each with its own deviation.
      CHECK(ratio.sums < std::pow(4321.0, -0.03));
      CHECK(ratio.sums > std::pow(4321.0, -0.12));
      CHECK(ratio.fit == Approx(ratio.sums).epsilon(0.1));
    }
  }
  options.weight = 0;
  const Network dark = random_model(config_by_name("nano"), 5, options);
  CHECK(std::isnan(conductance_ratios(dark, dark)[0][0].sums));
}
