// SPDX-License-Identifier: Apache-2.0
// How well the base states of neighbouring words differ (docs/numerics.md, section 2).
#pragma once

#include <cstddef>
#include <cstdint>

namespace xpike::stats {

// The words that a base state is mixed from.
enum class Word { Seed, Image, Layer, Kind };

// One bit of one word flipped, one bit of the base state looked at.
struct Avalanche {
  std::size_t pairs = 0;    // input bits x 32 output bits
  std::size_t samples = 0;  // of each pair
  double largest = 0.0;     // largest |P(output bit flips) - 1/2| over the pairs
};

// Over `samples` random settings of the words; `generator` seeds them.
Avalanche avalanche(Word word, std::size_t samples, std::uint64_t generator);

// What `largest` may be: a bias of 0.02 of a single pair, which six rounds leave behind the last
// word, and what chance adds to it.
double avalanche_limit(const Avalanche& result);

}  // namespace xpike::stats
