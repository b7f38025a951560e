// SPDX-License-Identifier: Apache-2.0
// The built command with the simulated chip, alone and beside the reference.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "command.hpp"
#include "model/file_io.hpp"
#include "model/model_file.hpp"
#include "model/npy.hpp"
#include "model/random_source.hpp"

namespace fs = std::filesystem;
using nlohmann::json;

#ifdef XPIKE_HAVE_RTL_ENGINE

TEST_CASE("simulated chip and reference agree on every tensor and counter", "[cli][rtl]") {
  const Workplace place;
  const CommandResult both =
      place.run({"--engine", "both", "--json", "both.json", "--dump-spikes", "both"});
  INFO(both.out << both.err);
  REQUIRE(both.code == 0);
  REQUIRE(place
              .run({"--json", "reference.json", "--dump-spikes", "reference", "--scores",
                    "reference.npy"})
              .code == 0);
  REQUIRE(place.run({"--engine", "rtl", "--scores", "rtl.npy"}).code == 0);
  CHECK(xpike::read_file(place.path() / "rtl.npy") ==
        xpike::read_file(place.path() / "reference.npy"));
  const json report = read_json(place.path() / "both.json");
  const json reference = read_json(place.path() / "reference.json");
  CHECK(report.at("mismatches") == 0);
  CHECK(report.at("predictions") == reference.at("predictions"));
  CHECK(report.at("accuracy_by_step") == reference.at("accuracy_by_step"));
  CHECK(report.at("cycles_per_image") > 0);
  CHECK(report.at("simulated_cycles_per_second") > 0);
  // Both count all that the reference can count.
  std::size_t counted = 0;
  for (const auto& [name, count] : reference.at("events").items()) {
    if (count.is_null()) continue;
    ++counted;
    CHECK(report.at("events").at(name) == count);
  }
  CHECK(report.at("compared_events").size() == counted);

  std::size_t files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(place.path() / "both")) {
    if (!entry.is_regular_file()) continue;
    const auto name = fs::relative(entry.path(), place.path() / "both");
    CHECK(xpike::read_file(entry.path()) == xpike::read_file(place.path() / "reference" / name));
    ++files;
  }
  CHECK(files == 5 * 13);
}

TEST_CASE("spike streams run on both engines", "[cli][rtl]") {
  const Workplace place;
  xpike::Network network = place.network();
  network.input.tokenizer = xpike::SpikeTokenizer{5, network.shape.input_rows};
  xpike::save_model(network, place.path() / "model.safetensors");
  fs::remove(place.path() / "data" / "images.npy");
  const auto rows = static_cast<std::size_t>(network.shape.input_rows);
  xpike::NpyArray spikes{xpike::DataType::kU8, {6, 4, 5, rows}, {}};
  xpike::RandomSource random(4);
  for (std::size_t i = 0; i < 6 * 4 * 5 * rows; ++i) {
    spikes.data.push_back(static_cast<std::uint8_t>(random.integer(0, 1)));
  }
  xpike::write_file(place.path() / "data" / "spikes.npy", xpike::npy_bytes(spikes));

  const auto run = [&](const std::string& name, std::vector<std::string> more) {
    more.insert(more.end(), {"--json", name + ".json", "--scores", name + ".npy"});
    const CommandResult result = place.run(more);
    INFO(result.out << result.err);
    REQUIRE(result.code == 0);
    return read_json(place.path() / (name + ".json"));
  };
  for (const char* steps : {"4", "3"}) {
    const json both = run("both", {"--engine", "both", "--steps", steps});
    CHECK(both.at("mismatches") == 0);
    CHECK(both.at("images") == 5);
    CHECK(both.at("events").at("draws_encoder") == 0);
    const json reference = run("reference", {"--steps", steps});
    CHECK(both.at("accuracy_by_step") == reference.at("accuracy_by_step"));
    CHECK(both.at("spike_rates") == reference.at("spike_rates"));
  }
  const CommandResult inspect = place.xpike({"inspect", "model.safetensors"});
  CHECK(inspect.out.find("input         spike streams, 5 tokens of ") != std::string::npos);
}

