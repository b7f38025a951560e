// SPDX-License-Identifier: Apache-2.0
// Runs a parser over every truncation and over flipped bits of a valid file.
#pragma once

#include <catch2/catch.hpp>
#include <cstdint>
#include <string>

#include "model/error.hpp"
#include "model/file_io.hpp"
#include "model/random_source.hpp"

struct DamageCount {
  int refused = 0;
  int accepted = 0;
};

// parse(bytes) either returns or throws xpike::Error with one line; anything else fails the test.
template <class Parse>
void try_parse(const xpike::Bytes& bytes, Parse&& parse, DamageCount& count) {
  try {
    parse(bytes);
    ++count.accepted;
  } catch (const xpike::Error& error) {
    const std::string message = error.what();
    REQUIRE(message.find("damaged: ") == 0);
    REQUIRE(message.find('\n') == std::string::npos);
    ++count.refused;
  }
}

template <class Parse>
DamageCount truncate_everywhere(const xpike::Bytes& valid, Parse&& parse) {
  DamageCount count;
  for (std::size_t length = 0; length < valid.size(); ++length) {
    try_parse({valid.begin(), valid.begin() + static_cast<std::ptrdiff_t>(length)}, parse, count);
  }
  return count;
}

template <class Parse>
DamageCount flip_bits(const xpike::Bytes& valid, std::size_t first, std::size_t last,
                      Parse&& parse) {
  DamageCount count;
  for (std::size_t at = first; at < last; ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      xpike::Bytes damaged = valid;
      damaged[at] = static_cast<std::uint8_t>(damaged[at] ^ (1 << bit));
      try_parse(damaged, parse, count);
    }
  }
  return count;
}

// Overwrites random stretches with random bytes.
template <class Parse>
DamageCount scribble(const xpike::Bytes& valid, int trials, Parse&& parse) {
  DamageCount count;
  xpike::RandomSource random(99);
  const int size = static_cast<int>(valid.size());
  for (int trial = 0; trial < trials; ++trial) {
    xpike::Bytes damaged = valid;
    const int begin = random.integer(0, size - 1);
    const int end = random.integer(begin, std::min(begin + 16, size - 1));
    for (int at = begin; at <= end; ++at) {
      damaged[static_cast<std::size_t>(at)] = static_cast<std::uint8_t>(random.integer(0, 255));
    }
    try_parse(damaged, parse, count);
  }
  return count;
}
