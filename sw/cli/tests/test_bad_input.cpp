// SPDX-License-Identifier: Apache-2.0
// Whatever is unusable: one line that names file and field, exit code 2, nothing left behind.
#include <sys/stat.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>

#include "command.hpp"
#include "model/file_io.hpp"
#include "model/npy.hpp"

namespace {

constexpr const char* kUntouched =
    "data data/images.npy data/labels.npy data/split.json model.safetensors";

// The message of a refusal; checks everything about it but its text.
std::string refused(const CommandResult& result) {
  INFO("out: " << result.out << "err: " << result.err);
  CHECK(result.code == 2);
  CHECK(result.out.empty());
  CHECK(std::count(result.err.begin(), result.err.end(), '\n') == 1);
  REQUIRE(result.err.size() > 8);
  CHECK(result.err.substr(0, 7) == "xpike: ");
  return result.err.substr(7, result.err.size() - 8);
}

bool starts(const std::string& text, const std::string& start) { return text.find(start) == 0; }

}  // namespace

TEST_CASE("unusable arguments are refused", "[cli]") {
  const Workplace place;
  CHECK(refused(place.xpike({})) == "command line: arguments: A subcommand is required");
  CHECK(starts(refused(place.xpike({"fly"})), "command line: arguments: "));
  CHECK(refused(place.xpike({"run"})) ==
        "command line: --model: is required, unless --random-model is given");
  CHECK(refused(place.xpike({"inspect"})) == "command line: arguments: model is required");
  CHECK(starts(refused(place.run({"--fast"})), "command line: arguments: "));
  CHECK(starts(refused(place.run({"--json"})), "command line: arguments: --json"));
  CHECK(starts(refused(place.run({"--model", "again"})), "command line: arguments: --model"));
  CHECK(refused(place.run({"--engine", "gpu"})) ==
        "command line: --engine: 'gpu' is not one of reference, rtl, both, driver");
  CHECK(refused(place.run({"--config", "huge"}))
            .find("command line: --config: unknown configuration 'huge'; known: nano") == 0);
  CHECK(refused(place.run({"--wave", "w.fst"})) ==
        "command line: --wave: needs the simulated chip: --engine rtl or both");
  CHECK(refused(place.run({"--wave", "w.fst", "--engine", "rtl", "--threads", "2"})) ==
        "command line: --wave: shows one chip: use --threads 1");
  CHECK(refused(place.run({"--timeline", "t.json"})) ==
        "command line: --timeline: needs the simulated chip: --engine rtl or both");
  CHECK(refused(place.run({"--timeline-clock", "100", "--engine", "rtl"})) ==
        "command line: --timeline-clock: belongs to --timeline, which is not given");
  CHECK(place.listing() == kUntouched);
}

TEST_CASE("numbers out of range are refused", "[cli]") {
  const Workplace place;
  CHECK(refused(place.run({"--steps", "5"})) == "command line: --steps: 5 is outside 1..4");
  CHECK(refused(place.run({"--steps", "0"})) == "command line: --steps: 0 is outside 1..4");
  CHECK(refused(place.run({"--steps", "99"})) == "command line: --steps: 99 is outside 1..4");
  CHECK(refused(place.run({"--steps", "two"})) ==
        "command line: --steps: 'two' is not an integer of at most 63 bits");
  CHECK(refused(place.run({"--steps", "2.5"})) ==
        "command line: --steps: '2.5' is not an integer of at most 63 bits");
  CHECK(starts(refused(place.run({"--limit", "0"})), "command line: --limit: 0 is outside 1.."));
  CHECK(starts(refused(place.run({"--limit=-3"})), "command line: --limit: -3 is outside 1.."));
  CHECK(refused(place.run({"--limit", "99999999999999999999"})) ==
        "command line: --limit: '99999999999999999999' is not an integer of at most 63 bits");
  CHECK(refused(place.run({"--seed=-1"})) == "command line: --seed: -1 is outside 0..4294967295");
  CHECK(refused(place.run({"--seed", "4294967296"})) ==
        "command line: --seed: 4294967296 is outside 0..4294967295");
  CHECK(refused(place.run({"--threads", "0"})) == "command line: --threads: 0 is outside 1..256");
  CHECK(refused(place.run({"--engine", "rtl", "--timeline", "t", "--timeline-clock", "0"})) ==
        "command line: --timeline-clock: 0 is outside 1..10000");
}

TEST_CASE("absent and foreign files are refused", "[cli]") {
  const Workplace place;
  CHECK(starts(refused(place.xpike({"inspect", "absent"})), "absent: file: cannot be opened"));
  CHECK(refused(place.xpike({"inspect", "data"})) == "data: file: is not a regular file");
  CHECK(starts(refused(place.xpike({"inspect", "data/images.npy"})), "data/images.npy: header: "));
  CHECK(starts(refused(place.xpike({"run", "--model", "absent", "--data", "data"})),
               "absent: file: "));
  const auto run_on = [&](const char* data) {
    return refused(place.xpike({"run", "--model", "model.safetensors", "--data", data}));
  };
  CHECK(starts(run_on("absent"), "absent: file: cannot be opened"));
  CHECK(run_on("model.safetensors") == "model.safetensors: magic: is not a .npy file");
  CHECK(run_on("data/labels.npy") ==
        "data/labels.npy: shape: is not [images][height][width] or [images][steps][tokens][rows]");
  REQUIRE(::mkfifo((place.path() / "pipe").c_str(), 0600) == 0);
  CHECK(run_on("pipe") == "pipe: file: is not a regular file");
  const std::string no_images =
      ": images: holds neither images.npy nor spikes.npy nor IDX files: "
      "train-images-idx3-ubyte[.gz] "
      "t10k-images-idx3-ubyte[.gz]";
  CHECK(run_on(".") == "." + no_images);
  CHECK(run_on("data/mnist") == "data/mnist" + no_images + "; get them with `make data-mnist`");
}

