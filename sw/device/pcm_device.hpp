// SPDX-License-Identifier: Apache-2.0
// One phase-change memory device: what it holds after programming, and what is left of that later.
//
// Conductances are in uS, times in s since programming ended. The statistical model and its
// coefficients are those of the PCM-like noise model of the IBM Analog Hardware Acceleration Kit
// (Nandakumar et al., 2019; Joshi et al., Nature Communications 11, 2020): programming noise,
// drift with an exponent per device, and 1/f noise that grows with the time since programming.
// docs/device.md gives the formulas, and what is an assumption of ours.
#pragma once

#include <cstdint>
#include <optional>

#include "device/device_random.hpp"

namespace xpike::device {

inline constexpr double kMaxConductanceMicrosiemens = 25.0;
inline constexpr double kDriftReferenceSeconds = 20.0;
inline constexpr double kReadSeconds = 250e-9;

struct PcmOptions {
  std::uint64_t seed = 0;      // of the chip: another seed is another chip
  double program_noise = 1.0;  // scales of the three effects, >= 0
  double drift = 1.0;
  double read_noise = 1.0;
  double stuck_low = 0.0;   // share of devices without conductance, 0..1
  double stuck_high = 0.0;  // share of devices at full conductance, 0..1
  int pairs = 1;            // device pairs that hold a weight together, 1..8
  int pulses = 1;           // programming pulses a device may get, each followed by a look
  double tolerance = 0.1;   // a device this close to its target gets no further pulse, uS
};

// When a chip is looked at, and which look it is: looks at the same time differ in 1/f noise.
struct Look {
  std::optional<double> seconds;  // >= 0; none: right after programming, without 1/f noise
  std::uint64_t number = 0;
};

// Laws of the model; x = target / 25 uS in 0..1.
double programming_sigma(double x);  // uS
double mean_drift_exponent(double x);
double drift_exponent_sigma(double x);
// Relative, at `programmed` uS and `seconds` after programming.
double read_sigma(double programmed, double seconds);

class PcmDevice {
 public:
  // Programs a device to 0..25 uS. Options are valid (see check_options).
  PcmDevice(double target, const PcmOptions& options, const DeviceRandom& random);

  double programmed() const { return programmed_; }
  double exponent() const { return exponent_; }  // of the drift
  int pulses() const { return pulses_; }         // spent on it
  // Conductance in uS, never negative.
  double conductance(const Look& look, const PcmOptions& options, const DeviceRandom& random) const;

 private:
  double programmed_ = 0.0;
  double exponent_ = 0.0;
  int pulses_ = 0;
  bool stuck_ = false;
};

// Throws Error naming the option for a value out of its range.
void check_options(const PcmOptions& options);

}  // namespace xpike::device
