// SPDX-License-Identifier: Apache-2.0
#include "stats/base_states.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <random>

#include "reference/streams.hpp"
#include "stats/limits.hpp"

namespace xpike::stats {
namespace {

constexpr std::size_t kOutputBits = 32;

std::size_t input_bits(Word word) {
  switch (word) {
    case Word::Seed:
    case Word::Image:
      return 32;
    case Word::Layer:
      return 4;
    case Word::Kind:
      return 1;
  }
  return 0;
}

}  // namespace

Avalanche avalanche(Word word, std::size_t samples, std::uint64_t generator) {
  Avalanche result{input_bits(word) * kOutputBits, samples, 0.0};
  std::mt19937_64 engine(generator);
  for (std::size_t bit = 0; bit < input_bits(word); ++bit) {
    std::array<std::size_t, kOutputBits> flips{};
    for (std::size_t sample = 0; sample < samples; ++sample) {
      std::array<std::uint32_t, 4> words{
          static_cast<std::uint32_t>(engine()), static_cast<std::uint32_t>(engine()),
          static_cast<std::uint32_t>(engine() >> 60U), static_cast<std::uint32_t>(engine() >> 63U)};
      const auto base = [&] {
        return reference::base_state(words[0], words[1], words[2], words[3]);
      };
      const std::uint32_t before = base();
      words.at(static_cast<std::size_t>(word)) ^= 1U << bit;
      const std::uint32_t changed = before ^ base();
      for (std::size_t out = 0; out < kOutputBits; ++out) flips[out] += changed >> out & 1U;
    }
    for (const std::size_t count : flips) {
      const double share = static_cast<double>(count) / static_cast<double>(samples);
      result.largest = std::max(result.largest, std::abs(share - 0.5));
    }
  }
  return result;
}

double avalanche_limit(const Avalanche& result) {
  return 0.02 + family_limit(result.pairs) * 0.5 / std::sqrt(static_cast<double>(result.samples));
}

}  // namespace xpike::stats