TEST_CASE("a model that does not fit is refused", "[cli]") {
  const Workplace place;
  CHECK(refused(place.run({"--config", "tiny"})) ==
        "model.safetensors: network.tokens: 8 does not fit configuration tiny, which has 16");
  CHECK(starts(refused(place.xpike({"inspect", "model.safetensors", "--config", "odd-b"})),
               "model.safetensors: network.tokens: "));
}

TEST_CASE("damaged models are refused without outputs", "[cli]") {
  const Workplace place;
  const auto path = place.path() / "model.safetensors";
  const xpike::Bytes valid = xpike::read_file(path);
  const auto size = static_cast<std::ptrdiff_t>(valid.size());
  for (const std::ptrdiff_t length : {std::ptrdiff_t{0}, std::ptrdiff_t{7}, std::ptrdiff_t{8},
                                      std::ptrdiff_t{500}, size / 2, size - 1}) {
    xpike::write_file(path, xpike::Bytes(valid.begin(), valid.begin() + length));
    CHECK(starts(refused(place.run({"--json", "r.json", "--dump-spikes", "dumps"})),
                 "model.safetensors: "));
  }
  xpike::Bytes longer = valid;
  longer.push_back(0);
  xpike::write_file(path, longer);
  CHECK(refused(place.run({})) == "model.safetensors: data: 1 bytes belong to no tensor");
  CHECK(place.listing() == kUntouched);
}

TEST_CASE("damaged data is refused without outputs", "[cli]") {
  const Workplace place;
  const auto with_outputs = [&](std::vector<std::string> more) {
    more.insert(more.end(), {"--json", "r.json", "--dump-spikes", "dumps"});
    return refused(place.run(more));
  };
  CHECK(with_outputs({"--split", "wild"}) == "data/split.json: wild: is missing");
  std::ofstream(place.path() / "data" / "split.json") << R"({"test":[0,6]})";
  CHECK(with_outputs({}) == "data/split.json: test: 6 is outside 0..5");
  std::ofstream(place.path() / "data" / "split.json") << std::string(100000, '[');
  CHECK(with_outputs({}) == "data/split.json: JSON: JSON is nested deeper than 16 levels");
  const auto images = place.path() / "data" / "images.npy";
  xpike::Bytes bytes = xpike::read_file(images);
  bytes.pop_back();
  xpike::write_file(images, bytes);
  CHECK(starts(with_outputs({}), "data/images.npy: shape: "));
  const xpike::NpyArray labels{xpike::DataType::kU8, {6}, {0, 1, 2, 3, 4, 0}};
  bytes.push_back(0);
  xpike::write_file(images, bytes);
  xpike::write_file(place.path() / "data" / "labels.npy", xpike::npy_bytes(labels));
  CHECK(with_outputs({"--split", "all"}) == "data/labels.npy: label 4: 4 is outside 0..3");
  CHECK(place.listing() == kUntouched);
}

TEST_CASE("outputs that cannot be written are refused before the work", "[cli]") {
  const Workplace place;
  CHECK(starts(refused(place.run({"--json", "no/r.json"})), "no/r.json: file: cannot be created"));
  CHECK(starts(refused(place.run({"--scores", "no/s.npy", "--json", "r.json"})),
               "no/s.npy: file: cannot be created"));
  CHECK(refused(place.run({"--json", "data"})) == "data: file: exists and is not a regular file");
  CHECK(refused(place.run({"--dump-spikes", "data"})) == "data: folder: exists and is not empty");
  CHECK(refused(place.run({"--dump-spikes", "model.safetensors", "--json", "r.json"})) ==
        "model.safetensors: folder: exists and is not a folder");
  CHECK(starts(refused(place.run({"--dump-spikes", "no/dumps", "--json", "r.json"})),
               "no/dumps: folder: cannot be created"));
  CHECK(starts(refused(place.run({"--engine", "rtl", "--timeline", "no/t.json", "--json", "r"})),
               "no/t.json: file: cannot be created"));
  CHECK(starts(refused(place.xpike({"inspect", "model.safetensors", "--json", "no/r.json"})),
               "no/r.json: file: "));
  CHECK(place.listing() == kUntouched);
}

TEST_CASE("names with odd characters stay on one line", "[cli]") {
  const Workplace place;
  CHECK(starts(refused(place.xpike({"inspect", "a\nb\x1b[2J"})), "a?b?[2J: file: "));
}
