// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/drift_study.hpp"
#include "command.hpp"
#include "model/fit.hpp"
#include "reference/engine.hpp"

using namespace xpike;
using namespace xpike::cli;
using nlohmann::json;

namespace {

std::vector<std::string> drift(std::vector<std::string> more) {
  more.insert(more.begin(), {"drift", "--model", "model.safetensors", "--data", "data"});
  return more;
}

}  // namespace

TEST_CASE("devices without noise lose nothing, at any age", "[cli][drift]") {
  const Workplace place;
  const DataSet data(place.path() / "data", "all");
  DriftPlan plan;
  plan.evaluation.config = &config_by_name("nano");
  plan.evaluation.data = &data;
  plan.evaluation.images = data.size();
  plan.options.steps = place.network().shape.steps;
  plan.chips = 2;
  plan.times = {1.0, 1e7};
  plan.devices = {.program_noise = 0, .drift = 0, .read_noise = 0};
  plan.kinds = {Compensation::kNone, Compensation::kGain, Compensation::kThresholds,
                Compensation::kGainAndThresholds};
  std::size_t evaluations = 0;
  const DriftOutcome outcome = study_drift(place.network(), plan, [&] { ++evaluations; });
  CHECK(evaluations == drift_evaluations(plan));
  CHECK(evaluations == 2 * (1 + 4 * 2));

  // The answers without devices, counted here.
  reference::ReferenceEngine engine(*plan.evaluation.config, place.network());
  Repeats expected(2);
  for (std::uint32_t chip = 0; chip < 2; ++chip) {
    RunOptions options = plan.options;
    options.seed += chip;
    for (std::size_t i = 0; i < data.size(); ++i) {
      const Result result =
          engine.run(data.image(i, place.network()), static_cast<std::uint32_t>(i), options);
      expected[chip].push_back(result.predicted == data.label(i) ? 1 : 0);
    }
  }
  CHECK(outcome.ideal == expected);
  for (const auto& curve : outcome.curves) CHECK(curve == std::vector<Repeats>(2, expected));
  CHECK(outcome.curves.size() == plan.kinds.size());
  CHECK(outcome.pulses_per_weight == 2.0);
}

TEST_CASE("a study lists every chip at every age, and repeats", "[cli][drift]") {
  const Workplace place;
  for (const char* file : {"a.json", "b.json"}) {
    const CommandResult made =
        place.xpike(drift({"--chips", "3", "--model", "model.safetensors", "--pulses", "4",
                           "--pairs", "2", "--stuck-low", "0.01", "--compensation", "gain",
                           "--compensation", "gain+thresholds", "--json", file}));
    INFO(made.err);
    REQUIRE(made.code == 0);
    CHECK_THAT(made.out, Catch::Matchers::Contains("360 days") &&
                             Catch::Matchers::Contains("gain+thresholds") &&
                             Catch::Matchers::Contains("over 3 chips"));
  }
  const json a = read_json(place.path() / "a.json");
  CHECK(a == read_json(place.path() / "b.json"));
  CHECK(a["times_seconds"] == json({1.0, 60.0, 3600.0, 86400.0, 2592000.0, 31104000.0}));
  CHECK(a["pulses"] == 4);
  CHECK(a["stuck_low"] == 0.01);
  REQUIRE(a["models"].size() == 2);
  CHECK(a["models"][0] == a["models"][1]);
  CHECK(a["models"][0]["compensation"].size() == 2);
  for (const char* kind : {"gain", "gain+thresholds"}) {
    const json& curve = a["models"][0]["compensation"][kind];
    REQUIRE(curve["accuracy"].size() == 6);
    for (std::size_t t = 0; t < 6; ++t) {
      REQUIRE(curve["accuracy"][t].size() == 3);
      double mean = 0.0;
      for (const double share : curve["accuracy"][t]) mean += share / 3;
      CHECK(curve["mean"][t].get<double>() == Approx(mean));
      const double ideal = a["models"][0]["ideal"]["mean"][0];
      CHECK(curve["minus_ideal"]["mean"][t].get<double>() == Approx(mean - ideal).margin(1e-12));
      CHECK(curve["minus_first_model"]["mean"][t] == 0.0);
      CHECK(curve["minus_first_model"]["half_interval"][t] == 0.0);
    }
  }
  const double pulses = a["models"][0]["pulses_per_weight"];
  CHECK(pulses > 4.0);
  CHECK(pulses <= 16.0);
}

TEST_CASE("unusable requests for a study are refused and leave nothing", "[cli][drift]") {
  const Workplace place;
  const std::string before = place.listing();
  const auto refusal = [&](std::vector<std::string> more) {
    more.insert(more.end(), {"--json", "out.json"});
    const CommandResult result = place.xpike(drift(more));
    CHECK(result.code == 2);
    CHECK(result.out.empty());
    CHECK(place.listing() == before);
    return result.err;
  };
  CHECK(refusal({"--chips", "0"}) == "xpike: command line: --chips: 0 is outside 1..1000\n");
  CHECK(refusal({"--pulses", "1001"}) ==
        "xpike: command line: --pulses: 1001 is outside 1..1000\n");
  CHECK(refusal({"--pairs", "9"}) == "xpike: command line: --pairs: 9 is outside 1..8\n");
  CHECK_THAT(refusal({"--compensation", "some"}),
             Catch::Matchers::Contains("--compensation: 'some' is not one of none, gain"));
  CHECK(refusal({"--vectors", "2000"}) ==
        "xpike: command line: --vectors: 2000 is outside 1..1024\n");
  CHECK(refusal({"--threads", "0"}) == "xpike: command line: --threads: 0 is outside 1..256\n");
  CHECK(refusal({"--steps", "99"}) == "xpike: command line: --steps: 99 is outside 1..4\n");
  CHECK_THAT(refusal({"--stuck-high", "2"}),
             Catch::Matchers::Contains("stuck at full conductance: must be in 0..1"));
  std::filesystem::remove(place.path() / "data" / "labels.npy");
  const CommandResult unlabelled = place.xpike(drift({}));
  CHECK(unlabelled.code == 2);
  CHECK(unlabelled.err == "xpike: data: labels: are needed for an accuracy\n");
}
