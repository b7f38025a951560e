// SPDX-License-Identifier: Apache-2.0
// Receiver of rtl/core/xpk_timeline_sim.sv: which engine worked on what, in which cycles.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace xpike::sim {

/// One piece of work of one lane, in cycles [begin, end). Lanes, and which of layer, token and step
/// they have, are those of xpk_timeline_sim.sv; what a lane does not have is 0.
struct Work {
  std::string lane;
  int layer = 0;
  int token = 0;
  int step = 0;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

/// All work of one inference, ordered by begin. Cycle 0 is the first one of the inference.
using Timeline = std::vector<Work>;

/// While a recorder exists, the models that this thread evaluates report to it. At most one per
/// thread; make it while the chip is idle.
class TimelineRecorder {
 public:
  TimelineRecorder();
  ~TimelineRecorder();
  TimelineRecorder(const TimelineRecorder&) = delete;
  TimelineRecorder& operator=(const TimelineRecorder&) = delete;

  /// The lane is in this state from `cycle` on (see xpk_timeline_sim.sv).
  void change(std::string_view lane, bool busy, int layer, int token, int step,
              std::uint64_t cycle);

  /// Call when the inference is over. Throws Error if a lane is still busy.
  Timeline finish();

 private:
  std::map<std::string, Work, std::less<>> open_;
  Timeline done_;
};

}  // namespace xpike::sim
