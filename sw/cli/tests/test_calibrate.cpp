// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/calibration_study.hpp"
#include "cli/drift_check.hpp"
#include "command.hpp"
#include "model/fit.hpp"

using namespace xpike;
using namespace xpike::cli;
using nlohmann::json;

namespace {

std::vector<std::string> calibrate(std::vector<std::string> more) {
  more.insert(more.begin(), {"calibrate", "--model", "model.safetensors"});
  return more;
}

}  // namespace

TEST_CASE("a summary of errors by hand", "[cli][calibrate]") {
  const ErrorSummary s = summarize({0.01, -0.02, 0.03, -0.04});
  CHECK(s.within == Approx(0.5));
  CHECK(s.mean == Approx(-0.005));
  CHECK(s.mean_size == Approx(0.025));
  CHECK(s.p95 == Approx(0.04));
  CHECK(s.largest == Approx(0.04));
  std::vector<double> many(19, 0.001);
  many.push_back(-0.5);
  CHECK(summarize(many).p95 == Approx(0.001));
  CHECK(summarize(many).largest == Approx(0.5));
}

TEST_CASE("devices that do not change need no correction", "[cli][calibrate]") {
  const Workplace place;
  CalibrationPlan plan;
  plan.passes = {{.vectors = 16}, {.vectors = 4, .density = 256}};
  plan.times = {1.0, 1e7};
  plan.chips = 2;
  plan.devices = {.program_noise = 0, .drift = 0, .read_noise = 0};
  std::size_t looks = 0;
  const CalibrationOutcome outcome = study_calibration(place.network(), plan, [&] { ++looks; });
  CHECK(looks == calibration_looks(plan));
  CHECK(looks == 2 * 3);
  REQUIRE(outcome.matrices.size() == 2 + 6 * static_cast<std::size_t>(place.network().shape.depth));
  std::size_t errors = 0;
  std::size_t blocks = 0;
  for (const MatrixStudy& matrix : outcome.matrices) {
    blocks += static_cast<std::size_t>(matrix.blocks);
    for (const auto& pass : matrix.errors) {
      for (const auto& time : pass) {
        errors += time.size();
        for (const CorrectionError& error : time) {
          CHECK(std::abs(error.sums) < 1e-12);
          CHECK(std::abs(error.fit) < 1e-12);
          CHECK(std::abs(error.unrounded) < 1e-12);
        }
      }
    }
  }
  CHECK(outcome.matrices.back().blocks == 1);
  CHECK(errors + outcome.silent == 2 * 2 * 2 * blocks);
}

TEST_CASE("a correction takes back most of what a year has taken", "[cli][calibrate]") {
  // About half of the conductance is gone: without a correction the errors were near -0.5.
  const Workplace place;
  CalibrationPlan plan;
  plan.passes = {{.vectors = 1024, .density = 128}};
  plan.times = {31104000.0};
  plan.chips = 4;
  plan.devices = {.program_noise = 0, .read_noise = 0};
  const CalibrationOutcome outcome = study_calibration(place.network(), plan, [] {});
  for (const MatrixStudy& matrix : outcome.matrices) {
    for (const CorrectionError& error : matrix.errors[0][0]) {
      INFO(matrix.name);
      CHECK(std::abs(error.sums) < 0.2);
    }
  }
}

TEST_CASE("a calibration study lists every pass at every age, and repeats", "[cli][calibrate]") {
  const Workplace place;
  for (const char* file : {"a.json", "b.json"}) {
    const CommandResult made =
        place.xpike(calibrate({"--chips", "2", "--vectors", "8", "--vectors", "64", "--density",
                               "51", "--density", "256", "--json", file}));
    INFO(made.err);
    REQUIRE(made.code == 0);
    CHECK_THAT(made.out, Catch::Matchers::Contains("360 days") &&
                             Catch::Matchers::Contains("configuration nano"));
  }
  const json a = read_json(place.path() / "a.json");
  CHECK(a == read_json(place.path() / "b.json"));
  CHECK(a["times_seconds"] == json({1.0, 60.0, 3600.0, 86400.0, 2592000.0, 31104000.0}));
  const json& model = a["models"].at(0);
  CHECK(model["row_blocks"] == 9);
  const json& passes = model["passes"];
  REQUIRE(passes.size() == 4);
  CHECK(passes[1]["vectors"] == 64);
  CHECK(passes[1]["density"] == 51);
  CHECK(passes[2]["vectors"] == 8);
  CHECK(passes[2]["density"] == 256);
  // docs/architecture.md; one layer, 4 mux steps, 8 lanes, 9 row blocks.
  CHECK(passes[1]["cycles"] == 64 * 4 + 26 + 8 + 7 * 9 + 67 * 9);
  for (const json& pass : passes) {
    REQUIRE(pass["ages"].size() == 6);
    for (const json& age : pass["ages"]) {
      CHECK(age["corrections"].get<int>() <= 18);
      CHECK(age["sums"]["p95"].get<double>() <= age["sums"]["largest"].get<double>());
    }
  }
}

