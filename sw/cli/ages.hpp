// SPDX-License-Identifier: Apache-2.0
// Ages at which studies of devices look at a chip.
#pragma once

#include <array>

namespace xpike::cli {

struct Age {
  double seconds;  // since programming
  const char* name;
};
inline constexpr std::array<Age, 6> kAges{{{1, "1 s"},
                                           {60, "1 min"},
                                           {3600, "1 h"},
                                           {86400, "1 day"},
                                           {2592000, "30 days"},
                                           {31104000, "360 days"}}};

}  // namespace xpike::cli
