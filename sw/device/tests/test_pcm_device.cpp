// SPDX-License-Identifier: Apache-2.0
// Statistics of single devices against the Monte-Carlo table of docs/device.md.
#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <optional>
#include <vector>

#include "device/pcm_device.hpp"
#include "model/error.hpp"

using namespace xpike::device;

namespace {

struct Moments {
  double mean = 0.0;
  double deviation = 0.0;
  double mean_error = 0.0;  // one standard deviation of the estimates
  double deviation_error = 0.0;
};

Moments moments(const std::vector<double>& values) {
  const auto n = static_cast<double>(values.size());
  double sum = 0.0;
  for (const double v : values) sum += v;
  const double mean = sum / n;
  double second = 0.0;
  double fourth = 0.0;
  for (const double v : values) {
    const double square = (v - mean) * (v - mean);
    second += square / n;
    fourth += square * square / n;
  }
  const double deviation = std::sqrt(second);
  return {mean, deviation, deviation / std::sqrt(n),
          std::sqrt((fourth - second * second) / n) / (2 * deviation)};
}

constexpr std::uint64_t kDevices = 200'000;

std::vector<double> conductances(double x, const PcmOptions& options, const Look& look) {
  std::vector<double> values;
  for (std::uint64_t i = 0; i < kDevices; ++i) {
    const DeviceRandom random(options.seed, i);
    const PcmDevice device(x * kMaxConductanceMicrosiemens, options, random);
    values.push_back(device.conductance(look, options, random));
  }
  return values;
}

struct Published {
  double mean;
  double deviation;
};

// Mean and standard deviation in uS over 10^6 devices, from the published formulas.
constexpr std::array<std::optional<double>, 7> kTimes{std::nullopt, 1.0,       60.0,      3600.0,
                                                      86400.0,      2592000.0, 31104000.0};
struct Row {
  double x;
  std::array<Published, 7> at;
};
constexpr std::array<Row, 6> kTable{{
    {0.0,
     {{{0.105, 0.154},
       {0.107, 0.186},
       {0.094, 0.165},
       {0.066, 0.122},
       {0.051, 0.099},
       {0.039, 0.082},
       {0.032, 0.074}}}},
    {0.05,
     {{{1.251, 0.359},
       {1.247, 0.480},
       {1.134, 0.447},
       {0.875, 0.388},
       {0.713, 0.362},
       {0.578, 0.341},
       {0.499, 0.329}}}},
    {0.25,
     {{{6.250, 0.681},
       {6.234, 0.884},
       {5.841, 0.847},
       {4.854, 0.784},
       {4.166, 0.762},
       {3.543, 0.746},
       {3.150, 0.735}}}},
    {0.5,
     {{{12.499, 0.953},
       {12.470, 1.195},
       {11.679, 1.141},
       {9.696, 1.057},
       {8.311, 1.028},
       {7.051, 1.007},
       {6.255, 0.992}}}},
    {0.75,
     {{{18.750, 1.077},
       {18.706, 1.359},
       {17.521, 1.305},
       {14.546, 1.268},
       {12.470, 1.292},
       {10.578, 1.319},
       {9.385, 1.330}}}},
    {1.0,
     {{{25.000, 1.055},
       {24.941, 1.398},
       {23.360, 1.356},
       {19.396, 1.410},
       {16.626, 1.516},
       {14.106, 1.610},
       {12.515, 1.652}}}},
}};

}  // namespace

TEST_CASE("means and deviations of the device model are those of the published table", "[device]") {
  // 84 figures, each with the errors of both samples and of rounding to 0.001: 4.5 sigma leave a
  // chance of 6e-4 that a right model fails, and seeds are fixed.
  constexpr double kSigmas = 4.5;
  constexpr double kRounding = 0.0005;
  const double other = std::sqrt(1.0 + static_cast<double>(kDevices) / 1e6);
  for (const Row& row : kTable) {
    for (std::size_t t = 0; t < kTimes.size(); ++t) {
      CAPTURE(row.x, t);
      const Moments m = moments(conductances(row.x, {.seed = 7}, {kTimes[t], 0}));
      CHECK(std::abs(m.mean - row.at[t].mean) < kSigmas * other * m.mean_error + kRounding);
      CHECK(std::abs(m.deviation - row.at[t].deviation) <
            kSigmas * other * m.deviation_error + kRounding);
    }
  }
}

TEST_CASE("without noise a device holds its target, and without drift it keeps it", "[device]") {
  const PcmOptions quiet{.program_noise = 0, .drift = 0, .read_noise = 0};
  for (const double target : {0.0, 1.0, 25.0}) {
    const DeviceRandom random(1, 2);
    const PcmDevice device(target, quiet, random);
    CHECK(device.programmed() == target);
    CHECK(device.pulses() == 1);
    CHECK(device.conductance({1e9, 0}, quiet, random) == target);
  }
}

