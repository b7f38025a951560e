// SPDX-License-Identifier: Apache-2.0
// The built command on good input.
#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "command.hpp"
#include "model/data_set.hpp"
#include "model/dump.hpp"
#include "model/file_io.hpp"
#include "model/fit.hpp"
#include "model/npy.hpp"
#include "reference/engine.hpp"

namespace fs = std::filesystem;
using nlohmann::json;

TEST_CASE("a run reports accuracy and events", "[cli]") {
  const Workplace place;
  const CommandResult result = place.run({"--json", "r.json", "--seed", "7", "--steps", "3"});
  INFO(result.err);
  REQUIRE(result.code == 0);
  CHECK(result.err.empty());
  CHECK(result.out.find("accuracy") != std::string::npos);

  // The same images by the library.
  const xpike::Config& config = xpike::config_by_name("nano");
  const xpike::DataSet data(place.path() / "data", "test");
  xpike::reference::ReferenceEngine engine(config, place.network());
  xpike::Events events;
  int correct = 0;
  std::vector<int> predictions;
  for (std::size_t i = 0; i < 5; ++i) {
    const xpike::Result image =
        engine.run(data.image(i, place.network()), static_cast<std::uint32_t>(i), {3, 7, false});
    predictions.push_back(image.predicted);
    if (image.predicted == std::vector<int>{1, 0, 3, 2, 1}[i]) ++correct;
    for (const auto& [name, count] : image.events) events[name] += count;
  }
  const json report = read_json(place.path() / "r.json");
  CHECK(report.at("engine") == "reference");
  CHECK(report.at("configuration") == "nano");
  CHECK(report.at("images") == 5);
  CHECK(report.at("accuracy") == correct / 5.0);
  CHECK(report.at("predictions") == predictions);
  CHECK(report.at("wall_seconds") > 0.0);
  CHECK(report.at("events").size() == 48);
  for (const auto& [name, count] : events) CHECK(report.at("events").at(name) == count);
  for (const char* unmeasured : {"mismatches", "cycles_per_image", "simulated_cycles_per_second"}) {
    CHECK(report.at(unmeasured).is_null());
  }
  CHECK(report.at("events").at("cycles").is_null());
  CHECK(report.at("utilisation").at("aimc").is_null());
  CHECK(report.at("spike_rates").at("q") ==
        static_cast<double>(events.at("spikes_q")) / (5 * 8 * 3 * 16));
}

TEST_CASE("scores and accuracy after every time step", "[cli]") {
  const Workplace place;
  const CommandResult result = place.run({"--json", "r.json", "--scores", "s.npy", "--seed", "3"});
  INFO(result.err);
  REQUIRE(result.code == 0);
  const xpike::NpyArray scores = xpike::parse_npy(xpike::read_file(place.path() / "s.npy"), "s");
  REQUIRE(scores.shape == std::vector<std::size_t>{5, 4, 4});

  // The same images by the library; the lowest class wins a tie.
  const xpike::DataSet data(place.path() / "data", "test");
  xpike::reference::ReferenceEngine engine(xpike::config_by_name("nano"), place.network());
  std::vector<double> right(4);
  for (std::size_t i = 0; i < 5; ++i) {
    const xpike::Result image =
        engine.run(data.image(i, place.network()), static_cast<std::uint32_t>(i), {4, 3, true});
    for (std::size_t t = 0; t < 4; ++t) {
      int best = 0;
      for (std::size_t c = 0; c < 4; ++c) {
        const std::int32_t score = image.tensors->head[t * 4 + c];
        CHECK(scores.value((i * 4 + t) * 4 + c) == score);
        if (score > image.tensors->head[t * 4 + static_cast<std::size_t>(best)]) {
          best = static_cast<int>(c);
        }
      }
      if (best == *data.label(i)) ++right[t];
    }
  }
  for (double& count : right) count /= 5;
  const json report = read_json(place.path() / "r.json");
  CHECK(report.at("accuracy_by_step") == right);
  CHECK(report.at("accuracy_by_step").back() == report.at("accuracy"));
  CHECK(result.out.find("after each step ") != std::string::npos);
}

