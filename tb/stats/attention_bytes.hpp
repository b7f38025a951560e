// SPDX-License-Identifier: Apache-2.0
// Random bytes of one head of attention, from lanes or from generators without structure.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace xpike::stats {

enum class Generator {
  Lfsr,      // lanes, as on chip
  Shared,    // perfect bytes, score (i, j) uses byte (i + j) mod N as on chip
  Unshared,  // perfect bytes, one of its own for every score
};

struct Source {
  Generator generator = Generator::Lfsr;
  int leap = 32;  // of both banks; only for lanes

  std::string name() const;
};

class AttentionBytes {
 public:
  virtual ~AttentionBytes() = default;
  virtual void draw_score() = 0;  // once per time step
  virtual std::uint8_t score(int i, int j) const = 0;
  virtual void draw_value() = 0;  // once per column
  virtual std::uint8_t value(int i) const = 0;
};

// Head `head` of 4 heads with `tokens` physical tokens, layer 0 of an image.
std::unique_ptr<AttentionBytes> make_bytes(const Source& source, std::uint32_t seed,
                                           std::uint32_t image, int tokens, int head = 0);

}  // namespace xpike::stats
