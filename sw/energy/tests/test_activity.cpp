// SPDX-License-Identifier: Apache-2.0
// Counts by formula against those of the engines, and reports of runs.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>

#include "core_model.hpp"
#include "energy/activity.hpp"
#include "energy/latency.hpp"
#include "model/error.hpp"
#include "model/fit.hpp"
#include "model/random_model.hpp"
#include "model/tests/temporary_folder.hpp"
#include "reference/engine.hpp"
#include "rtl_engine.hpp"

using namespace xpike;
using namespace xpike::energy;
using nlohmann::json;

namespace {

struct Run {
  const char* config;
  int tokens;
  int steps;
  Pooling pooling;
  int selected;  // tokens that the head reads
};
const Run kRuns[] = {{"nano", 8, 4, Pooling::kAll, 8},
                     {"nano", 3, 2, Pooling::kLast, 1},
                     {"odd-a", 10, 5, Pooling::kFirst, 1},
                     {"odd-b", 17, 3, Pooling::kAll, 17}};

Network network_of(const Run& run) {
  RandomModelOptions options;
  options.pooling = run.pooling;
  return random_model(config_by_name(run.config), 3, options);
}

Result result_of(Engine& engine, const Run& run, const Network& network) {
  return engine.run(random_image(network, run.tokens, 5), 0, {run.steps, 1, false});
}

json report_of(const Run& run, const Events& events) {
  return {
      {"configuration", run.config}, {"images", 1}, {"engine", "reference"}, {"events", events}};
}

Activity read(const json& report) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "run.json";
  std::ofstream(file) << report.dump();
  return activity_of_run(file).activity;
}

std::string error_after(const std::function<void(json&)>& spoil) {
  const Run& run = kRuns[0];
  const Network network = network_of(run);
  reference::ReferenceEngine engine(config_by_name(run.config), network);
  json report = report_of(run, result_of(engine, run, network).events);
  spoil(report);
  try {
    read(report);
  } catch (const Error& error) {
    const std::string text = error.what();
    return text.substr(text.find("run.json: ") + 10);
  }
  return "accepted";
}

}  // namespace

TEST_CASE("counts that follow from sizes are those of the reference", "[energy]") {
  for (const Run& run : kRuns) {
    INFO(run.config << ", " << run.tokens << " tokens");
    const Config& config = config_by_name(run.config);
    const Network network = network_of(run);
    reference::ReferenceEngine engine(config, network);
    const Events events = result_of(engine, run, network).events;
    int compared = 0;
    for (const auto& [name, count] :
         counts_of_sizes(config, run.tokens, run.steps, network.shape.depth, run.selected)) {
      if (events.count(name) == 0) continue;  // memory bits
      INFO(name);
      CHECK(count == static_cast<double>(events.at(name)));
      ++compared;
    }
    CHECK(compared == 14);
  }
}

TEST_CASE("memory bits and ideal cycles by formula are those of the chip", "[energy][rtl]") {
  for (const Run& run : kRuns) {
    INFO(run.config << ", " << run.tokens << " tokens");
    const Config& config = config_by_name(run.config);
    const Network network = network_of(run);
    const auto engine = sim::make_rtl_engine(config, network, {});
    const Events events = result_of(*engine, run, network).events;
    const Counts counts =
        counts_of_sizes(config, run.tokens, run.steps, network.shape.depth, run.selected);
    for (const auto& [name, count] : counts) {
      INFO(name);
      CHECK(count == static_cast<double>(events.at(name)));
    }
    const auto phases = static_cast<double>(network.shape.depth);
    const double aimc =
        ideal_aimc_cycles(config, run.tokens, run.steps, network.shape.depth, config.adc_cycles);
    CHECK(static_cast<double>(events.at("cycles_aimc")) <= aimc + 64 * (phases + 1));
    CHECK(static_cast<double>(events.at("cycles_aimc")) >= 0.8 * aimc);
    const double ssa =
        ideal_ssa_cycles(config, run.tokens, run.steps, network.shape.depth, network.causal);
    CHECK(static_cast<double>(events.at("cycles_ssa")) <= ssa + 64 * phases);
    CHECK(static_cast<double>(events.at("cycles_ssa")) >= ssa - 32 * phases);
  }
}

