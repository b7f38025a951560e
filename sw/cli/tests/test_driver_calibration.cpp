// SPDX-License-Identifier: Apache-2.0
// Drift compensation through the driver behind the command: sums, gains and scores are those of the
// reference.
#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "command.hpp"
#include "device/pcm_chip.hpp"
#include "model/data_set.hpp"
#include "model/dump.hpp"
#include "model/file_io.hpp"
#include "model/fit.hpp"
#include "model/model_file.hpp"
#include "model/npy.hpp"
#include "reference/calibration.hpp"
#include "reference/engine.hpp"

using namespace xpike;
using Catch::Matchers::Contains;
using nlohmann::json;

namespace {

constexpr double kMonth = 2592000;

Network devices_of(const Network& network, const device::Look& look) {
  Network now = network;
  device::apply_devices(now, {.seed = 1}, look);
  return now;
}

// The field "row_blocks" of a report.
json expected_blocks(const Network& model, const Network& corrected,
                     const reference::CalibrationSums& sums0,
                     const reference::CalibrationSums& sums) {
  std::vector<std::vector<std::uint16_t>> gains;
  for_each_matrix(corrected, [&](const std::string&, const Matrix& matrix, bool) {
    gains.push_back(matrix.gain);
  });
  json blocks = json::array();
  std::size_t m = 0;
  for_each_matrix(model, [&](const std::string& name, const Matrix& matrix, bool) {
    for (std::size_t i = 0; i < sums.at(m).size(); ++i) {
      blocks.push_back({{"matrix", name},
                        {"row_block", i},
                        {"sum0", sums0.at(m).at(i)},
                        {"sum", sums[m][i]},
                        {"gain0", matrix.gain.at(i)},
                        {"gain", gains.at(m).at(i)}});
    }
    ++m;
  });
  return blocks;
}

// What --scores writes of the first images of the workplace.
Bytes expected_scores(const Workplace& place, const Config& config, const Network& network,
                      std::size_t images, std::uint32_t seed) {
  const DataSet data(place.path() / "data", "test");
  reference::ReferenceEngine engine(config, network);
  RunOptions options;
  options.steps = network.shape.steps;
  options.seed = seed;
  std::vector<std::int32_t> scores;
  for (std::size_t i = 0; i < images; ++i) {
    const Result result =
        engine.run(data.image(i, network), static_cast<std::uint32_t>(i), options);
    scores.insert(scores.end(), result.running.begin(), result.running.end());
  }
  return npy_bytes(npy_of(scores, {images, static_cast<std::size_t>(network.shape.steps),
                                   static_cast<std::size_t>(network.shape.classes)}));
}

}  // namespace

TEST_CASE("sums, gains and scores of a calibrated chip equal the reference", "[cli][driver]") {
  const Workplace place;
  const Config& config = config_by_name("nano");
  const reference::Calibration pass{
      .vectors = 40, .density = 60, .seed = 9, .leap = config.leap_encoder};
  const Network programmed = devices_of(place.network(), {});
  Network aged = devices_of(place.network(), {kMonth, 0});
  const auto sums0 = reference::measure(programmed, pass);
  const auto sums = reference::measure(aged, pass);
  REQUIRE(sums != sums0);
  REQUIRE(reference::compensate(aged, pass, sums0) == 0);
  for (const std::string transport : {"sim", "uart-sim"}) {
    INFO(transport);
    const CommandResult result =
        place.run({"--engine", "driver", "--transport", transport, "--limit", "2", "--seed", "9",
                   "--calibrate", "--vectors", "40", "--density", "60", "--age", "2592000",
                   "--json", transport + ".json", "--scores", transport + ".npy"});
    INFO(result.err);
    REQUIRE(result.code == 0);
    CHECK_THAT(result.out, Contains("40 vectors of density 60/256, seed 9, PCM devices 2592000 s"));
    const json report = read_json(place.path() / (transport + ".json")).at("calibration");
    CHECK(report.at("vectors") == 40);
    CHECK(report.at("density") == 60);
    CHECK(report.at("seed") == 9);
    CHECK(report.at("age_seconds") == kMonth);
    const json blocks = expected_blocks(place.network(), aged, sums0, sums);
    CHECK(report.at("row_blocks") == blocks);
    const json& head = blocks.back();
    CHECK_THAT(result.out, Contains(std::to_string(head.at("sum").get<int>())) &&
                               Contains(std::to_string(head.at("gain").get<int>())));
    CHECK(read_file(place.path() / (transport + ".npy")) ==
          expected_scores(place, config, aged, 2, 9));
  }
}

