// SPDX-License-Identifier: Apache-2.0
// The words of golden vectors, played to a simulated chip that knows nothing of the model.
#include <catch2/catch.hpp>
#include <cstdint>
#include <fstream>
#include <string>
#include <vector>

#include "chip.hpp"
#include "command.hpp"
#include "model/fit.hpp"

namespace fs = std::filesystem;

namespace {

std::vector<std::string> lines(const fs::path& file) {
  std::ifstream stream(file);
  REQUIRE(stream);
  std::vector<std::string> all;
  for (std::string line; std::getline(stream, line);) all.push_back(line);
  return all;
}

std::vector<std::uint32_t> words(const fs::path& file) {
  std::vector<std::uint32_t> all;
  for (const std::string& line : lines(file)) {
    REQUIRE(line.size() == 8);
    all.push_back(static_cast<std::uint32_t>(std::stoul(line, nullptr, 16)));
  }
  return all;
}

void play_writes(xpike::sim::Chip& chip, const fs::path& file) {
  for (const std::string& line : lines(file)) {
    REQUIRE(line.size() == 12);
    const auto address = static_cast<std::uint16_t>(std::stoul(line.substr(0, 4), nullptr, 16));
    const auto value = static_cast<std::uint32_t>(std::stoul(line.substr(4), nullptr, 16));
    REQUIRE_FALSE(chip.access(true, address, value).error);
  }
}

}  // namespace

TEST_CASE("a chip that is played the golden words answers with the golden result",
          "[cli][rtl][golden]") {
  const Workplace place;
  const CommandResult made = place.xpike({"golden", "--model", "model.safetensors", "--data",
                                          "data", "--images", "4", "--seed", "5", "golden"});
  INFO(made.err);
  REQUIRE(made.code == 0);
  xpike::sim::Chip chip(xpike::config_by_name("nano"), xpike::sim::make_core_model("nano"));
  const fs::path folder = place.path() / "golden";
  play_writes(chip, folder / "network.hex");
  for (const char* image : {"img00000", "img00001", "img00002", "img00003"}) {
    play_writes(chip, folder / image / "registers.hex");
    CHECK(chip.infer(words(folder / image / "packet.hex"), 100'000) ==
          words(folder / image / "result.hex"));
  }
}

TEST_CASE("unusable requests for golden vectors are refused and leave nothing", "[cli][golden]") {
  const Workplace place;
  const std::string before = place.listing();
  const auto refusal = [&](std::vector<std::string> more) {
    more.insert(more.begin(), {"golden", "--model", "model.safetensors", "--data", "data"});
    const CommandResult result = place.xpike(more);
    CHECK(result.code == 2);
    CHECK(result.out.empty());
    CHECK(place.listing() == before);
    return result.err;
  };
  CHECK(refusal({"g", "--images", "6"}) == "xpike: command line: --images: 6 is outside 1..5\n");
  CHECK(refusal({"g", "--images", "0"}) == "xpike: command line: --images: 0 is outside 1..5\n");
  CHECK(refusal({"g", "--steps", "5"}) == "xpike: command line: --steps: 5 is outside 1..4\n");
  CHECK(refusal({"g", "--seed=-1"}) ==
        "xpike: command line: --seed: -1 is outside 0..4294967295\n");
  CHECK(refusal({"no/g"}).find("xpike: no/g: folder: cannot be created") == 0);
  CHECK(refusal({"data"}) == "xpike: data: folder: exists and is not empty\n");
  CHECK(refusal({}).find("xpike: command line: arguments: ") == 0);
}