TEST_CASE("unusable requests for a calibration study are refused and leave nothing",
          "[cli][calibrate]") {
  const Workplace place;
  const std::string before = place.listing();
  const auto refusal = [&](std::vector<std::string> more) {
    more.insert(more.end(), {"--json", "out.json"});
    const CommandResult result = place.xpike(calibrate(more));
    CHECK(result.code == 2);
    CHECK(result.out.empty());
    CHECK(place.listing() == before);
    return result.err;
  };
  CHECK(refusal({"--chips", "0"}) == "xpike: command line: --chips: 0 is outside 1..1000\n");
  CHECK(refusal({"--vectors", "64", "--vectors", "1025"}) ==
        "xpike: command line: --vectors: 1025 is outside 1..1024\n");
  CHECK(refusal({"--density", "257"}) == "xpike: command line: --density: 257 is outside 1..256\n");
  CHECK_THAT(refusal({"--vectors", "x"}), Catch::Matchers::Contains("--vectors: 'x' is not"));
  CHECK_THAT(refusal({"--config", "none"}), Catch::Matchers::Contains("--config"));
}

TEST_CASE("sums and gains that differ are counted and named", "[cli][drift]") {
  const sim::CalibrationState same{{{1, 2}, {3}}, {{4, 5}, {6}}, {{7, 8}, {9}}};
  DriftCheck check;
  compare_pass(same, same, "pass", check);
  CHECK(check.mismatches() == 0);
  CHECK(check.sums == 6);
  CHECK(check.gains == 3);
  CHECK(check.first.empty());

  sim::CalibrationState other = same;
  other.sums0[0][1] = 50;
  other.gains[1][0] = 10;
  other.gains[0].pop_back();  // a list that is too short differs in what it lacks
  compare_pass(other, same, "pass", check);
  CHECK(check.sum_mismatches == 1);
  CHECK(check.gain_mismatches == 2);
  CHECK(check.mismatches() == 3);
  CHECK(check.first == "pass: sum of the baseline, matrix 1, row block 2");
}

#ifdef XPIKE_HAVE_RTL_ENGINE

TEST_CASE("chip and reference calibrate alike at every age", "[cli][drift]") {
  const Workplace place;
  const CommandResult made =
      place.xpike({"drift", "--model", "model.safetensors", "--data", "data", "--chips", "2",
                   "--limit", "2", "--engine", "both", "--json", "out.json"});
  INFO(made.err);
  REQUIRE(made.code == 0);
  CHECK_THAT(made.out, Catch::Matchers::Contains("simulated chip against reference at 6 ages"));
  const json rtl = read_json(place.path() / "out.json")["models"][0]["rtl"];
  CHECK(rtl["looks"] == 6);
  CHECK(rtl["sums"] == 6 * 2 * 2 * 9);  // ages, passes, sums and those of the baseline
  CHECK(rtl["gains"] == 6 * 2 * 9);
  CHECK(rtl["images"] == 6 * 2);
  CHECK(rtl["mismatches"] == 0);
  CHECK(rtl["first_mismatch"] == "");
  CHECK(rtl["calibration_cycles"] == 64 * 4 + 26 + 8 + 7 * 9 + 67 * 9);
  CHECK(rtl["baseline_cycles"] == 64 * 4 + 26 + 8 + 7 * 9 + 9);
}

#endif

TEST_CASE("the engines of a drift study are the reference or both", "[cli][drift]") {
  const Workplace place;
  const CommandResult refused =
      place.xpike({"drift", "--model", "model.safetensors", "--data", "data", "--engine", "rtl"});
  CHECK(refused.code == 2);
  CHECK(refused.err == "xpike: command line: --engine: 'rtl' is not one of reference, both\n");
}
