// SPDX-License-Identifier: Apache-2.0
// What the benches of the whole accelerator share: a chip behind AXI with a random network, runs on
// it, and the reference model.
#pragma once

#include <catch2/catch.hpp>
#include <cstdint>
#include <map>
#include <string>
#include <vector>
#include <xpike/registers.hpp>

#include "axi_chip.hpp"
#include "lib/random.hpp"
#include "loader.hpp"
#include "model/fit.hpp"
#include "model/random_model.hpp"
#include "program_packets.hpp"
#include "reference/engine.hpp"
#include "register_recorder.hpp"

namespace xpike::tb {

class AxiBench {
 public:
  /// How packets reach the chip.
  enum class Way : std::uint8_t { streams, words };

  AxiBench(const std::string& config_name, std::uint32_t model_seed, unsigned stream,
           double stall = 0.0)
      : config_(config_by_name(config_name)),
        network_(random_model(config_, model_seed)),
        random(stream),
        chip(config_, sim::make_axi_model(config_name)),
        reference_(config_, network_) {
    set_stall(stall);
  }

  void set_stall(double stall) {
    chip.set_stall([this, stall] { return stall > 0 && random.chance(stall); });
  }

  const Config& config() const { return config_; }
  const Network& network() const { return network_; }

  /// Writes that load the network; without its cells, what a reset loses.
  std::vector<sim::RegisterWrite> network_writes(bool cells) const {
    std::vector<sim::RegisterWrite> writes = sim::network_writes(config_, network_);
    if (!cells) {
      std::erase_if(writes, [](const sim::RegisterWrite& write) {
        return write.address == regs::cell_data.address;
      });
    }
    return writes;
  }

  /// Loads the network by program packets.
  void load(bool cells = true) {
    const std::uint32_t before = chip.read(regs::program_packets);
    const auto packets = sim::program_packets(network_writes(cells));
    for (const auto& packet : packets) chip.program(packet);
    while (!chip.sent()) chip.cycle();
    while (regs::host_status_programming.get(chip.read(regs::host_status)) != 0) chip.cycle();
    REQUIRE(chip.read(regs::cause) == 0);
    REQUIRE(chip.read(regs::program_packets) - before == packets.size());
  }

  struct Run {
    TokenImage image;
    RunOptions options;
    std::uint32_t number = 0;
  };
  Run random_run() {
    Run run;
    const int tokens = random.between(1, config_.tokens);
    run.options.steps = random.between(1, config_.steps);
    run.options.seed = static_cast<std::uint32_t>(random.bits(32));
    run.options.final_scores = random.chance(0.3);
    run.number = static_cast<std::uint32_t>(random.bits(32));
    const auto seed = static_cast<std::uint32_t>(random.bits(32));
    run.image = random.chance(0.5) ? random_stream(network_, tokens, run.options.steps, seed)
                                   : random_image(network_, tokens, seed);
    return run;
  }
  /// The configuration registers of a run.
  void configure(const Run& run) {
    for (const sim::RegisterWrite& write :
         sim::run_writes(config_, network_, run.image, run.options, run.number)) {
      REQUIRE_FALSE(chip.access(true, 4U * write.address, write.value).error);
    }
  }
  std::vector<std::uint32_t> packet(const Run& run) const {
    return sim::make_packet(network_, run.image, run.options.steps, config_.input_words);
  }
  void start() { chip.write(regs::control, regs::control_start.put(1)); }

  /// The result packet that the reference says.
  std::vector<std::uint32_t> expected(const Run& run) {
    const Result result = reference_.run(run.image, run.number, run.options);
    const auto classes = static_cast<std::size_t>(network_.shape.classes);
    const std::size_t steps = result.running.size() / classes;
    std::vector<std::uint32_t> words;
    for (std::size_t c = 0; c < classes; ++c) {
      for (std::size_t t = 0; t < steps; ++t) {
        words.push_back(static_cast<std::uint32_t>(result.running[t * classes + c]));
      }
    }
    words.push_back(static_cast<std::uint32_t>(result.predicted));
    return words;
  }

  /// One image from the first register to the last result word, equal to the reference.
  void check(const Run& run, Way way = Way::streams) {
    configure(run);
    chip.write(regs::host_mode, regs::host_mode_words.put(way == Way::words ? 1U : 0U));
    std::vector<std::uint32_t> words;
    if (way == Way::streams) {
      chip.send(packet(run));
      start();
      const sim::AxiChip::Packet result = chip.wait_result(200'000);
      REQUIRE_FALSE(result.cut);
      words = result.words;
    } else {
      start();
      send_words(packet(run));
      words = take_words();
    }
    REQUIRE(words == expected(run));
    REQUIRE(chip.read(regs::cause) == 0);
    REQUIRE(chip.read(regs::error) == 0);
  }

  /// An input packet through the registers.
  void send_words(const std::vector<std::uint32_t>& words) {
    for (std::size_t i = 0; i < words.size(); ++i) {
      while (regs::host_status_input_room.get(chip.read(regs::host_status)) == 0) {
      }
      chip.write(i + 1 < words.size() ? regs::input_word : regs::input_last, words[i]);
    }
  }
  /// A result packet through the registers.
  std::vector<std::uint32_t> take_words() {
    std::vector<std::uint32_t> words;
    for (int polls = 0; polls < 200'000; ++polls) {
      const std::uint32_t status = chip.read(regs::host_status);
      if (regs::host_status_result_valid.get(status) == 0) continue;
      words.push_back(chip.read(regs::result_word));
      if (regs::host_status_result_last.get(status) != 0) return words;
    }
    FAIL("no result");
    return words;
  }

  /// Every register that can be read without an effect, but counters and causes.
  std::map<std::uint32_t, std::uint32_t> snapshot() {
    std::map<std::uint32_t, std::uint32_t> values;
    const auto add = [&](const regs::Register& reg, unsigned words) {
      for (unsigned w = 0; w < words; ++w) values[reg.address + w] = chip.read(reg, w);
    };
    for (const regs::Register& reg : regs::all) {
      if (reg.address == regs::error.address || reg.address == regs::cell_data.address ||
          reg.address == regs::events.address)
        continue;
      unsigned words = reg.count;
      if (reg.address == regs::layer.address) words = static_cast<unsigned>(config_.depth);
      if (reg.address == regs::binary.address) {
        words = static_cast<unsigned>(ceil_div(config_.input_rows, 32));
      }
      add(reg, words);
    }
    for (const auto* reg :
         {&regs::host_mode, &regs::host_irq_enable, &regs::window_crc, &regs::program_packets}) {
      add(*reg, 1);
    }
    return values;
  }

  /// The cause of the last refusal, which is then cleared, with the errors of the core.
  void expect_cause(std::uint32_t cause) {
    CHECK(chip.read(regs::cause) == cause);
    chip.write(regs::cause, 0xFFFFFFFF);
    chip.write(regs::error, 0xFFFFFFFF);
    CHECK(chip.read(regs::cause) == 0);
  }

 private:
  Config config_;
  Network network_;

 public:
  Random random;
  sim::AxiChip chip;

 private:
  reference::ReferenceEngine reference_;
};

}  // namespace xpike::tb
