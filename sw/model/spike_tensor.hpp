// SPDX-License-Identifier: Apache-2.0
// Spikes of one stage for a whole image.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "model/bit_matrix.hpp"

namespace xpike {

// Bits [step][token][feature], one row of packed words per (step, token).
class SpikeTensor {
 public:
  SpikeTensor() = default;
  SpikeTensor(int steps, int tokens, int features)
      : steps_(steps),
        tokens_(tokens),
        features_(features),
        bits_(static_cast<std::size_t>(steps) * static_cast<std::size_t>(tokens),
              static_cast<std::size_t>(features)) {}

  int steps() const { return steps_; }
  int tokens() const { return tokens_; }
  int features() const { return features_; }

  bool get(int t, int n, int f) const {
    return bits_.get(index(t, n), static_cast<std::size_t>(f));
  }
  void set(int t, int n, int f, bool value) {
    bits_.set(index(t, n), static_cast<std::size_t>(f), value);
  }

  std::span<const std::uint64_t> row(int t, int n) const { return bits_.row(index(t, n)); }
  std::span<std::uint64_t> row(int t, int n) { return bits_.row(index(t, n)); }

  // Features [begin, begin + width) of all tokens at time step t: one row per token.
  BitMatrix step_columns(int t, int begin, int width) const;

  // All words, row by row.
  std::span<const std::uint64_t> words() const { return bits_.words(); }
  std::span<std::uint64_t> words() { return bits_.words(); }

  std::uint64_t count() const { return bits_.count(); }
  // Bits that could be 1.
  std::uint64_t places() const {
    return static_cast<std::uint64_t>(steps_) * static_cast<std::uint64_t>(tokens_) *
           static_cast<std::uint64_t>(features_);
  }

  bool operator==(const SpikeTensor&) const = default;

 private:
  std::size_t index(int t, int n) const {
    return static_cast<std::size_t>(t) * static_cast<std::size_t>(tokens_) +
           static_cast<std::size_t>(n);
  }

  int steps_ = 0;
  int tokens_ = 0;
  int features_ = 0;
  BitMatrix bits_;
};

}  // namespace xpike
