// SPDX-License-Identifier: Apache-2.0
// What the small netlist holds: its weights are in the memories before power comes.
#pragma once

#include <cstdint>

#include "model/fit.hpp"
#include "model/random_model.hpp"

namespace xpike {

inline constexpr const char* kSmallConfig = "nano-folded";
inline constexpr std::uint32_t kPreloadedModel = 31;  // seeds of random models
inline constexpr std::uint32_t kOtherModel = 32;

inline Network small_network(std::uint32_t seed) {
  return random_model(config_by_name(kSmallConfig), seed);
}

}  // namespace xpike
