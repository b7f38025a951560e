// SPDX-License-Identifier: Apache-2.0
// xpk_record CONFIG MODEL DATA SPLIT IMAGES STEPS WAVE: classifies images on the simulated chip and
// records every signal of it, from a reset on, so that a netlist can be replayed from its reset
// too. Conductances are in place before: they survive a reset. Standard output: one object of JSON
// with the counted events of all images. Exit codes: 0 done, 2 unusable input.
#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <xpike/configs.hpp>
#include <xpike/registers.hpp>

#include "chip.hpp"
#include "core_model.hpp"
#include "loader.hpp"
#include "model/data_set.hpp"
#include "model/error.hpp"
#include "model/fit.hpp"
#include "model/model_file.hpp"
#include "program.hpp"

namespace {

using namespace xpike;

constexpr std::uint64_t kCycleLimit = 10'000'000;
constexpr std::uint32_t kSeed = 1;  // of the lanes, as `xpike run` has it by default

int number(std::string_view text, const char* field) {
  int value = 0;
  const auto [rest, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc() || rest != text.data() + text.size() || value < 1) {
    throw Error("command line", field, fmt::format("'{}' is no positive number", text));
  }
  return value;
}

int run(std::span<char*> arguments) {
  if (arguments.size() != 8) {
    throw Error("command line", "arguments", "expected CONFIG MODEL DATA SPLIT IMAGES STEPS WAVE");
  }
  const Config& config = config_by_name(arguments[1]);
  const Network network = load_model(arguments[2]);
  check_fit(network, config, arguments[2]);
  const RunOptions options{number(arguments[6], "STEPS"), kSeed, false};
  if (options.steps > config.steps) throw Error("command line", "STEPS", "too many for the chip");
  const DataSet data(arguments[3], arguments[4]);
  data.check(network, options.steps);
  const auto images = static_cast<std::size_t>(number(arguments[5], "IMAGES"));
  if (images > data.size()) throw Error("command line", "IMAGES", "more than the split has");

  sim::Chip chip(config, sim::make_core_model(config.name));
  sim::load_network(chip, config, network, sim::Door::kBack);
  chip.model().open_wave(arguments[7]);
  chip.reset();
  sim::load_registers(chip, config, network);

  std::map<std::string, std::uint64_t> events;
  std::uint64_t correct = 0;
  for (std::size_t i = 0; i < images; ++i) {
    const TokenImage image = data.image(i, network);
    chip.write(regs::control, regs::control_clear.put(1));  // counters start at 0
    sim::load_run(chip, network, image, options, static_cast<std::uint32_t>(i));
    const auto words = chip.infer(
        sim::make_packet(network, image, options.steps, config.input_words), kCycleLimit);
    correct += data.label(i) == static_cast<int>(words.back()) ? 1U : 0U;
    const std::vector<std::uint64_t> counts = chip.events();
    for (std::size_t e = 0; e < counts.size(); ++e) {
      events[std::string(regs::event_list[e].name)] += counts[e];
    }
  }
  const nlohmann::json report{
      {"images", images}, {"correct", correct}, {"steps", options.steps}, {"events", events}};
  fmt::print("{}\n", report.dump());
  return 0;
}

}  // namespace

int main(int argc, char** argv) { return xpike::syn::run_program("xpk_record", argc, argv, run); }
