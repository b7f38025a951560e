// SPDX-License-Identifier: Apache-2.0
// The driver behind the command: the same results as from the chip without its host interface.
#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <xpike/configs.hpp>

#include "command.hpp"
#include "driver/xpk_bundle.h"
#include "model/file_io.hpp"

using namespace xpike;
using Catch::Matchers::Contains;

namespace {

nlohmann::json json_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  return nlohmann::json::parse(file);
}

void require_refused(const CommandResult& result, const std::string& message) {
  CHECK(result.code == 2);
  CHECK_THAT(result.err, Contains(message));
  CHECK(std::count(result.err.begin(), result.err.end(), '\n') == 1);
}

}  // namespace

TEST_CASE("the driver's scores and counters are those of the chip", "[cli][driver]") {
  const Workplace workplace;
  const bool final_scores = GENERATE(false, true);
  for (const std::string engine : {"rtl", "driver"}) {
    std::vector<std::string> more{"--engine", engine,           "--seed",   "9",
                                  "--json",   engine + ".json", "--scores", engine + ".npy"};
    if (final_scores) more.emplace_back("--final-scores");
    const CommandResult result = workplace.run(more);
    INFO(result.err);
    REQUIRE(result.code == 0);
    CHECK_THAT(result.out, Contains(engine));
  }
  CHECK(read_file(workplace.path() / "driver.npy") == read_file(workplace.path() / "rtl.npy"));
  const auto driver = json_of(workplace.path() / "driver.json");
  const auto rtl = json_of(workplace.path() / "rtl.json");
  CHECK(driver.at("engine") == "driver");
  // Waiting for the packet and giving out the result take as long as the host takes.
  for (const auto& [name, count] : rtl.at("events").items()) {
    INFO(name);
    if (name == "cycles" || name == "cycles_wait_input" || name == "cycles_readout") continue;
    CHECK(driver.at("events").at(name) == count);
  }
  const auto computing = [](const nlohmann::json& report) {
    const auto count = [&](const char* name) {
      return report.at("events").at(name).get<std::int64_t>();
    };
    return count("cycles") - count("cycles_wait_input") - count("cycles_readout");
  };
  CHECK(computing(driver) == computing(rtl));
}

TEST_CASE("random models run through the driver", "[cli][driver]") {
  const Workplace workplace;
  for (const std::string engine : {"reference", "driver"}) {
    const CommandResult result =
        workplace.xpike({"run", "--config", "nano", "--random-model", "3", "--images", "2",
                         "--engine", engine, "--scores", engine + ".npy"});
    INFO(result.err);
    REQUIRE(result.code == 0);
  }
  CHECK(read_file(workplace.path() / "driver.npy") ==
        read_file(workplace.path() / "reference.npy"));
}

TEST_CASE("a simulated UART gives the same scores", "[cli][driver]") {
  const Workplace workplace;
  for (const std::string transport : {"sim", "uart-sim"}) {
    const CommandResult result = workplace.run({"--engine", "driver", "--transport", transport,
                                                "--limit", "2", "--scores", transport + ".npy"});
    INFO(result.err);
    REQUIRE(result.code == 0);
  }
  CHECK(read_file(workplace.path() / "uart-sim.npy") == read_file(workplace.path() / "sim.npy"));
}

TEST_CASE("transports that cannot be are refused by name", "[cli][driver]") {
  const Workplace workplace;
  const auto transport = [&](const std::string& text) {
    return workplace.run({"--engine", "driver", "--transport", text});
  };
  require_refused(transport("uart"), "--transport: 'uart' is not sim, uart-sim, mmap:FILE");
  require_refused(transport("mmap:"), "names no file");
  require_refused(transport("mmap:/dev/zero@x"), "has no number behind @");
  require_refused(transport("mmap:/nonexistent/uio"), "/nonexistent/uio: --transport: cannot be");
  require_refused(transport("uart:"), "names no file");
  require_refused(transport("uart:/dev/null@fast"), "has no number behind @");
  require_refused(transport("uart:/dev/null@12345"), "has a rate that serial devices");
  require_refused(transport("uart:/nonexistent/tty"), "/nonexistent/tty: --transport: cannot be");
  require_refused(transport("uart:/dev/null"), "/dev/null: --transport: cannot be opened");
  require_refused(workplace.run({"--transport", "sim"}), "belongs to --engine driver");
  require_refused(workplace.run({"--engine", "driver", "--dump-spikes", "dump"}),
                  "the driver sees results only");
  require_refused(workplace.run({"--engine", "driver", "--wave", "w.fst"}), "--wave");
  // A file of zeros answers, but is no chip.
  AtomicFile file(workplace.path() / "zeros");
  file.write(std::string(0x40000, '\0'));
  file.commit();
  require_refused(transport("mmap:zeros"), "ID is 0x00000000");
  require_refused(
      workplace.run({"--engine", "driver", "--transport", "mmap:zeros", "--threads", "2"}),
      "--threads");
}

TEST_CASE("a model is packed for a configuration", "[cli][driver]") {
  const Workplace workplace;
  const CommandResult result =
      workplace.xpike({"pack", "--model", "model.safetensors", "--out", "nano.xpkb"});
  REQUIRE(result.code == 0);
  CHECK_THAT(result.out, Contains("configuration nano"));
  const Bytes bytes = read_file(workplace.path() / "nano.xpkb");
  REQUIRE(bytes.size() % 4 == 0);
  CHECK(std::string(bytes.begin(), bytes.begin() + 4) == "XPKB");
  const auto word = [&](std::size_t i) {
    return bytes[4 * i] | unsigned{bytes[4 * i + 1]} << 8U | unsigned{bytes[4 * i + 2]} << 16U |
           unsigned{bytes[4 * i + 3]} << 24U;
  };
  CHECK(word(2) == bytes.size() / 4);
  CHECK(word(XPK_BUNDLE_SHAPE) == 8);  // tokens of nano
  require_refused(workplace.xpike({"pack", "--model", "absent", "--out", "x"}), "absent");
  require_refused(
      workplace.xpike({"pack", "--model", "model.safetensors", "--out", "/nonexistent/x"}),
      "/nonexistent/x");
}