TEST_CASE("ready tokens run on both engines in any number", "[cli][rtl]") {
  const Workplace place;
  xpike::Network network = place.network();
  network.input.tokenizer = xpike::TokenTokenizer{network.shape.input_rows};
  network.causal = true;
  network.pooling = xpike::Pooling::kLast;
  xpike::save_model(network, place.path() / "model.safetensors");
  const auto rows = static_cast<std::size_t>(network.shape.input_rows);
  xpike::RandomSource random(4);
  for (const std::size_t tokens : {std::size_t{1}, std::size_t{3}, std::size_t{8}}) {
    xpike::NpyArray images{xpike::DataType::kU8, {6, tokens, rows}, {}};
    for (std::size_t i = 0; i < 6 * tokens * rows; ++i) {
      images.data.push_back(static_cast<std::uint8_t>(random.integer(0, 255)));
    }
    xpike::write_file(place.path() / "data" / "images.npy", xpike::npy_bytes(images));
    const CommandResult result = place.run({"--engine", "both", "--json", "both.json"});
    INFO(result.out << result.err);
    REQUIRE(result.code == 0);
    const json report = read_json(place.path() / "both.json");
    CHECK(report.at("mismatches") == 0);
    CHECK(report.at("images") == 5);
    CHECK(report.at("events").at("draws_encoder") == 5 * 4 * tokens * ((rows + 3) / 4));  // lanes
  }
  const CommandResult inspect = place.xpike({"inspect", "model.safetensors"});
  CHECK(inspect.out.find("input         tokens of ") != std::string::npos);
}

TEST_CASE("the simulated chip alone reports what it measures", "[cli][rtl]") {
  const Workplace place;
  REQUIRE(
      place.run({"--engine", "rtl", "--limit", "2", "--json", "r.json", "--wave", "w.fst"}).code ==
      0);
  const json report = read_json(place.path() / "r.json");
  CHECK(report.at("engine") == "rtl");
  CHECK(report.at("mismatches").is_null());
  CHECK(report.at("utilisation").at("aimc") > 0.0);
  CHECK(fs::file_size(place.path() / "w.fst") > 1000);
  CHECK(place.listing() ==
        "data data/images.npy data/labels.npy data/split.json model.safetensors r.json w.fst");
}

TEST_CASE("a waveform that cannot be written is refused before the work", "[cli][rtl]") {
  const Workplace place;
  const CommandResult result = place.run({"--engine", "rtl", "--wave", "no/w.fst", "--json", "r"});
  CHECK(result.code == 2);
  CHECK(result.err.find("xpike: no/w.fst: file: cannot be created") == 0);
  CHECK(place.listing() ==
        "data data/images.npy data/labels.npy data/split.json model.safetensors");
}

TEST_CASE("a core without waveforms says so", "[cli][rtl]") {
  const Workplace place;
  const CommandResult result =
      place.xpike({"run", "--random-model", "3", "--config", "odd-b", "--tokens", "2", "--steps",
                   "1", "--engine", "rtl", "--wave", "w.fst"});
  CHECK(result.code == 2);
  CHECK(result.err ==
        "xpike: command line: --wave: this core is built without waveforms; cmake "
        "-DXPIKE_WAVE_CONFIGS=its-name builds it with them\n");
  CHECK(place.listing() ==
        "data data/images.npy data/labels.npy data/split.json model.safetensors");
}

#else

TEST_CASE("a build without the simulated chip says so", "[cli]") {
  const Workplace place;
  const CommandResult result = place.run({"--engine", "rtl"});
  CHECK(result.code == 2);
  CHECK(result.err ==
        "xpike: command line: --engine: this build has no simulated chip; use reference\n");
}

#endif
