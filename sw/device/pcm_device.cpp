// SPDX-License-Identifier: Apache-2.0
#include "device/pcm_device.hpp"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <utility>

#include "model/error.hpp"

namespace xpike::device {
namespace {

constexpr double kSmallestTarget = 1e-7;  // of 25 uS: where the logarithms of the laws end

double log_target(double x) { return std::log(std::max(x, kSmallestTarget)); }

}  // namespace

double programming_sigma(double x) { return 0.26348 + x * (1.9650 - 1.1731 * x); }

double mean_drift_exponent(double x) {
  return std::clamp(-0.0155 * log_target(x) + 0.0244, 0.049, 0.1);
}

double drift_exponent_sigma(double x) {
  return std::clamp(-0.0125 * log_target(x) - 0.0059, 0.008, 0.045);
}

double read_sigma(double programmed, double seconds) {
  const double level = std::pow(programmed / kMaxConductanceMicrosiemens, 0.65);
  const double noise = std::min(0.2, 0.0088 / std::max(level, 1e-3));
  const double elapsed = seconds + kDriftReferenceSeconds;
  return noise * std::sqrt(std::log((elapsed + kReadSeconds) / (2 * kReadSeconds)));
}

PcmDevice::PcmDevice(double target, const PcmOptions& options, const DeviceRandom& random) {
  if (options.stuck_low > 0 || options.stuck_high > 0) {
    const double draw = random.uniform(Draw::kStuck);
    stuck_ = draw < options.stuck_low + options.stuck_high;
    if (stuck_) {
      programmed_ = draw < options.stuck_low ? 0.0 : kMaxConductanceMicrosiemens;
      return;
    }
  }
  const double x = target / kMaxConductanceMicrosiemens;
  const double sigma = options.program_noise * programming_sigma(x);
  double error = 0.0;
  for (bool first = true; first || (pulses_ < options.pulses && error > options.tolerance);
       first = false) {
    const auto round = static_cast<std::uint64_t>(pulses_++);
    const double reached =
        std::max(0.0, target + sigma * random.normals(Draw::kProgram, round).first);
    programmed_ = reached;
    error = std::abs(reached - target);
  }
  // The second normal of the first pulse is independent of every conductance.
  const double exponent =
      mean_drift_exponent(x) + drift_exponent_sigma(x) * random.normals(Draw::kProgram).second;
  exponent_ = options.drift * std::abs(exponent);
}

double PcmDevice::conductance(const Look& look, const PcmOptions& options,
                              const DeviceRandom& random) const {
  if (stuck_ || !look.seconds) return programmed_;
  const double elapsed = *look.seconds + kDriftReferenceSeconds;
  const double drifted = programmed_ * std::pow(elapsed / kDriftReferenceSeconds, -exponent_);
  if (options.read_noise == 0.0) return drifted;
  // Each look draws; what it draws does not depend on the time, so that a device seen at two times
  // by looks of one number has one trace.
  const double noise = options.read_noise * read_sigma(programmed_, *look.seconds) *
                       random.normals(Draw::kRead, look.number).first;
  return std::max(0.0, drifted + drifted * noise);
}

void check_options(const PcmOptions& options) {
  const auto number = [](const char* name, double value, double high) {
    if (!(value >= 0.0 && value <= high)) {
      throw Error("device options", name, "must be in 0.." + std::to_string(high));
    }
  };
  for (const auto& [name, scale] :
       {std::pair{"program noise", options.program_noise}, std::pair{"drift", options.drift},
        std::pair{"read noise", options.read_noise}}) {
    number(name, scale, 100.0);
  }
  number("tolerance", options.tolerance, kMaxConductanceMicrosiemens);
  number("stuck at 0", options.stuck_low, 1.0);
  number("stuck at full conductance", options.stuck_high, 1.0);
  number("stuck devices", options.stuck_low + options.stuck_high, 1.0);
  if (options.pairs < 1 || options.pairs > 8) {
    throw Error("device options", "pairs", "must be in 1..8");
  }
  if (options.pulses < 1 || options.pulses > 1000) {
    throw Error("device options", "pulses", "must be in 1..1000");
  }
}

}  // namespace xpike::device
