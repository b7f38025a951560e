// SPDX-License-Identifier: Apache-2.0
// `run --random-model`: the workload, its cycles beside the ideal ones, and the options around it.
#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "command.hpp"
#include "model/file_io.hpp"
#include "model/npy.hpp"

using nlohmann::json;

namespace {

// `run --random-model 3 --config tiny --tokens 13 --steps 7 --json r.json` and more; its report.
json run_tiny(const Workplace& place, const std::vector<std::string>& more) {
  std::vector<std::string> arguments{"run", "--random-model", "3", "--config", "tiny",  "--tokens",
                                     "13",  "--steps",        "7", "--json",   "r.json"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  const CommandResult result = place.xpike(arguments);
  INFO(result.err);
  REQUIRE(result.code == 0);
  return read_json(place.path() / "r.json");
}

json phase(const json& report, const std::string& name) {
  for (const json& entry : report.at("cycles_per_phase")) {
    if (entry.at("phase") == name) return entry;
  }
  FAIL("no phase " << name);
  return {};
}

std::string refusal(const Workplace& place, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "run");
  const CommandResult result = place.xpike(arguments);
  CHECK(result.code == 2);
  CHECK(result.out.empty());
  return result.err;
}

}  // namespace

TEST_CASE("a random run follows from its seed and keeps to its rates", "[cli]") {
  const Workplace place;
  const json report = run_tiny(place, {"--images", "3"});
  CHECK(report.at("images") == 3);
  CHECK(report.at("tokens") == 13);
  CHECK(report.at("steps") == 7);
  CHECK(report.at("accuracy").is_null());
  CHECK(report.at("tensor_rates").size() == 22);  // input, embed, ten of each layer
  for (const auto& [tensor, rate] : report.at("tensor_rates").items()) {
    INFO(tensor);
    CHECK(rate >= 0.1);
    CHECK(rate <= 0.3);
  }
  CHECK(report.at("tensor_rates").at("embed") == report.at("spike_rates").at("embed"));
  const json threads = run_tiny(place, {"--images", "3", "--threads", "2"});
  CHECK(threads.at("events") == report.at("events"));
  CHECK(threads.at("tensor_rates") == report.at("tensor_rates"));
  const json other = run_tiny(place, {"--images", "3", "--seed", "2"});
  CHECK(other.at("events") != report.at("events"));
}

TEST_CASE("ideal cycles follow from the sizes", "[cli]") {
  const Workplace place;
  const json report = run_tiny(place, {"--clock-hz", "100000000"});
  // AIMC 0: 13 x 7 x 8 + 2 x (8 + 6); AIMC 1, 2: 13 x 7 x 8 + 4 x (8 + 6); SSA: 7 x 32 + 32 + 32.
  CHECK(report.at("ideal_cycles") == 756 + 2 * 784 + 2 * 288);
  CHECK(report.at("clock_hz") == 1e8);
  CHECK(report.at("wall_seconds_reference") > 0.0);
  for (const char* unmeasured : {"latency_seconds", "result_interval", "images_per_second",
                                 "wall_seconds_rtl", "cells_updates_per_second"}) {
    CHECK(report.at(unmeasured).is_null());
  }
  CHECK(report.at("cycles_per_phase").empty());
}

#ifdef XPIKE_HAVE_RTL_ENGINE
TEST_CASE("engines agree on a random model, and every cycle belongs to a phase", "[cli]") {
  const Workplace place;
  const json report = run_tiny(place, {"--engine", "both"});
  CHECK(report.at("mismatches") == 0);
  CHECK(report.at("compared_events").size() > 30);

  std::vector<std::string> names;
  std::uint64_t sum = 0;
  for (const json& entry : report.at("cycles_per_phase")) {
    names.push_back(entry.at("phase"));
    sum += entry.at("cycles").get<std::uint64_t>();
  }
  CHECK(names == std::vector<std::string>{"input", "aimc 0", "ssa 0", "aimc 1", "ssa 1", "aimc 2",
                                          "readout", "seeds"});
  const json& events = report.at("events");
  CHECK(sum == events.at("cycles"));
  CHECK(phase(report, "input").at("cycles") == events.at("cycles_wait_input"));
  CHECK(phase(report, "seeds").at("cycles") == events.at("cycles_wait_seed"));
  CHECK(phase(report, "readout").at("cycles") == events.at("cycles_readout"));
  CHECK(phase(report, "aimc 0").at("ideal") == 756);
  CHECK(phase(report, "aimc 2").at("ideal") == 784);
  CHECK(phase(report, "ssa 1").at("ideal") == 288);
  CHECK(phase(report, "input").at("ideal").is_null());

  CHECK(report.at("latency_seconds") == events.at("cycles").get<double>() / 2e8);
  CHECK(report.at("result_interval") == events.at("cycles"));
  CHECK(report.at("images_per_second") == 2e8 / events.at("cycles").get<double>());
  CHECK(report.at("wall_seconds_rtl") > 0.0);
  // 16 x 16 cells of four heads, 2 x 7 x 32 columns.
  CHECK(report.at("cells_updates_per_second").get<double>() ==
        Approx(1024.0 * 448.0 / report.at("wall_seconds_rtl").get<double>()));
}

