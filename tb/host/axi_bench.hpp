// SPDX-License-Identifier: Apache-2.0
// What the benches of the whole accelerator behind AXI share: a chip with a random network, and
// runs on it that equal the reference.
#pragma once

#include <catch2/catch.hpp>
#include <cstdint>
#include <map>
#include <string>
#include <vector>
#include <xpike/registers.hpp>

#include "axi_chip.hpp"
#include "host/network_bench.hpp"
#include "program_packets.hpp"
#include "register_recorder.hpp"

namespace xpike::tb {

class AxiBench : public NetworkBench {
 public:
  /// How packets reach the chip.
  enum class Way : std::uint8_t { streams, words };

  AxiBench(const std::string& config_name, std::uint32_t model_seed, unsigned stream,
           double stall = 0.0)
      : NetworkBench(config_name, model_seed, stream),
        chip(config(), sim::make_axi_model(config_name)) {
    set_stall(stall);
  }

  void set_stall(double stall) {
    chip.set_stall([this, stall] { return stall > 0 && random.chance(stall); });
  }

  /// Writes that load the network; without its cells, what a reset loses.
  std::vector<sim::RegisterWrite> network_writes(bool cells) const {
    std::vector<sim::RegisterWrite> writes = sim::network_writes(config(), network());
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

  /// The configuration registers of a run.
  void configure(const Run& run) {
    for (const sim::RegisterWrite& write :
         sim::run_writes(config(), network(), run.image, run.options, run.number)) {
      REQUIRE_FALSE(chip.access(true, 4U * write.address, write.value).error);
    }
  }
  void start() { chip.write(regs::control, regs::control_start.put(1)); }

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
      if (reg.address == regs::layer.address) words = static_cast<unsigned>(config().depth);
      if (reg.address == regs::binary.address) {
        words = static_cast<unsigned>(ceil_div(config().input_rows, 32));
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

  sim::AxiChip chip;
};

}  // namespace xpike::tb
