// SPDX-License-Identifier: Apache-2.0
// Random numbers of the benches: one seed per program, printed, chosen by XPIKE_SEED.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>

namespace xpike::tb {

/// The seed of this run: environment variable XPIKE_SEED, else a fixed one. Printed once.
inline std::uint64_t base_seed() {
  static const std::uint64_t seed = [] {
    const char* text = std::getenv("XPIKE_SEED");
    const std::uint64_t value = text != nullptr ? std::strtoull(text, nullptr, 0) : 20240815U;
    std::printf("XPIKE_SEED=%llu\n", static_cast<unsigned long long>(value));
    return value;
  }();
  return seed;
}

/// A generator whose results are the same with every standard library.
class Random {
 public:
  /// Different `stream` numbers give independent sequences of the same run.
  explicit Random(std::uint64_t stream = 0) : engine_(base_seed() * 0x9E3779B97F4A7C15U + stream) {}

  std::uint64_t word() { return engine_(); }
  /// The low `width` bits random, width in 0..64.
  std::uint64_t bits(unsigned width) { return width == 0 ? 0 : engine_() >> (64U - width); }
  /// Uniform in 0..bound-1; the bias of at most bound/2^64 does not matter here.
  std::uint64_t below(std::uint64_t bound) { return engine_() % bound; }
  /// Uniform in low..high, both included.
  int between(int low, int high) {
    const auto span = static_cast<std::uint64_t>(std::int64_t{high} - low) + 1U;
    return low + static_cast<int>(below(span));
  }
  /// True with the given probability; 0 never, 1 always.
  bool chance(double probability) {
    return static_cast<double>(engine_() >> 11U) < probability * 9007199254740992.0;  // 2^53
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace xpike::tb