TEST_CASE("a run's report gives sizes, rates and all counts", "[energy]") {
  const Run& run = kRuns[2];
  const Config& config = config_by_name(run.config);
  const Network network = network_of(run);
  reference::ReferenceEngine engine(config, network);
  Result result = engine.run(random_image(network, run.tokens, 5), 0, {run.steps, 1, true});
  json report = report_of(run, result.events);
  report["images"] = 2;  // then every count is halved
  for (auto& [name, count] : report["events"].items()) count = 2 * count.get<std::uint64_t>();
  const Activity activity = read(report);
  CHECK(activity.tokens == 10);
  CHECK(activity.steps == 5);
  CHECK(activity.depth == network.shape.depth);
  CHECK_FALSE(activity.measured_cycles);
  CHECK_FALSE(activity.measured_traffic);
  for (const auto& [name, count] : result.events) {
    CHECK(activity.at(name) == static_cast<double>(count));
  }
  CHECK(activity.at("qkv_write_bits") == 3.0 * config.dim * 50 * network.shape.depth);
  CHECK_THROWS_AS(activity.at("no_such_event"), std::out_of_range);

  // Rates, counted in the tensors.
  const auto stages = stages_of(config);
  double ones = 0;
  for (int t = 0; t < run.steps; ++t) {
    for (int n = 0; n < run.tokens; ++n) {
      for (int f = 0; f < config.dim; ++f) ones += result.tensors->embed.get(t, n, f) ? 1 : 0;
    }
  }
  CHECK(output_rate(activity, stages[0]) == Approx(ones / (50.0 * config.dim)));
  CHECK(vectors(activity, stages[1]) == 50.0 * network.shape.depth);
  CHECK(output_rate(activity, stages[7]) == 0.0);
}

TEST_CASE("assumed activity has its rate everywhere", "[energy]") {
  const Config& config = config_by_name("odd-a");
  const Activity activity = assumed_activity(config, 7, 3, uniform_rates(0.25), "test");
  for (const Stage& stage : stages_of(config)) {
    INFO(stage.name);
    CHECK(input_rate(activity, stage) == Approx(0.25));
    if (!stage.head()) CHECK(output_rate(activity, stage) == Approx(0.25));
  }
  // Three heads of ten columns, seven rows, 3 steps, 3 layers; three of four rows have no spike.
  CHECK(activity.at("gated_rows") == Approx(0.75 * 3 * 10 * 7 * 3 * 3));
}

TEST_CASE("rates of one run, assumed for other sizes, stay what they are", "[energy]") {
  Rates rates = uniform_rates(0.1);
  rates.inputs[5] = 0.3;
  rates.outputs[1] = 0.7;
  rates.a = 0.2;
  const Config& small = config_by_name("odd-b");
  const Rates read = rates_of(assumed_activity(small, 5, 2, rates, "test"), small);
  const Config& large = config_by_name("vit-8-768");
  const Rates back = rates_of(assumed_activity(large, 197, 7, read, "test"), large);
  for (std::size_t i = 0; i < kStages; ++i) {
    CHECK(back.inputs[i] == Approx(rates.inputs[i]));
    CHECK(back.outputs[i] == Approx(rates.outputs[i]));
  }
  CHECK(back.a == Approx(0.2));
  CHECK(back.res2 == Approx(0.1));
}

TEST_CASE("reports that cannot be used are refused by file and field", "[energy]") {
  CHECK(error_after([](json&) {}) == "accepted");
  CHECK(error_after([](json& r) { r["configuration"] = "huge"; }) ==
        "configuration: 'huge' is unknown");
  CHECK(error_after([](json& r) { r["configuration"] = "tiny"; }) ==
        "events.mvms_embed: more tokens than the configuration has");  // one step of 32 columns
  CHECK(error_after([](json& r) { r["images"] = 0; }) == "images: 0 is outside 1..1000000000");
  CHECK(error_after([](json& r) { r.erase("events"); }) == "events: is missing");
  CHECK(error_after([](json& r) { r["events"]["mvms_embed"] = -1; }) ==
        "events.mvms_embed: is neither a count nor null");
  CHECK(error_after([](json& r) { r["events"]["mvms_q"] = nullptr; }) ==
        "events.mvms_q: is missing or null");
  CHECK(error_after([](json& r) { r["events"]["spikes_q"] = nullptr; }) ==
        "events.spikes_q: is missing or null");
  CHECK(error_after([](json& r) { r["images"] = 7; }) ==
        "events.mvms_embed: does not suit the configuration");
  CHECK(error_after([](json& r) { r["events"]["mvms_embed"] = 0; }) ==
        "events.mvms_embed: does not suit the configuration");
}
