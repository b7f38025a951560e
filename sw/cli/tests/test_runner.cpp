// SPDX-License-Identifier: Apache-2.0
// Comparison of two engines and the parts of the report, without a simulated chip.
#include <catch2/catch.hpp>

#include "cli/engines.hpp"
#include "cli/runner.hpp"
#include "cli/statistics.hpp"
#include "command.hpp"
#include "model/data_set.hpp"
#include "model/error.hpp"
#include "model/fit.hpp"
#include "reference/engine.hpp"

using namespace xpike;
using namespace xpike::cli;

namespace {

// The reference model with one fault in one image.
class FaultyEngine final : public Engine {
 public:
  enum class Fault { kNone, kSpike, kEvent, kThrow };
  FaultyEngine(const Network& network, Fault fault, std::uint32_t image)
      : engine_(config_by_name("nano"), network), fault_(fault), image_(image) {}
  std::string name() const override { return "faulty"; }
  Result run(const TokenImage& image, std::uint32_t number, const RunOptions& options) override {
    Result result = engine_.run(image, number, options);
    result.cycles = 1000 + number;
    result.events["cycles"] = *result.cycles;  // the reference does not measure it
    if (number != image_) return result;
    if (fault_ == Fault::kSpike) {
      SpikeTensor& a = result.tensors->layers[0].a;
      a.set(1, 2, 3, !a.get(1, 2, 3));
    }
    if (fault_ == Fault::kEvent) ++result.events["lif_updates"];
    if (fault_ == Fault::kThrow) throw Error("chip", "bus", "no answer");
    return result;
  }

 private:
  reference::ReferenceEngine engine_;
  Fault fault_;
  std::uint32_t image_;
};

RunOutcome run_both(const Workplace& place, FaultyEngine::Fault fault, int threads) {
  const DataSet data(place.path() / "data", "all");
  const RunPlan plan{[&](std::size_t i) { return data.image(i, place.network()); },
                     data.size(),
                     {4, 1, true},
                     std::nullopt};
  std::vector<EngineSet> engines(static_cast<std::size_t>(threads));
  for (EngineSet& set : engines) {
    set.reference =
        std::make_unique<reference::ReferenceEngine>(config_by_name("nano"), place.network());
    set.rtl = std::make_unique<FaultyEngine>(place.network(), fault, 4U);
  }
  return run_images(plan, std::move(engines));
}

std::uint64_t mismatches(const RunOutcome& outcome) {
  std::uint64_t total = 0;
  for (const ImageOutcome& image : outcome.images) total += image.mismatches;
  return total;
}

}  // namespace

TEST_CASE("equal engines do not differ", "[runner]") {
  const Workplace place;
  const RunOutcome outcome = run_both(place, FaultyEngine::Fault::kNone, 2);
  CHECK(mismatches(outcome) == 0);
  CHECK(outcome.images.size() == 6);
  CHECK(outcome.rtl.cycles == 6 * 1000 + 15);
  CHECK_FALSE(outcome.reference.cycles);
  CHECK(outcome.rtl.events.at("lif_updates") == outcome.reference.events.at("lif_updates"));
}

TEST_CASE("one wrong spike is found and named", "[runner]") {
  const Workplace place;
  for (const int threads : {1, 3}) {
    const RunOutcome outcome = run_both(place, FaultyEngine::Fault::kSpike, threads);
    CHECK(mismatches(outcome) == 1);
    CHECK(outcome.images[4].first_mismatch == "layer0.a");
  }
}

TEST_CASE("one wrong count is found and named", "[runner]") {
  const Workplace place;
  const RunOutcome outcome = run_both(place, FaultyEngine::Fault::kEvent, 1);
  CHECK(mismatches(outcome) == 1);
  CHECK(outcome.images[4].first_mismatch == "event lif_updates");
}

TEST_CASE("an error in one thread ends the run", "[runner]") {
  const Workplace place;
  CHECK_THROWS_WITH(run_both(place, FaultyEngine::Fault::kThrow, 2), "chip: bus: no answer");
}

TEST_CASE("events that only one engine measures are not compared", "[runner]") {
  std::string first;
  CHECK(count_event_differences({{"a", 1}, {"b", 2}}, {{"b", 2}, {"c", 3}}, first) == 0);
  CHECK(count_event_differences({{"a", 1}, {"b", 2}}, {{"a", 9}, {"b", 3}}, first) == 2);
  CHECK(first == "event a");
}

TEST_CASE("a core that is not in the build is refused with the way to get it", "[engines]") {
  CHECK_NOTHROW(require_rtl(config_by_name("nano")));
  CHECK_THROWS_WITH(require_rtl(config_by_name("vit-8-768")),
                    Catch::Matchers::Contains("command line: --config: the RTL of vit-8-768 is not "
                                              "in this build") &&
                        Catch::Matchers::Contains("-DXPIKE_SIM_CONFIGS=vit-8-768"));
}

TEST_CASE("the Wilson interval matches published values", "[statistics]") {
  // Textbook: 8 of 10 gives 0.490 .. 0.943; no hit in 10 gives 0 .. 0.278.
  CHECK(wilson_interval(8, 10).low == Approx(0.4902).margin(1e-4));
  CHECK(wilson_interval(8, 10).high == Approx(0.9433).margin(1e-4));
  CHECK(wilson_interval(0, 10).low == 0.0);
  CHECK(wilson_interval(0, 10).high == Approx(0.2775).margin(1e-4));
  CHECK(wilson_interval(10, 10).high == Approx(1.0));
}
