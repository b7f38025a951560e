// SPDX-License-Identifier: Apache-2.0
#include "cli/chrome_trace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string_view>
#include <vector>

#include "model/error.hpp"

namespace xpike::cli {
namespace {

using nlohmann::ordered_json;
using sim::Work;

// A lane of the simulation, the track that shows it, the name of its slices, and what work of the
// lane has. Work with a step is a part of a slice.
struct Lane {
  std::string_view lane;
  std::string_view track;
  std::string_view name;
  bool layer;
  bool token;
  bool step;
};

// Tracks appear in this order. The phases of the controller share one.
constexpr std::array<Lane, 20> kLanes{{
    {"wait_input", "controller", "input", false, false, false},
    {"wait_seed", "controller", "wait for seeds", false, false, false},
    {"aimc", "controller", "AIMC", true, false, false},
    {"ssa", "controller", "SSA", true, false, false},
    {"readout", "controller", "readout", false, false, false},
    {"packet", "input packet", "words in", false, false, false},
    {"seed_encoder", "seeder", "encoder lanes", false, false, false},
    {"seed_attention", "seeder", "attention lanes", true, false, false},
    {"encoder", "input encoder", "encode", false, true, true},
    {"embed", "EMBED", "EMBED", false, true, true},
    {"proj", "PROJ", "PROJ", true, true, true},
    {"ff1", "FF1", "FF1", true, true, true},
    {"ff2", "FF2", "FF2", true, true, true},
    {"q", "Q", "Q", true, true, true},
    {"k", "K", "K", true, true, true},
    {"v", "V", "V", true, true, true},
    {"head", "HEAD", "HEAD", false, true, true},
    {"scores", "SSA scores (Q, K)", "scores", true, false, true},
    {"values", "SSA outputs (S, V)", "outputs", true, false, true},
    {"result", "result packet", "words out", false, false, false},
}};

const Lane& lane_of(const Work& work) {
  const auto* found = std::find_if(kLanes.begin(), kLanes.end(),
                                   [&](const Lane& lane) { return lane.lane == work.lane; });
  if (found == kLanes.end()) throw Error("timeline", work.lane, "is no known lane");
  return *found;
}

constexpr int kProcess = 1;

class Trace {
 public:
  explicit Trace(const TraceInfo& info) : info_(info) {}

  void name_process(const std::string& name) { metadata("process_name", 0, {{"name", name}}); }

  // Threads are numbered from 1 in the order in which they are named.
  int name_thread(std::string_view name) {
    const int thread = ++threads_;
    metadata("thread_name", thread, {{"name", name}});
    metadata("thread_sort_index", thread, {{"sort_index", thread}});
    return thread;
  }

  void begin(int thread, const std::string& name, std::string_view category, std::uint64_t cycle,
             std::uint64_t end, ordered_json args) {
    args["cycle"] = cycle;
    args["cycles"] = end - cycle;
    ordered_json event = event_of("B", thread, cycle);
    event["name"] = name;
    event["cat"] = category;
    event["args"] = std::move(args);
    add(event);
  }
  void end(int thread, std::uint64_t cycle) { add(event_of("E", thread, cycle)); }

  std::string finish(std::uint64_t cycles) const {
    const ordered_json about{{"configuration", info_.configuration},
                             {"model", info_.model},
                             {"image", 0},
                             {"steps", info_.steps},
                             {"seed", info_.seed},
                             {"clock_mhz", info_.clock_mhz},
                             {"cycles", cycles}};
    return fmt::format(
        "{{\"displayTimeUnit\":\"ns\",\n\"otherData\":{},\n\"traceEvents\":[{}\n]}}\n", text(about),
        lines_);
  }

 private:
  static std::string text(const ordered_json& value) {
    // A file name may hold bytes that are no UTF-8.
    return value.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
  }
  ordered_json event_of(const char* kind, int thread, std::uint64_t cycle) const {
    return {{"ph", kind},
            {"pid", kProcess},
            {"tid", thread},
            {"ts", static_cast<double>(cycle) / info_.clock_mhz}};
  }
  void metadata(const char* name, int thread, ordered_json args) {
    add({{"ph", "M"},
         {"pid", kProcess},
         {"tid", thread},
         {"name", name},
         {"args", std::move(args)}});
  }
  void add(const ordered_json& event) { lines_ += (lines_.empty() ? "\n" : ",\n") + text(event); }

  const TraceInfo& info_;
  std::string lines_;
  int threads_ = 0;
};

std::string slice_name(const Lane& lane, const Work& work) {
  return lane.layer ? fmt::format("{} {}", lane.name, work.layer) : std::string(lane.name);
}

std::string part_name(const Lane& lane, const Work& work) {
  return lane.token ? fmt::format("token {} step {}", work.token, work.step)
                    : fmt::format("step {}", work.step);
}

// One slice for [first, last), works that follow each other without a gap, around one per work.
void add_stretch(Trace& trace, int thread, const Lane& lane,
                 std::vector<const Work*>::const_iterator first,
                 std::vector<const Work*>::const_iterator last) {
  const std::uint64_t end = (*std::prev(last))->end;
  ordered_json args = ordered_json::object();
  if (lane.layer) args["layer"] = (*first)->layer;
  trace.begin(thread, slice_name(lane, **first), lane.track, (*first)->begin, end, args);
  for (auto it = first; lane.step && it != last; ++it) {
    const Work& work = **it;
    if (lane.token) args["token"] = work.token;
    args["step"] = work.step;
    trace.begin(thread, part_name(lane, work), lane.track, work.begin, work.end, args);
    trace.end(thread, work.end);
  }
  trace.end(thread, end);
}

void add_track(Trace& trace, int thread, const std::vector<const Work*>& works) {
  for (auto first = works.begin(); first != works.end();) {
    const Lane& lane = lane_of(**first);
    auto last = std::next(first);
    // Only work with parts goes on in the same slice; phases stay slices of their own.
    while (lane.step && last != works.end() && (*last)->begin == (*std::prev(last))->end &&
           (*last)->layer == (*first)->layer) {
      ++last;
    }
    add_stretch(trace, thread, lane, first, last);
    first = last;
  }
}

}  // namespace

std::string chrome_trace(const sim::Timeline& timeline, const TraceInfo& info) {
  std::uint64_t cycles = 0;
  for (const Work& work : timeline) cycles = std::max(cycles, work.end);
  Trace trace(info);
  trace.name_process(
      fmt::format("Xpikeformer {}, cycles at {} MHz", info.configuration, info.clock_mhz));
  for (auto lane = kLanes.begin(); lane != kLanes.end();) {
    const std::string_view track = lane->track;
    std::vector<const Work*> works;
    for (const Work& work : timeline) {
      if (lane_of(work).track == track) works.push_back(&work);
    }
    const int thread = trace.name_thread(track);
    if (lane == kLanes.begin()) {
      trace.begin(thread, "inference", track, 0, cycles, ordered_json::object());
      add_track(trace, thread, works);
      trace.end(thread, cycles);
    } else {
      add_track(trace, thread, works);
    }
    lane = std::find_if(lane, kLanes.end(), [&](const Lane& l) { return l.track != track; });
  }
  return trace.finish(cycles);
}

}  // namespace xpike::cli
