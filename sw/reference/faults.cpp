// SPDX-License-Identifier: Apache-2.0
#include "reference/faults.hpp"

#include <span>

#include "model/error.hpp"
#include "model/random_source.hpp"

namespace xpike::reference {
namespace {

constexpr std::uint32_t kMemoryStreams = 3;  // after the banks
constexpr std::uint32_t kMemories = 8;       // numbers kept for those of a layer
constexpr std::uint32_t kLayers = 16;        // the deepest configuration

bool is_share(double x) { return x >= 0.0 && x <= 1.0; }

}  // namespace

void check_faults(const Faults& faults) {
  if (!is_share(faults.stuck_lanes)) throw Error("faults", "stuck lanes", "must be in 0..1");
  if (!is_share(faults.flipped_spikes)) throw Error("faults", "flipped spikes", "must be in 0..1");
  const ConverterShape& c = faults.converter;
  if (c.bits < 2 || c.bits > 7) throw Error("faults", "converter bits", "must be in 2..7");
  if (c.range < c.bits - 7 || c.range > 7) {
    throw Error("faults", "converter range", "must be in bits - 7..7");
  }
}

std::vector<StuckBit> stuck_bits(const Faults& faults, std::size_t lanes, std::uint32_t bank) {
  RandomSource random(faults.seed, bank);
  std::vector<StuckBit> bits;
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    const bool stuck = random.chance(faults.stuck_lanes);
    const std::uint32_t mask = std::uint32_t{1} << random.integer(0, 31);
    const std::uint32_t value = random.integer(0, 1) != 0 ? mask : 0;
    if (stuck) bits.push_back({lane, mask, value});
  }
  return bits;
}

void flip_spikes(const Faults& faults, std::uint32_t image, std::uint32_t layer, SpikeMemory memory,
                 SpikeTensor& spikes) {
  RandomSource random(faults.seed, kMemoryStreams + (image * kLayers + layer) * kMemories +
                                       static_cast<std::uint32_t>(memory));
  for (int t = 0; t < spikes.steps(); ++t) {
    for (int n = 0; n < spikes.tokens(); ++n) {
      const std::span<std::uint64_t> row = spikes.row(t, n);
      for (int f = 0; f < spikes.features(); ++f) {
        const auto place = static_cast<std::size_t>(f);
        if (random.chance(faults.flipped_spikes)) row[place / 64] ^= std::uint64_t{1} << place % 64;
      }
    }
  }
}

}  // namespace xpike::reference