TEST_CASE("the result does not depend on threads or limit", "[cli]") {
  const Workplace place;
  REQUIRE(place.run({"--json", "1.json"}).code == 0);
  REQUIRE(place.run({"--json", "3.json", "--threads", "3"}).code == 0);
  REQUIRE(place.run({"--json", "limit.json", "--limit", "2", "--threads", "8"}).code == 0);
  const json one = read_json(place.path() / "1.json");
  const json three = read_json(place.path() / "3.json");
  const json limited = read_json(place.path() / "limit.json");
  CHECK(one.at("events") == three.at("events"));
  CHECK(one.at("predictions") == three.at("predictions"));
  CHECK(limited.at("images") == 2);
  CHECK(limited.at("predictions")[1] == one.at("predictions")[1]);
}

TEST_CASE("images without labels have no accuracy", "[cli]") {
  const Workplace place;
  const CommandResult result = place.xpike(
      {"run", "--model", "model.safetensors", "--data", "data/images.npy", "--json", "r.json"});
  REQUIRE(result.code == 0);
  const json report = read_json(place.path() / "r.json");
  CHECK(report.at("images") == 6);
  CHECK(report.at("accuracy").is_null());
  CHECK(report.at("accuracy_interval").is_null());
  CHECK(report.at("accuracy_by_step").is_null());
  CHECK(report.at("split") == "all");
}

TEST_CASE("MNIST's files run like NumPy's", "[cli]") {
  const Workplace place;
  const auto load = [&](const char* name) {
    return xpike::parse_npy(xpike::read_file(place.path() / "data" / name), name);
  };
  const xpike::NpyArray images = load("images.npy");
  const xpike::NpyArray labels = load("labels.npy");
  const auto side = [&](std::size_t axis) { return static_cast<std::uint8_t>(images.shape[axis]); };
  xpike::Bytes image_file{0, 0, 8, 3, 0, 0, 0, side(0), 0, 0, 0, side(1), 0, 0, 0, side(2)};
  xpike::Bytes label_file{0, 0, 8, 1, 0, 0, 0, side(0)};
  for (const std::uint8_t pixel : images.data) image_file.push_back(pixel);
  for (const std::uint8_t label : labels.data) label_file.push_back(label);
  fs::create_directory(place.path() / "idx");
  xpike::write_file(place.path() / "idx" / "t10k-images-idx3-ubyte", image_file);
  xpike::write_file(place.path() / "idx" / "t10k-labels-idx1-ubyte", label_file);

  REQUIRE(place.run({"--split", "all", "--json", "npy.json"}).code == 0);
  REQUIRE(
      place.xpike({"run", "--model", "model.safetensors", "--data", "idx", "--json", "idx.json"})
          .code == 0);
  const json npy = read_json(place.path() / "npy.json");
  const json idx = read_json(place.path() / "idx.json");
  CHECK(idx.at("split") == "test");
  for (const char* key : {"images", "predictions", "accuracy", "events"}) {
    CHECK(idx.at(key) == npy.at(key));
  }
}

TEST_CASE("dumps hold the tensors of every image", "[cli]") {
  const Workplace place;
  REQUIRE(place.run({"--dump-spikes", "dumps", "--limit", "2", "--threads", "2"}).code == 0);
  const xpike::DataSet data(place.path() / "data", "test");
  xpike::reference::ReferenceEngine engine(xpike::config_by_name("nano"), place.network());
  const int steps = place.network().shape.steps;
  for (std::uint32_t i = 0; i < 2; ++i) {
    const auto tensors = *engine.run(data.image(i, place.network()), i, {steps, 1, true}).tensors;
    const fs::path folder = place.path() / "dumps" / xpike::dump_folder(i);
    const auto load = [&](const char* name) {
      return xpike::parse_npy(xpike::read_file(folder / name), name);
    };
    CHECK(load("input.npy") == xpike::npy_of(tensors.input));
    CHECK(load("layer0.a.npy") == xpike::npy_of(tensors.layers[0].a));
    CHECK(load("layer0.s.npy") == xpike::npy_of(tensors.layers[0].s, 2));
    CHECK(load("head.npy").shape == std::vector<std::size_t>{4, 4});
  }
  CHECK_FALSE(fs::exists(place.path() / "dumps" / "img00002"));
}

