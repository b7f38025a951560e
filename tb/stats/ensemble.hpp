// SPDX-License-Identifier: Apache-2.0
// Seeds that are independent from image to image.
//
// The base state of the chip is a linear function of seed xor image number, so consecutive images
// of one seed are an affine family and no random sample. Where a test compares with the statistics
// of independent samples, every image has a seed of its own.
#pragma once

#include <cstdint>

namespace xpike::stats {

// SplitMix64, a finaliser of full avalanche.
inline std::uint32_t image_seed(std::uint32_t seed, std::uint32_t image) {
  std::uint64_t z = (std::uint64_t{seed} << 32U | image) + 0x9E3779B97F4A7C15U;
  z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
  z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
  return static_cast<std::uint32_t>((z ^ (z >> 31U)) >> 32U);
}

}  // namespace xpike::stats
