// SPDX-License-Identifier: Apache-2.0
// The one exception type of the project.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "gen/one_line.hpp"

namespace xpike {

// An input that cannot be used. The message is one line, "place: field: problem", whatever bytes
// the parts hold: control characters become '?', over-long parts are cut.
class Error : public std::runtime_error {
 public:
  // place: a file name, or the thing at fault when there is no file ("command line", "network")
  // field: the part of the place that is wrong ("layer0.q.weight", "--steps")
  Error(std::string_view place, std::string_view field, std::string_view problem)
      : std::runtime_error(one_line(place, 400) + ": " + one_line(field, 120) + ": " +
                           one_line(problem, 400)) {}
};

}  // namespace xpike