TEST_CASE("final scores are the last ones of all, and take fewer cycles", "[cli]") {
  const Workplace place;
  const json all = run_tiny(place, {"--engine", "both", "--scores", "all.npy"});
  const json last = run_tiny(place, {"--engine", "both", "--scores", "s.npy", "--final-scores"});
  CHECK(last.at("mismatches") == 0);
  CHECK(last.at("predictions") == all.at("predictions"));
  CHECK(phase(last, "readout").at("cycles") < phase(all, "readout").at("cycles"));
  const auto read = [&](const char* name) {
    return xpike::parse_npy(xpike::read_file(place.path() / name), name);
  };
  const xpike::NpyArray steps = read("all.npy");
  const xpike::NpyArray final_step = read("s.npy");
  REQUIRE(steps.shape == std::vector<std::size_t>{1, 7, 16});
  REQUIRE(final_step.shape == std::vector<std::size_t>{1, 1, 16});
  for (std::size_t c = 0; c < 16; ++c) CHECK(final_step.value(c) == steps.value(6 * 16 + c));
}
#endif

TEST_CASE("final scores leave the accuracy after the last step", "[cli]") {
  const Workplace place;
  REQUIRE(place.run({"--json", "all.json"}).code == 0);
  REQUIRE(place.run({"--json", "last.json", "--final-scores"}).code == 0);
  const json last = read_json(place.path() / "last.json");
  CHECK(last.at("accuracy") == read_json(place.path() / "all.json").at("accuracy"));
  CHECK(last.at("accuracy_by_step").is_null());
}

TEST_CASE("options that do not go with a random model are refused", "[cli]") {
  const Workplace place;
  CHECK(refusal(place, {"--random-model", "1"}) ==
        "xpike: command line: --config: is required with --random-model\n");
  for (const std::string option : {"--model", "--data", "--split", "--limit"}) {
    CHECK(refusal(place, {"--random-model", "1", "--config", "nano", option, "1"}) ==
          "xpike: command line: " + option +
              ": does not go with --random-model, which makes model and images\n");
  }
  const std::vector<std::string> files{"--model", "model.safetensors", "--data", "data"};
  for (const std::string option : {"--tokens", "--images"}) {
    std::vector<std::string> arguments = files;
    arguments.insert(arguments.end(), {option, "1"});
    CHECK(refusal(place, arguments) ==
          "xpike: command line: " + option + ": belongs to --random-model, which is not given\n");
  }
  CHECK(refusal(place, {"--model", "model.safetensors"}) ==
        "xpike: command line: --data: is required, unless --random-model is given\n");
  const auto random = [&](std::vector<std::string> more) {
    more.insert(more.begin(), {"--config", "nano"});
    return refusal(place, more);
  };
  CHECK(random({"--random-model=-1"}) ==
        "xpike: command line: --random-model: -1 is outside 0..4294967295\n");
  CHECK(random({"--random-model", "1", "--tokens", "9"}) ==
        "xpike: command line: --tokens: 9 is outside 1..8\n");
  CHECK(random({"--random-model", "1", "--steps", "5"}) ==
        "xpike: command line: --steps: 5 is outside 1..4\n");
  CHECK(random({"--random-model", "1", "--images", "0"}) ==
        "xpike: command line: --images: 0 is outside 1..1000000\n");
  CHECK(random({"--random-model", "1", "--clock-hz", "0"}) ==
        "xpike: command line: --clock-hz: 0 is outside 1..10000000000\n");
  CHECK(refusal(place, {"--random-model", "1", "--config", "vit-8-768", "--engine", "rtl"})
            .find("xpike: command line: --config: the RTL of vit-8-768 is not in this build") == 0);
}