TEST_CASE("a device is a function of seed, number, time and look", "[device]") {
  const auto value = [](std::uint64_t seed, std::uint64_t number, const Look& look) {
    const DeviceRandom random(seed, number);
    const PcmOptions options{.seed = seed};
    return PcmDevice(10.0, options, random).conductance(look, options, random);
  };
  const double base = value(1, 1, {100.0, 0});
  CHECK(base == value(1, 1, {100.0, 0}));
  CHECK(base != value(2, 1, {100.0, 0}));
  CHECK(base != value(1, 2, {100.0, 0}));
  CHECK(base != value(1, 1, {200.0, 0}));
  CHECK(base != value(1, 1, {100.0, 1}));
}

TEST_CASE("looks of different numbers and neighbouring devices are not correlated", "[device]") {
  double sum_looks = 0.0;
  double sum_devices = 0.0;
  double sum_seeds = 0.0;
  for (std::uint64_t i = 0; i < kDevices; ++i) {
    const DeviceRandom one(3, i);
    const double normal = one.normals(Draw::kRead, 0).first;
    sum_looks += normal * one.normals(Draw::kRead, 1).first;
    sum_devices += normal * DeviceRandom(3, i + 1).normals(Draw::kRead, 0).first;
    sum_seeds += normal * DeviceRandom(4, i).normals(Draw::kRead, 0).first;
  }
  const double limit = 4.5 * std::sqrt(static_cast<double>(kDevices));
  CHECK(std::abs(sum_looks) < limit);
  CHECK(std::abs(sum_devices) < limit);
  CHECK(std::abs(sum_seeds) < limit);
}

TEST_CASE("stuck devices sit at either rail, in the wanted shares, and stay there", "[device]") {
  const PcmOptions options{.seed = 5, .stuck_low = 0.02, .stuck_high = 0.01};
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  for (std::uint64_t i = 0; i < kDevices; ++i) {
    const DeviceRandom random(5, i);
    const PcmDevice device(12.0, options, random);
    const double g = device.conductance({86400.0, 0}, options, random);
    low += g == 0.0 ? 1 : 0;
    high += g == kMaxConductanceMicrosiemens ? 1 : 0;
  }
  const auto near = [](std::uint64_t count, double share) {
    const auto n = static_cast<double>(kDevices);
    return std::abs(static_cast<double>(count) - n * share) <
           4.5 * std::sqrt(n * share * (1 - share));
  };
  CHECK(near(low, 0.02));
  CHECK(near(high, 0.01));
}

TEST_CASE("a device that is looked at after each pulse ends within the tolerance", "[device]") {
  const PcmOptions options{.seed = 6, .pulses = 1000, .tolerance = 0.3};
  double pulses = 0.0;
  for (std::uint64_t i = 0; i < 20'000; ++i) {
    const PcmDevice device(12.5, options, DeviceRandom(6, i));
    REQUIRE(std::abs(device.programmed() - 12.5) <= 0.3);
    pulses += device.pulses();
  }
  // A pulse succeeds with p = erf(0.3 / (sigma sqrt 2)); the number of pulses is geometric.
  const double p = std::erf(0.3 / (programming_sigma(0.5) * std::sqrt(2.0)));
  const double error = std::sqrt(1 - p) / p / std::sqrt(20'000.0);
  CHECK(std::abs(pulses / 20'000.0 - 1 / p) < 4.5 * error);

  const PcmOptions two{.seed = 6, .pulses = 2, .tolerance = 0.0};
  CHECK(PcmDevice(12.5, two, DeviceRandom(6, 0)).pulses() == 2);
}

TEST_CASE("options out of range are refused by name", "[device]") {
  const auto refused = [](const PcmOptions& options, const char* message) {
    CHECK_THROWS_WITH(check_options(options), Catch::Matchers::Contains(message));
  };
  refused({.program_noise = -1}, "program noise: must be in 0..");
  refused({.drift = std::nan("")}, "drift: must be in");
  refused({.read_noise = 101}, "read noise: must be in");
  refused({.stuck_low = 1.5}, "stuck at 0: must be in 0..1");
  refused({.stuck_high = -0.5}, "stuck at full conductance: must be");
  refused({.stuck_low = 0.6, .stuck_high = 0.6}, "stuck devices: must be");
  refused({.pulses = 0}, "pulses: must be in 1..1000");
  refused({.tolerance = -1}, "tolerance: must be");
  CHECK_NOTHROW(check_options({}));
}
