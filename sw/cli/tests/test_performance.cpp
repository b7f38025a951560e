// SPDX-License-Identifier: Apache-2.0
// Pace and latency of a run, from what the simulated chip counted.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <xpike/configs.hpp>

#include "cli/performance.hpp"
#include "model/fit.hpp"

using namespace xpike;

namespace {

// Three images of 9,000 cycles in all, the last result 1,250 cycles behind the one before.
nlohmann::json report_of(const std::string& config) {
  cli::RunOutcome outcome;
  outcome.images.resize(3);
  outcome.images.back().interval = 1250;
  outcome.rtl.cycles = 9000;
  outcome.rtl.busy_seconds = 0.5;
  outcome.rtl.events["ssa_columns"] = 100;
  nlohmann::json report;
  cli::add_performance(
      cli::performance_of(config_by_name(config), {16, 8, 2, false}, outcome, {}, 2e8), report);
  return report;
}

}  // namespace

TEST_CASE("one image after the other: the pace is the latency", "[cli]") {
  const nlohmann::json report = report_of("tiny");
  CHECK(report.at("result_interval") == 3000);
  CHECK(report.at("latency_seconds") == 3000 / 2e8);
  CHECK(report.at("images_per_second") == 2e8 / 3000);
}

TEST_CASE("overlapping images: the pace is that of the last results", "[cli]") {
  const nlohmann::json report = report_of("tiny-overlap");
  CHECK(report.at("result_interval") == 1250);
  CHECK(report.at("images_per_second") == 2e8 / 1250);
  CHECK(report.at("latency_seconds").is_null());
}
