// SPDX-License-Identifier: Apache-2.0
// Text of unknown origin as part of a message.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace xpike {

inline bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7F;
}

// Control characters become '?'; what is longer than the limit is cut.
inline std::string one_line(std::string_view text, std::size_t limit) {
  std::string out(text.substr(0, limit));
  for (char& c : out) {
    if (is_control(c)) c = '?';
  }
  if (text.size() > limit) out += "...";
  return out;
}

}  // namespace xpike
