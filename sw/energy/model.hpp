// SPDX-License-Identifier: Apache-2.0
// Events times unit energies (docs/energy.md).
#pragma once

#include <string_view>

#include "energy/activity.hpp"
#include "energy/area.hpp"
#include "energy/breakdown.hpp"
#include "energy/latency.hpp"

namespace xpike::energy {

// Groups of the breakdown.
inline constexpr std::string_view kDrive = "drive";
inline constexpr std::string_view kConverterGroup = "converter";
inline constexpr std::string_view kAccumulation = "accumulation and LIF";
inline constexpr std::string_view kBuffers = "buffers";
inline constexpr std::string_view kTransport = "spike transport";
inline constexpr std::string_view kCodeTransport = "code transport";
inline constexpr std::string_view kAttention = "attention";
inline constexpr std::string_view kMemory = "spike memory";
inline constexpr std::string_view kInputReadout = "input and readout";
inline constexpr std::string_view kControl = "control";
inline constexpr std::string_view kLeakage = "leakage";

// Full swings of a wire per bit that it carries, when bits are 1 with probability `rate` and
// independent: each rise needs a 0 before it.
constexpr double swings(double rate) { return rate * (1.0 - rate); }

// Each adds its groups.
void add_arrays(const Design& design, const Activity& activity, const Units& units,
                Breakdown& out);  // drive, converter
void add_neurons(const Design& design, const Activity& activity, const Units& units,
                 Breakdown& out);  // accumulation and LIF, buffers
void add_transport(const Design& design, const Activity& activity, const Units& units,
                   Breakdown& out);  // spike and code transport
void add_attention(const Design& design, const Activity& activity, const Units& units,
                   Breakdown& out);
void add_memory(const Design& design, const Activity& activity, const Units& units,
                Breakdown& out);  // spike memory, input and readout
void add_chip(const Design& design, const Activity& activity, const Units& units,
              Breakdown& out);  // control, leakage

// One draw of a random lane.
Range lane_energy(int leap, const Units& units);

Breakdown energy_of(const Design& design, const Activity& activity, const Units& units);

}  // namespace xpike::energy
