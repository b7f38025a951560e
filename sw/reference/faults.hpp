// SPDX-License-Identifier: Apache-2.0
// What may be wrong with a chip beside its devices (docs/robustness.md). A chip without faults, the
// default, is that of docs/numerics.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "model/spike_tensor.hpp"

namespace xpike::reference {

// Converters of `bits` bits over 2^range times the range of the built ones.
struct ConverterShape {
  int bits = 5;   // 2..7
  int range = 0;  // bits - range <= 7

  // A code is worth 2^step() codes of the built converter.
  constexpr int step() const { return 5 - bits + range; }
  bool operator==(const ConverterShape&) const = default;
};

struct Faults {
  std::uint32_t seed = 1;       // of the chip: another seed is another chip
  double stuck_lanes = 0.0;     // share of the random lanes that have one stuck bit, 0..1
  double flipped_spikes = 0.0;  // share of the bits that a spike memory returns inverted, 0..1
  ConverterShape converter{};
};

// Throws Error naming the field for a value out of its range.
void check_faults(const Faults& faults);

// A flip-flop of a lane that never changes: bits of `mask` are those of `value`.
struct StuckBit {
  std::size_t lane = 0;
  std::uint32_t mask = 0;
  std::uint32_t value = 0;
};

// Stuck bits of a bank. Every lane draws, so a chip that has more of them has these as well.
// bank: 0 encoder, 1 scores, 2 outputs of the attention.
std::vector<StuckBit> stuck_bits(const Faults& faults, std::size_t lanes, std::uint32_t bank);

// The spike memories of a layer.
enum class SpikeMemory : std::uint8_t { kQ, kK, kV, kA, kX };

// Inverts the bits of a tensor that the memory loses; every image is another draw.
void flip_spikes(const Faults& faults, std::uint32_t image, std::uint32_t layer, SpikeMemory memory,
                 SpikeTensor& spikes);

}  // namespace xpike::reference
