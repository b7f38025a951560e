// SPDX-License-Identifier: Apache-2.0
// Ports that carry an input beat: an integer of up to 64 bits, or words.
#pragma once

#include <verilated.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include "core_model.hpp"

namespace xpike::sim {

using BeatWords = std::array<std::uint32_t, kMaxInputWords>;

inline void put_words(IData& port, const BeatWords& words) { port = words[0]; }
inline void put_words(QData& port, const BeatWords& words) {
  port = QData{words[1]} << 32U | words[0];
}
template <class Wide>
void put_words(Wide& port, const BeatWords& words) {
  static_assert(sizeof(port) <= sizeof(words));
  std::copy_n(words.begin(), sizeof(port) / sizeof(words[0]), port.data());
}

}  // namespace xpike::sim
