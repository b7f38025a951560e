// SPDX-License-Identifier: Apache-2.0
#include "device/pcm_chip.hpp"

#include <algorithm>
#include <cmath>

#include "model/error.hpp"

namespace xpike::device {

std::uint16_t to_units(double microsiemens) {
  const double units = std::nearbyint(microsiemens / kUnitMicrosiemens);
  return static_cast<std::uint16_t>(std::clamp(units, 0.0, double{kMaxConductance}));
}

ProgramReport apply_devices(Network& network, const PcmOptions& options, const Look& look) {
  check_options(options);
  if (look.seconds && !(*look.seconds >= 0.0)) {
    throw Error("device options", "seconds", "must be 0 or more");
  }
  ProgramReport report;
  const auto read = [&](int level) {
    double sum = 0.0;
    for (int pair = 0; pair < options.pairs; ++pair) {
      const DeviceRandom random(options.seed, report.devices++);
      const PcmDevice device(kLevelMicrosiemens * std::max(level, 0), options, random);
      report.pulses += static_cast<std::uint64_t>(device.pulses());
      sum += device.conductance(look, options, random);
    }
    return to_units(sum / options.pairs);
  };
  for_each_matrix(network, [&](const std::string&, Matrix& matrix, bool) {
    Devices devices;
    devices.plus.reserve(matrix.weight.size());
    devices.minus.reserve(matrix.weight.size());
    for (const std::int8_t weight : matrix.weight) {
      devices.plus.push_back(read(weight));
      devices.minus.push_back(read(-weight));
    }
    matrix.devices = std::move(devices);
  });
  return report;
}

}  // namespace xpike::device
