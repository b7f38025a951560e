// SPDX-License-Identifier: Apache-2.0
// Random numbers of devices: a pure function of who asks and for what. No device keeps a state, so
// an array of any size can be looked at again, at another time, in any order and on any thread.
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>

namespace xpike::device {

// What a device draws for. The numbers are part of every result: append, never reorder.
enum class Draw : std::uint64_t { kStuck = 1, kProgram = 2, kVerify = 3, kRead = 4 };

// Output function of the public-domain SplitMix64 generator (Steele, Lea, Flood, 2014).
constexpr std::uint64_t scramble(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15U;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31);
}

struct NormalPair {
  double first;
  double second;
};

class DeviceRandom {
 public:
  // `device` numbers the devices of a chip.
  constexpr DeviceRandom(std::uint64_t seed, std::uint64_t device)
      : key_(scramble(scramble(seed) ^ device)) {}

  // Uniform in [0, 1). `round` numbers the repetitions of a purpose.
  constexpr double uniform(Draw purpose, std::uint64_t round = 0) const {
    return fraction(word(purpose, round, 0));
  }
  // Two independent standard normals (Box, Muller, 1958).
  NormalPair normals(Draw purpose, std::uint64_t round = 0) const {
    // 1 - uniform lies in (0, 1], of which the logarithm is finite.
    const double radius = std::sqrt(-2.0 * std::log(1.0 - fraction(word(purpose, round, 1))));
    const double angle = 2.0 * std::numbers::pi * fraction(word(purpose, round, 2));
    return {radius * std::cos(angle), radius * std::sin(angle)};
  }

 private:
  constexpr std::uint64_t word(Draw purpose, std::uint64_t round, std::uint64_t part) const {
    return scramble(scramble(key_ ^ (static_cast<std::uint64_t>(purpose) << 8 | part)) ^ round);
  }
  static constexpr double fraction(std::uint64_t x) {
    return static_cast<double>(x >> 11) * 0x1.0p-53;
  }

  std::uint64_t key_;
};

}  // namespace xpike::device