TEST_CASE("an interrupted run leaves nothing behind", "[cli]") {
  const Workplace place;
  const auto& tokenizer = std::get<xpike::PatchTokenizer>(place.network().input.tokenizer);
  const auto height = static_cast<std::size_t>(tokenizer.height);
  const auto width = static_cast<std::size_t>(tokenizer.width);
  const xpike::NpyArray images{
      xpike::DataType::kU8, {50000, height, width}, xpike::Bytes(50000 * height * width, 9)};
  xpike::write_file(place.path() / "many.npy", xpike::npy_bytes(images));
  const std::string before = place.listing();
  const CommandResult result =
      interrupt_xpike(place.path(),
                      {"run", "--model", "model.safetensors", "--data", "many.npy", "--json",
                       "r.json", "--dump-spikes", "dumps", "--threads", "2"},
                      [&] {
                        // The run renames its files meanwhile, so a look may find one gone.
                        try {
                          return place.listing().find("img00003") != std::string::npos;
                        } catch (const fs::filesystem_error&) {
                          return false;
                        }
                      });
  CHECK(result.code == 130);
  CHECK(result.err == "xpike: interrupted\n");
  CHECK(result.out.empty());
  CHECK(place.listing() == before);
}

TEST_CASE("inspect describes model and arrays", "[cli]") {
  const Workplace place;
  const CommandResult result = place.xpike({"inspect", "model.safetensors", "--json", "i.json"});
  REQUIRE(result.code == 0);
  CHECK(result.out.find("layer0.ff2") != std::string::npos);
  const json report = read_json(place.path() / "i.json");
  CHECK(report.at("configuration") == "nano");
  // 32 x 16 arrays: embed 1, q, k, v, proj 1 each, ff1 two row blocks, ff2 1, head 1
  CHECK(report.at("arrays") == 9);
  CHECK(report.at("device_pairs") == 9 * 32 * 16);
  CHECK(report.at("used_device_pairs") == 16 * 16 * 5 + 2 * 16 * 32 + 16 * 4);
  CHECK(report.at("memory_bits").at("qkv") == 3 * 8 * 4 * 16);
}

TEST_CASE("configs lists the configurations", "[cli]") {
  const Workplace place;
  const CommandResult table = place.xpike({"configs"});
  CHECK(table.code == 0);
  CHECK(table.out.find("odd-a") != std::string::npos);
  const json list = json::parse(place.xpike({"configs", "--json"}).out);
  REQUIRE(list.size() == xpike::configs.size());
  const json source = read_json(XPIKE_SOURCE_DIR "/configs/configs.json").at("configs");
  for (const json& entry : list) {
    json expected = source.at(entry.at("name").get<std::string>());
    if (expected.contains("like")) {
      json base = source.at(expected.at("like").get<std::string>());
      base.update(expected);
      base.erase("like");
      expected = base;
    }
    expected["name"] = entry.at("name");
    // What a configuration may leave out.
    expected.emplace("chain_copies", 1);
    expected.emplace("calibration", 1);
    expected.emplace("folded", 0);
    expected.emplace("tile_tokens", std::min(expected.at("tokens").get<int>(), 256));
    CHECK(entry == expected);
  }
}

TEST_CASE("help is no error", "[cli]") {
  const Workplace place;
  const CommandResult result = place.xpike({"run", "--help"});
  CHECK(result.code == 0);
  CHECK(result.out.find("--dump-spikes") != std::string::npos);
}

TEST_CASE("the shipped model recognises the shipped digits", "[cli][digits]") {
  const Workplace place;
  const std::string root = XPIKE_SOURCE_DIR;
  const CommandResult result =
      place.xpike({"run", "--model", root + "/models/digits.safetensors", "--data",
                   root + "/data/digits", "--limit", "100", "--threads", "2", "--json", "r.json"});
  INFO(result.err);
  REQUIRE(result.code == 0);
  const json report = read_json(place.path() / "r.json");
  CHECK(report.at("configuration") == "tiny");
  CHECK(report.at("accuracy") > 0.9);
}

TEST_CASE("the small model reaches what its training measured", "[cli][digits]") {
  const Workplace place;
  const std::string root = XPIKE_SOURCE_DIR;
  const json measured =
      read_json(fs::path(root) / "models" / "digits-micro.results.json").at("shipped");
  const CommandResult result =
      place.xpike({"run", "--model", root + "/models/digits-micro.safetensors", "--data",
                   root + "/data/digits", "--split", "test", "--engine", "reference", "--seed", "1",
                   "--threads", "2", "--json", "r.json"});
  INFO(result.err);
  REQUIRE(result.code == 0);
  const json report = read_json(place.path() / "r.json");
  CHECK(report.at("configuration") == "micro");
  // By the integer forward in Python, with the same lanes, to four digits.
  CHECK(report.at("accuracy").get<double>() ==
        Approx(measured.at("test_per_lane_seed").at(0).get<double>()).margin(5e-5));
  CHECK(report.at("accuracy") >= measured.at("test_interval_95").at(0));
}
