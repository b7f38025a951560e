// SPDX-License-Identifier: Apache-2.0
#include "timeline.hpp"

#include <algorithm>
#include <utility>

#include "model/error.hpp"

namespace xpike::sim {

namespace {
// The model calls back from within its evaluation, on the thread that evaluates it.
thread_local TimelineRecorder* current = nullptr;
}  // namespace

TimelineRecorder::TimelineRecorder() { current = this; }

TimelineRecorder::~TimelineRecorder() { current = nullptr; }

void TimelineRecorder::change(std::string_view lane, bool busy, int layer, int token, int step,
                              std::uint64_t cycle) {
  if (const auto found = open_.find(lane); found != open_.end()) {
    found->second.end = cycle;
    done_.push_back(std::move(found->second));
    open_.erase(found);
  }
  if (busy) {
    std::string name(lane);
    open_[name] = Work{name, layer, token, step, cycle, cycle};
  }
}

Timeline TimelineRecorder::finish() {
  if (!open_.empty()) {
    throw Error("timeline", open_.begin()->first, "is still busy after the inference");
  }
  std::stable_sort(done_.begin(), done_.end(),
                   [](const Work& a, const Work& b) { return a.begin < b.begin; });
  if (!done_.empty()) {
    const std::uint64_t first = done_.front().begin;
    for (Work& work : done_) {
      work.begin -= first;
      work.end -= first;
    }
  }
  return std::exchange(done_, {});
}

}  // namespace xpike::sim

// DPI imports of xpk_timeline_sim.sv.
extern "C" {
int xpk_timeline_enabled() { return xpike::sim::current != nullptr ? 1 : 0; }

void xpk_timeline_change(const char* lane, int busy, int layer, int token, int step,
                         unsigned long long cycle) {
  xpike::sim::current->change(lane, busy != 0, layer, token, step, cycle);
}
}
