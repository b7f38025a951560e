// SPDX-License-Identifier: Apache-2.0
// The trace of the engines: its format, and its agreement with the counters of the same run.
#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "cli/chrome_trace.hpp"
#include "command.hpp"

using nlohmann::json;
using xpike::sim::Timeline;

namespace {

// A slice as a viewer builds it from B and E events: how deep it lies, and what it lies in.
struct Slice {
  std::string track;
  std::string name;
  std::string parent;
  std::size_t depth = 0;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  json args;
};

// Reads a trace as viewers do: per thread a stack of open slices. Checks that times do not go back,
// that every slice is closed, and that times are the cycles at the clock of the file.
std::vector<Slice> read_slices(const json& trace) {
  const double clock = trace.at("otherData").at("clock_mhz");
  std::map<int, std::string> threads;
  std::map<int, std::vector<Slice>> open;
  std::map<int, double> reached;
  std::vector<Slice> slices;
  for (const json& event : trace.at("traceEvents")) {
    const std::string kind = event.at("ph");
    const int thread = event.at("tid");
    CHECK(event.at("pid") == 1);
    if (kind == "M") {
      if (event.at("name") == "thread_name") threads[thread] = event.at("args").at("name");
      continue;
    }
    const double time = event.at("ts");
    CHECK(time >= reached[thread]);
    reached[thread] = time;
    std::vector<Slice>& stack = open[thread];
    if (kind == "B") {
      const json& args = event.at("args");
      const std::uint64_t begin = args.at("cycle");
      CHECK(time == Approx(static_cast<double>(begin) / clock));
      slices.push_back({threads.at(thread), event.at("name"),
                        stack.empty() ? "" : stack.back().name, stack.size(), begin,
                        begin + args.at("cycles").get<std::uint64_t>(), args});
      stack.push_back(slices.back());
    } else {
      REQUIRE(kind == "E");
      REQUIRE_FALSE(stack.empty());
      CHECK(time == Approx(static_cast<double>(stack.back().end) / clock));
      stack.pop_back();
    }
  }
  for (const auto& [thread, stack] : open) CHECK(stack.empty());
  return slices;
}

std::uint64_t sum_cycles(const std::vector<Slice>& slices, const std::string& track,
                         const std::string& name_start) {
  std::uint64_t total = 0;
  for (const Slice& slice : slices) {
    if (slice.track == track && slice.name.find(name_start) == 0) total += slice.end - slice.begin;
  }
  return total;
}

std::size_t count_deep(const std::vector<Slice>& slices, const std::string& track) {
  return static_cast<std::size_t>(std::count_if(slices.begin(), slices.end(), [&](const Slice& s) {
    return s.track == track && s.depth == 1;
  }));
}

}  // namespace

TEST_CASE("work that follows without a gap is one slice with parts", "[timeline]") {
  const Timeline timeline{{"wait_input", 0, 0, 0, 0, 4},
                          {"aimc", 2, 0, 0, 4, 40},
                          {"ff1", 1, 0, 0, 8, 16},
                          {"ff1", 1, 0, 1, 16, 24},
                          {"ff1", 1, 1, 0, 30, 38}};
  const json trace = json::parse(xpike::cli::chrome_trace(timeline, {"nano", "m\xff", 4, 7, 300}));
  CHECK(trace.at("otherData").at("configuration") == "nano");
  CHECK(trace.at("otherData").at("cycles") == 40);
  const std::vector<Slice> slices = read_slices(trace);
  std::vector<std::string> found;
  for (const Slice& s : slices) {
    found.push_back(s.track + "/" + s.parent + "/" + s.name + " " + std::to_string(s.begin) + ".." +
                    std::to_string(s.end));
  }
  CHECK(found == std::vector<std::string>{
                     "controller//inference 0..40", "controller/inference/input 0..4",
                     "controller/inference/AIMC 2 4..40", "FF1//FF1 1 8..24",
                     "FF1/FF1 1/token 0 step 0 8..16", "FF1/FF1 1/token 0 step 1 16..24",
                     "FF1//FF1 1 30..38", "FF1/FF1 1/token 1 step 0 30..38"});
  CHECK(slices.back().args.at("token") == 1);
  CHECK(slices.back().args.at("layer") == 1);
}

TEST_CASE("a lane that no track shows is an error", "[timeline]") {
  CHECK_THROWS_WITH(xpike::cli::chrome_trace({{"turbine", 0, 0, 0, 0, 1}}, {"nano", "m", 1, 1, 1}),
                    "timeline: turbine: is no known lane");
}

TEST_CASE("the trace of a run agrees with its counters", "[cli][rtl][timeline]") {
  const Workplace place;
  const CommandResult result =
      place.run({"--engine", "both", "--limit", "1", "--json", "r.json", "--timeline", "t.json"});
  INFO(result.out << result.err);
  REQUIRE(result.code == 0);
  const json trace = read_json(place.path() / "t.json");
  const json report = read_json(place.path() / "r.json");
  const json& events = report.at("events");
  const std::vector<Slice> slices = read_slices(trace);
  CHECK(trace.at("otherData").at("clock_mhz") == 200);
  CHECK(trace.at("otherData").at("cycles") == events.at("cycles"));

  const std::string controller = "controller";
  CHECK(sum_cycles(slices, controller, "inference") == events.at("cycles"));
  CHECK(sum_cycles(slices, controller, "input") == events.at("cycles_wait_input"));
  CHECK(sum_cycles(slices, controller, "AIMC") == events.at("cycles_aimc"));
  CHECK(sum_cycles(slices, controller, "SSA") == events.at("cycles_ssa"));
  CHECK(sum_cycles(slices, controller, "wait for seeds") == events.at("cycles_wait_seed"));
  CHECK(sum_cycles(slices, controller, "readout") == events.at("cycles_readout"));
  CHECK(sum_cycles(slices, "SSA scores (Q, K)", "scores") == events.at("ssa_columns"));

  // One part per token-step that the matrix multiplies; ff1 of nano has two row blocks.
  const std::map<std::string, std::string> stages{
      {"EMBED", "embed"}, {"Q", "q"},     {"K", "k"},     {"V", "v"},
      {"PROJ", "proj"},   {"FF1", "ff1"}, {"FF2", "ff2"}, {"HEAD", "head"}};
  for (const auto& [track, matrix] : stages) {
    INFO(track);
    const std::size_t parts = count_deep(slices, track);
    CHECK(parts > 0);
    CHECK(parts * (matrix == "ff1" ? 2 : 1) == events.at("mvms_" + matrix));
  }
}

TEST_CASE("the timeline shows the first image whatever the threads", "[cli][rtl][timeline]") {
  const Workplace place;
  REQUIRE(place.run({"--engine", "rtl", "--timeline", "1.json"}).code == 0);
  REQUIRE(place
              .run({"--engine", "rtl", "--threads", "3", "--timeline", "3.json", "--timeline-clock",
                    "50"})
              .code == 0);
  json one = read_json(place.path() / "1.json");
  json three = read_json(place.path() / "3.json");
  CHECK(three.at("otherData").at("clock_mhz") == 50);
  const auto cycles = [](const json& trace) {
    std::vector<json> args;
    for (const Slice& slice : read_slices(trace)) args.push_back({slice.track, slice.args});
    return args;
  };
  CHECK(cycles(one) == cycles(three));
}
