// SPDX-License-Identifier: Apache-2.0
// Converter of one array column (docs/numerics.md, section 5).
#pragma once

#include <algorithm>
#include <cstdint>

namespace xpike::reference {

inline constexpr int kMinCode = -16;
inline constexpr int kMaxCode = 15;

// Code of an exact column sum p, in 1/256 of a level. Halves round towards plus infinity.
constexpr int convert(std::int64_t p, int gain, int shift) {
  const std::int64_t half = std::int64_t{1} << (shift + 15);
  const std::int64_t code = (p * gain + half) >> (shift + 16);
  return static_cast<int>(std::clamp<std::int64_t>(code, kMinCode, kMaxCode));
}

}  // namespace xpike::reference
