// SPDX-License-Identifier: Apache-2.0
// `xpike energy` as a user calls it.
#include <catch2/catch.hpp>
#include <fstream>
#include <nlohmann/json.hpp>

#include "command.hpp"

using nlohmann::json;

namespace {

const std::string kUnits = XPIKE_SOURCE_DIR "/configs/energy/units.json";

}  // namespace

TEST_CASE("energy of a run counts the run's events", "[cli]") {
  const Workplace place;
  REQUIRE(place.run({"--json", "run.json", "--steps", "3"}).code == 0);
  const CommandResult result = place.xpike({"energy", "--config", "nano", "--run", "run.json",
                                            "--units", kUnits, "--json", "energy.json"});
  INFO(result.err);
  REQUIRE(result.code == 0);
  CHECK(result.out.find("an estimate") != std::string::npos);
  const json run = read_json(place.path() / "run.json");
  const json energy = read_json(place.path() / "energy.json");
  CHECK(energy.at("activity").at("steps") == 3);
  for (const char* event : {"conversions", "spikes_q", "gated_rows"}) {
    CHECK(energy.at("activity").at("events").at(event).get<double>() ==
          Approx(run.at("events").at(event).get<double>() / 5));
  }
}

TEST_CASE("rates of a run may be assumed for another configuration, but not its events", "[cli]") {
  const Workplace place;
  REQUIRE(place.run({"--json", "run.json"}).code == 0);
  CommandResult result =
      place.xpike({"energy", "--config", "vit-4-384", "--rates", "run.json", "--units", kUnits});
  CHECK(result.code == 0);
  CHECK(result.out.find("those of a run of 5 images, engine reference on nano") !=
        std::string::npos);
  result = place.xpike({"energy", "--config", "vit-4-384", "--run", "run.json", "--units", kUnits});
  CHECK(result.code == 2);
  CHECK(result.err == "xpike: run.json: configuration: is 'nano', not 'vit-4-384'\n");
}

TEST_CASE("energy without a run assumes a spike rate and says so", "[cli]") {
  const Workplace place;
  const CommandResult result =
      place.xpike({"energy", "--config", "vit-8-768", "--rate", "0.1", "--tokens", "197", "--set",
                   "converters=32", "--converter", "sar", "--node", "32", "--units", kUnits});
  INFO(result.err);
  REQUIRE(result.code == 0);
  CHECK(result.out.find("assumed spike rate 0.1") != std::string::npos);
  CHECK(result.out.find("32 nm, sar converters") != std::string::npos);
}

TEST_CASE("a longer sequence gets a tile of its length, in one block of columns", "[cli]") {
  const Workplace place;
  const CommandResult result =
      place.xpike({"energy", "--config", "vit-6-512", "--rate", "0.1", "--tokens", "197", "--steps",
                   "8", "--set", "tokens=256", "--units", kUnits, "--json", "energy.json"});
  INFO(result.err);
  REQUIRE(result.code == 0);
  const json events = read_json(place.path() / "energy.json")["activity"]["events"];
  CHECK(events["ssa_columns"].get<double>() == 6 * 8 * 64);  // layers, steps, columns of a head
}

TEST_CASE("energy refuses what it cannot use", "[cli]") {
  const Workplace place;
  const auto error_of = [&](std::vector<std::string> more) {
    std::vector<std::string> words{"energy", "--config", "nano",       "--units",
                                   kUnits,   "--json",   "energy.json"};
    words.insert(words.end(), more.begin(), more.end());
    const CommandResult result = place.xpike(words);
    CHECK(result.code == 2);
    CHECK(result.out.empty());
    return result.err;
  };
  const std::string line = "xpike: command line: ";
  CHECK(error_of({"--rate", "1.5"}) == line + "--rate: 1.5 is outside 0..1\n");
  CHECK(error_of({"--rate", "nan"}).starts_with(line));
  CHECK(error_of({"--tokens", "9"}) == line + "--tokens: 9 is outside 1..8\n");
  CHECK(error_of({"--bits", "3"}) == line + "--bits: 3 is outside 4..8\n");
  CHECK(error_of({"--node", "28"}) == line + "--node: 28 is none of 45, 32, 22\n");
  CHECK(error_of({"--converter", "dac"}) == line + "--converter: 'dac' is neither mlsa nor sar\n");
  CHECK(error_of({"--set", "tokens"}).starts_with(line + "--set: 'tokens' is not field=value"));
  CHECK(error_of({"--set", "colour=1"}).starts_with(line + "--set: 'colour=1' is not"));
  CHECK(error_of({"--set", "tokens=0"}) == line + "--set: 'tokens=0': 1..4096 expected\n");
  CHECK(error_of({"--set", "converters=17"}) ==
        line + "--set: more converters than columns of an array\n");
  CHECK(error_of({"--run", "absent.json"}).starts_with("xpike: absent.json: file: "));
  CHECK(error_of({"--rate", "0.1", "--rates", "absent.json"}) ==
        line + "--rate: does not go with --rates\n");
  CHECK(error_of({"--run", "absent.json", "--rate", "0.1"}) ==
        line + "--rate: does not go with --run, which says it\n");
  std::ofstream(place.path() / "units.json") << "{}";
  const CommandResult table = place.xpike({"energy", "--config", "nano", "--units", "units.json"});
  CHECK(table.code == 2);
  CHECK(table.err == "xpike: units.json: comment: is missing\n");
  CHECK(place.listing().find("energy.json") == std::string::npos);
}
