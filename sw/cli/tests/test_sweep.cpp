// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "command.hpp"
#include "model/data_set.hpp"
#include "model/fit.hpp"
#include "reference/engine.hpp"

using namespace xpike;
using nlohmann::json;

TEST_CASE("a sweep runs every encoding length with every seed", "[cli][sweep]") {
  const Workplace place;
  const CommandResult made =
      place.xpike({"sweep-steps", "--model", "model.safetensors", "--data", "data", "--split",
                   "all", "--seeds", "3", "--json", "out.json"});
  INFO(made.err);
  REQUIRE(made.code == 0);
  CHECK_THAT(made.out, Catch::Matchers::Contains("perfect generator"));
  const json out = read_json(place.path() / "out.json");
  const Config& config = config_by_name("nano");
  REQUIRE(out["steps"] == json({1, 2, 3, 4}));  // nano has no more

  // The lanes' side, counted here with the engine itself.
  const DataSet data(place.path() / "data", "all");
  reference::ReferenceEngine engine(config, place.network());
  for (int steps = 1; steps <= 4; ++steps) {
    for (std::uint32_t seed = 1; seed <= 3; ++seed) {
      double share = 0.0;
      for (std::size_t i = 0; i < data.size(); ++i) {
        const Result result = engine.run(data.image(i, place.network()),
                                         static_cast<std::uint32_t>(i), {steps, seed, false});
        share += result.predicted == data.label(i) ? 1.0 / static_cast<double>(data.size()) : 0.0;
      }
      const auto t = static_cast<std::size_t>(steps - 1);
      CHECK(out["lanes"]["accuracy"][t][seed - 1].get<double>() == Approx(share));
      CHECK(out["perfect"]["accuracy"][t].size() == 3);
    }
  }
}

TEST_CASE("unusable requests for a sweep are refused and leave nothing", "[cli][sweep]") {
  const Workplace place;
  const std::string before = place.listing();
  const auto refusal = [&](std::vector<std::string> more) {
    more.insert(more.begin(), {"sweep-steps", "--model", "model.safetensors", "--data", "data",
                               "--json", "out.json"});
    const CommandResult result = place.xpike(more);
    CHECK(result.code == 2);
    CHECK(result.out.empty());
    CHECK(place.listing() == before);
    return result.err;
  };
  CHECK(refusal({"--seeds", "1"}) == "xpike: command line: --seeds: 1 is outside 2..1000\n");
  CHECK(refusal({"--max-steps", "5"}) == "xpike: command line: --max-steps: 5 is outside 1..4\n");
  CHECK(refusal({"--limit", "0"}) == "xpike: command line: --limit: 0 is outside 1..5\n");
  CHECK(refusal({"--threads", "0"}) == "xpike: command line: --threads: 0 is outside 1..256\n");
}