TEST_CASE("a chip whose conductances stay keeps its gains and scores", "[cli][driver]") {
  const Workplace place;
  const CommandResult result = place.run({"--engine", "driver", "--limit", "2", "--calibrate",
                                          "--json", "out.json", "--scores", "out.npy"});
  INFO(result.err);
  REQUIRE(result.code == 0);
  const json report = read_json(place.path() / "out.json").at("calibration");
  CHECK(report.at("vectors") == reference::kCalibrationVectors);
  CHECK(report.at("density") == reference::kCalibrationDensity);
  CHECK(report.at("age_seconds").is_null());
  const Config& config = config_by_name("nano");
  const auto sums = reference::measure(place.network(), {.leap = config.leap_encoder});
  CHECK(report.at("row_blocks") == expected_blocks(place.network(), place.network(), sums, sums));
  CHECK(read_file(place.path() / "out.npy") ==
        expected_scores(place, config, place.network(), 2, 1));
}

TEST_CASE("row blocks without a signal are named", "[cli][driver]") {
  const Workplace place;
  Network network = place.network();
  for_each_matrix(network, [](const std::string&, Matrix& matrix, bool) {
    std::ranges::fill(matrix.weight, std::int8_t{0});
  });
  save_model(network, place.path() / "model.safetensors");
  const CommandResult result = place.run({"--engine", "driver", "--limit", "1", "--calibrate"});
  INFO(result.err);
  REQUIRE(result.code == 0);
  CHECK_THAT(result.out, Contains("no signal, gain stays"));
}

TEST_CASE("calibrations that cannot be are refused and leave nothing", "[cli][driver]") {
  const Workplace place;
  const std::string before = place.listing();
  const auto refusal = [&](std::vector<std::string> more) {
    more.insert(more.end(), {"--json", "out.json"});
    const CommandResult result = place.run(more);
    CHECK(result.code == 2);
    CHECK(result.out.empty());
    CHECK(place.listing() == before);
    return result.err;
  };
  const std::string line = "xpike: command line: ";
  CHECK(refusal({"--calibrate"}) ==
        line + "--calibrate: belongs to --engine driver, which is not given\n");
  for (const std::string option : {"--vectors", "--density", "--age"}) {
    CHECK(refusal({"--engine", "driver", option, "9"}) ==
          line + option + ": belongs to --calibrate, which is not given\n");
  }
  const auto driver = [&](const std::string& option, const std::string& value) {
    return refusal({"--engine", "driver", "--calibrate", option, value});
  };
  CHECK(driver("--vectors", "1025") == line + "--vectors: 1025 is outside 1..1024\n");
  CHECK(driver("--density", "0") == line + "--density: 0 is outside 1..256\n");
  CHECK(driver("--age", "-1") == line + "--age: must be seconds, 0 or more\n");
  CHECK(driver("--age", "inf") == line + "--age: must be seconds, 0 or more\n");
  CHECK_THAT(driver("--config", "tiny"), Contains("tokens"));  // another chip than the model's
  const CommandResult without =
      place.xpike({"run", "--config", "micro-folded", "--random-model", "1", "--engine", "driver",
                   "--transport", "uart-sim", "--calibrate"});
  CHECK(without.code == 2);
  CHECK(without.err ==
        line + "--calibrate: configuration micro-folded has no drift compensation\n");
}
