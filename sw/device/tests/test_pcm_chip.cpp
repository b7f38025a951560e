// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <utility>
#include <xpike/configs.hpp>

#include "device/pcm_chip.hpp"
#include "model/random_model.hpp"

using namespace xpike;
using namespace xpike::device;

namespace {

const Config& nano() {
  return *std::find_if(configs.begin(), configs.end(),
                       [](const Config& c) { return c.name == "nano"; });
}

constexpr PcmOptions kQuiet{.program_noise = 0, .drift = 0, .read_noise = 0};

}  // namespace

TEST_CASE("devices without noise are the ideal conductances", "[device]") {
  Network network = random_model(nano(), 1);
  const ProgramReport report = apply_devices(network, kQuiet, {1e6, 0});
  std::uint64_t weights = 0;
  for_each_matrix(network, [&](const std::string& name, const Matrix& matrix, bool) {
    CAPTURE(name);
    REQUIRE(matrix.devices);
    REQUIRE(matrix.devices->plus.size() == matrix.weight.size());
    weights += matrix.weight.size();
    bool equal = true;
    for (std::size_t i = 0; i < matrix.weight.size(); ++i) {
      const int w = matrix.weight[i];
      equal = equal && matrix.devices->plus[i] == 256 * std::max(w, 0) &&
              matrix.devices->minus[i] == 256 * std::max(-w, 0);
    }
    CHECK(equal);
  });
  CHECK(report.devices == 2 * weights);
  CHECK(report.pulses == 2 * weights);
  CHECK_NOTHROW(check_network(network, "network"));
}

TEST_CASE("a chip gives the same devices whenever it is looked at", "[device]") {
  const Network network = random_model(nano(), 2);
  const auto at = [&](std::uint64_t seed, double seconds, std::uint64_t number) {
    Network copy = network;
    apply_devices(copy, {.seed = seed}, {seconds, number});
    return copy;
  };
  CHECK(at(1, 60, 0) == at(1, 60, 0));
  CHECK_FALSE(at(1, 60, 0) == at(2, 60, 0));
  CHECK_FALSE(at(1, 60, 0) == at(1, 61, 0));
  CHECK_FALSE(at(1, 60, 0) == at(1, 60, 1));
  // Devices differ from matrix to matrix.
  const Network chip = at(1, 60, 0);
  CHECK_FALSE(chip.layers[0].q.devices->plus == chip.layers[0].k.devices->plus);
}

TEST_CASE("two pairs per weight scatter half as much", "[device]") {
  const Network network = random_model(nano(), 4);
  const auto variance = [&](int pairs) {
    Network copy = network;
    const ProgramReport report = apply_devices(copy, {.seed = 3, .pairs = pairs}, {});
    double sum = 0.0;
    double count = 0.0;
    std::uint64_t weights = 0;
    for_each_matrix(copy, [&](const std::string&, const Matrix& matrix, bool) {
      weights += matrix.weight.size();
      for (std::size_t i = 0; i < matrix.weight.size(); ++i) {
        if (matrix.weight[i] < 8) continue;  // far from 0, where noise is cut
        const double miss = matrix.devices->plus[i] - 256.0 * matrix.weight[i];
        sum += miss * miss;
        count += 1.0;
      }
    });
    CHECK(report.devices == 2 * weights * static_cast<std::uint64_t>(pairs));
    REQUIRE(count > 200);
    return std::pair(sum / count, count);
  };
  const auto [one, n] = variance(1);
  const double ratio = variance(2).first / one;
  CHECK(std::abs(ratio - 0.5) < 4.5 * 0.5 * std::sqrt(2 * 2 / n));
}

TEST_CASE("conductances that do not fit are clamped", "[device]") {
  CHECK(to_units(0.0) == 0);
  CHECK(to_units(25.0) == 3840);
  CHECK(to_units(25.0 / 15) == 256);
  CHECK(to_units(60.0) == 8191);
  CHECK(to_units(-1.0) == 0);
}

TEST_CASE("a time before the programming is refused", "[device]") {
  Network network = random_model(nano(), 3);
  CHECK_THROWS_WITH(apply_devices(network, {}, {-1.0, 0}),
                    Catch::Matchers::Contains("seconds: must be 0 or more"));
  CHECK_THROWS_WITH(apply_devices(network, {.pulses = 0}, {}),
                    Catch::Matchers::Contains("pulses: must be"));
}
