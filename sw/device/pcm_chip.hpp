// SPDX-License-Identifier: Apache-2.0
// The devices of a whole chip: programs the weights of a network and reads the conductances as the
// integers that simulated chip and reference load (docs/numerics.md, section 5).
#pragma once

#include <cstdint>

#include "device/pcm_device.hpp"
#include "model/network.hpp"

namespace xpike::device {

// Conductance of one level of a weight, and of the unit of the integers: weight 15 is 25 uS.
inline constexpr double kLevelMicrosiemens = kMaxConductanceMicrosiemens / kMaxWeight;
inline constexpr double kUnitMicrosiemens = kLevelMicrosiemens / 256;

// Nearest integer conductance, 0..8191 (53.3 uS).
std::uint16_t to_units(double microsiemens);

struct ProgramReport {
  std::uint64_t devices = 0;
  std::uint64_t pulses = 0;
};

// Gives every matrix of the network the devices that hold its weights at the time of the look.
// Devices are numbered through all matrices in the order of for_each_matrix, [out][in], g+ before
// g-, pairs innermost; the target of each is 25 uS * max(+-w, 0) / 15. Several pairs share their
// lines, and the converters have a step that is as many times larger: a conductance here is their
// mean. Weights, thresholds and converters are not
// touched. Throws Error for illegal options or a negative time.
ProgramReport apply_devices(Network& network, const PcmOptions& options, const Look& look);

}  // namespace xpike::device
