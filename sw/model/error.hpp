// SPDX-License-Identifier: Apache-2.0
// The one exception type of the project.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace xpike {

// An input that cannot be used. The message is one line, "place: field: problem", whatever bytes
// the parts hold: control characters become '?', over-long parts are cut.
class Error : public std::runtime_error {
 public:
  // place: a file name, or the thing at fault when there is no file ("command line", "network")
  // field: the part of the place that is wrong ("layer0.q.weight", "--steps")
  Error(std::string_view place, std::string_view field, std::string_view problem)
      : std::runtime_error(clean(place, 400) + ": " + clean(field, 120) + ": " +
                           clean(problem, 400)) {}

 private:
  static std::string clean(std::string_view text, std::size_t limit) {
    std::string out(text.substr(0, limit));
    for (char& c : out) {
      const auto byte = static_cast<unsigned char>(c);
      if (byte < 0x20 || byte == 0x7f) c = '?';
    }
    if (text.size() > limit) out += "...";
    return out;
  }
};

}  // namespace xpike
