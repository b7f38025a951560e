// SPDX-License-Identifier: Apache-2.0
// Samples of random bytes, as the lanes of many images deliver them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace xpike::stats {

// Place of an encoder's byte: lane of the attention streams, and byte of that lane.
struct Encoder {
  int lane = 0;
  int byte = 0;
};

// bytes[e][image * draws + d]: encoder e, draw d of an image. Images 0, 1, .. of one seed.
struct Pool {
  std::vector<Encoder> encoders;
  std::size_t images = 0;
  std::size_t draws = 0;
  std::vector<std::vector<std::uint8_t>> bytes;

  std::size_t samples() const { return images * draws; }
};

// All four bytes of the given lanes. draws * leap stays below 2^20.
Pool lfsr_pool(std::uint32_t seed, int leap, const std::vector<int>& lanes, std::size_t images,
               std::size_t draws);

// The same shape from a generator without structure (64-bit Mersenne twister).
Pool perfect_pool(std::uint32_t seed, const std::vector<int>& lanes, std::size_t images,
                  std::size_t draws);

}  // namespace xpike::stats
