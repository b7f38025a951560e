// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/fault_study.hpp"
#include "command.hpp"
#include "model/fit.hpp"
#include "model/model_file.hpp"
#include "reference/engine.hpp"

using namespace xpike;
using namespace xpike::cli;
using nlohmann::json;

namespace {

// The shipped model on the first digits that no one chose anything by.
struct Digits {
  Network network = load_model(XPIKE_SOURCE_DIR "/models/digits.safetensors");
  DataSet data{XPIKE_SOURCE_DIR "/data/digits", "validation"};
  FaultPlan plan{{&config_by_name("tiny"), &data, 120, 1}, {4, 0, false}, 2};

  double accuracy(const FaultCase& fault) const {
    return estimate(run_case(network, plan, fault)).mean;
  }
};

}  // namespace

TEST_CASE("a chip without faults gives the answers of the plain run", "[cli][faults]") {
  const Digits digits;
  const Repeats sound = run_case(digits.network, digits.plan, {});
  reference::ReferenceEngine engine(*digits.plan.evaluation.config, digits.network);
  for (std::uint32_t chip = 1; chip <= 2; ++chip) {
    Answers expected;
    for (std::size_t i = 0; i < 120; ++i) {
      const Result result = engine.run(digits.data.image(i, digits.network),
                                       static_cast<std::uint32_t>(i), {4, chip, false});
      expected.push_back(result.predicted == digits.data.label(i) ? 1 : 0);
    }
    CHECK(sound.at(chip - 1) == expected);
  }
  CHECK(estimate(sound).mean > 0.9);
  // Rates so small that nothing is hit, through the paths of the faults.
  CHECK(run_case(digits.network, digits.plan, {.stuck_low = 1e-15, .stuck_high = 1e-15}) == sound);
}

TEST_CASE("memories that return noise leave chance, dead devices one answer", "[cli][faults]") {
  const Digits digits;
  // Labels are balanced to an image, so that any guess is right one time in ten.
  const double noise = digits.accuracy({.faults = {.flipped_spikes = 0.5}});
  CHECK(std::abs(noise - 0.1) < 4.5 * std::sqrt(0.1 * 0.9 / 240));
  std::vector<int> counts(10, 0);
  for (std::size_t i = 0; i < 120; ++i) ++counts[static_cast<std::size_t>(*digits.data.label(i))];
  const double dead = digits.accuracy({.stuck_low = 1.0});
  CHECK(std::ranges::any_of(counts, [&](int n) { return dead == Approx(n / 120.0); }));
  // In between, more is worse.
  const double some = digits.accuracy({.stuck_low = 0.2});
  CHECK(some > dead);
  CHECK(some < digits.accuracy({}));
}

TEST_CASE("the table lists every fault with intervals, and repeats", "[cli][faults]") {
  const Workplace place;
  std::vector<json> documents;
  for (const char* file : {"a.json", "b.json"}) {
    const CommandResult made = place.xpike({"faults", "--model", "model.safetensors", "--data",
                                            "data", "--chips", "3", "--json", file});
    INFO(made.err);
    REQUIRE(made.code == 0);
    CHECK_THAT(made.out, Catch::Matchers::Contains("flipped spikes in memory") &&
                             Catch::Matchers::Contains("0.1 % of the devices"));
    documents.push_back(read_json(place.path() / file));
  }
  const json& a = documents.front();
  CHECK(a == documents.back());
  CHECK(a["images"] == 5);
  REQUIRE(a["cases"].size() == fault_cases().size());
  for (const json& entry : a["cases"]) {
    REQUIRE(entry["accuracy"].size() == 3);
    double mean = 0.0;
    double change = 0.0;
    for (std::size_t chip = 0; chip < 3; ++chip) {
      mean += entry["accuracy"][chip].get<double>() / 3;
      change +=
          (entry["accuracy"][chip].get<double>() - a["none"]["accuracy"][chip].get<double>()) / 3;
    }
    CHECK(entry["mean"].get<double>() == Approx(mean));
    CHECK(entry["change"]["mean"].get<double>() == Approx(change).margin(1e-12));
    CHECK(entry["half_interval"].get<double>() >= 0.0);
  }
}

TEST_CASE("unusable requests for faults are refused and leave nothing", "[cli][faults]") {
  const Workplace place;
  const std::string before = place.listing();
  const auto refusal = [&](std::vector<std::string> more) {
    more.insert(more.begin(),
                {"faults", "--model", "model.safetensors", "--data", "data", "--json", "out.json"});
    const CommandResult result = place.xpike(more);
    CHECK(result.code == 2);
    CHECK(result.out.empty());
    CHECK(place.listing() == before);
    return result.err;
  };
  CHECK(refusal({"--chips", "0"}) == "xpike: command line: --chips: 0 is outside 1..1000\n");
  CHECK(refusal({"--threads", "0"}) == "xpike: command line: --threads: 0 is outside 1..256\n");
  CHECK(refusal({"--steps", "99"}) == "xpike: command line: --steps: 99 is outside 1..4\n");
  CHECK_THAT(refusal({"--limit", "0"}), Catch::Matchers::Contains("--limit: 0 is outside 1.."));
}

TEST_CASE("intervals count images and repeats", "[cli][faults]") {
  const Repeats a{{1, 1}, {1, 0}};
  CHECK(estimate(a).mean == 0.75);
  // Means 1 and 0.5 both of the repeats and of the images: a variance of 0.125, halved twice.
  CHECK(estimate(a).half_interval == Approx(1.959964 * std::sqrt(2 * 0.125 / 2)));
  CHECK(difference(a, a).mean == 0.0);
  CHECK(difference(a, a).half_interval == 0.0);
  CHECK(difference(a, {{0, 1}, {0, 0}}).mean == 0.5);
  CHECK_THROWS(difference(a, {{1, 1}}));
  CHECK_THROWS(difference(a, {{1, 1}, {1}}));
}
