// SPDX-License-Identifier: Apache-2.0
// Clears and resets in the middle of everything: the chip stays usable.
#include "host/axi_bench.hpp"

using namespace xpike;
using tb::AxiBench;
using Way = tb::AxiBench::Way;

namespace {

constexpr std::uint32_t byte(const regs::Register& reg) { return 4U * reg.address; }

}  // namespace

TEST_CASE("a clear brings back all host registers but mode and enable", "[axi][reset]") {
  AxiBench bench("nano", 53, 13);
  bench.load();
  sim::AxiChip& chip = bench.chip;
  chip.write(regs::host_mode, 1);
  chip.write(regs::host_irq_enable, 5);
  CHECK(chip.access(true, byte(regs::seed) + 1, 0).error);
  const std::vector<const regs::Register*> cleared{&regs::host_irq_status, &regs::cause,
                                                   &regs::cause_address, &regs::window_crc,
                                                   &regs::program_packets};
  for (const regs::Register* reg : cleared) {
    INFO(reg->name);
    CHECK(chip.read(*reg) != 0);
  }
  chip.write(regs::control, regs::control_clear.put(1));
  for (const regs::Register* reg : cleared) {
    INFO(reg->name);
    CHECK(chip.read(*reg) == 0);
  }
  CHECK(chip.read(regs::host_mode) == 1);
  CHECK(chip.read(regs::host_irq_enable) == 5);
  bench.check(bench.random_run());
}

TEST_CASE("a clear ends everything, also packets in the middle", "[axi][reset]") {
  AxiBench bench("nano", 50, 10, 0.2);
  bench.load();
  sim::AxiChip& chip = bench.chip;
  unsigned cut = 0;
  for (int round = 0; round < 40; ++round) {
    const auto run = bench.random_run();
    bench.configure(run);
    chip.write(regs::host_mode, 0);
    bench.start();
    chip.send(bench.packet(run));
    const int cycles = bench.random.between(1, 1200);
    for (int i = 0; i < cycles; ++i) chip.cycle();
    chip.write(regs::control, regs::control_clear.put(1));
    while (!chip.sent()) chip.cycle();  // the rest of the input packet is dropped
    for (int i = 0; i < 50; ++i) chip.cycle();
    CHECK(chip.read(regs::error) == 0);
    CHECK(chip.read(regs::cause) == 0);
    CHECK(regs::status_busy.get(chip.read(regs::status)) == 0);
    while (chip.has_result()) {
      const auto packet = chip.take_result();
      const auto expected = bench.expected(run);
      cut += packet.cut ? 1 : 0;
      REQUIRE(packet.words.size() <= expected.size());
      REQUIRE(packet.cut == (packet.words.size() < expected.size()));
      CHECK(std::equal(packet.words.begin(), packet.words.end(), expected.begin()));
    }
    bench.check(bench.random_run(), round % 2 == 0 ? Way::streams : Way::words);
  }
  // Results of which a part has been taken, for sure.
  for (int round = 0; round < 5; ++round) {
    auto run = bench.random_run();
    run.options.final_scores = false;
    bench.configure(run);
    chip.write(regs::host_mode, regs::host_mode_words.put(1));
    bench.start();
    bench.send_words(bench.packet(run));
    while (regs::host_status_result_valid.get(chip.read(regs::host_status)) == 0) {
    }
    chip.write(regs::control, regs::control_clear.put(1));
    while (regs::host_status_result_cut.get(chip.read(regs::host_status)) == 0) {
      chip.read(regs::result_word);
    }
    CHECK(regs::host_status_result_last.get(chip.read(regs::host_status)) == 1);
    chip.read(regs::result_word);
    ++cut;
    bench.check(bench.random_run(), Way::streams);
  }
  CHECK(cut >= 5);
}

TEST_CASE("a reset at any moment leaves a usable chip with its conductances", "[axi][reset]") {
  AxiBench bench("nano", 51, 11, 0.3);
  bench.load();
  sim::AxiChip& chip = bench.chip;
  for (int round = 0; round < 40; ++round) {
    const auto run = bench.random_run();
    bench.configure(run);
    chip.write(regs::host_irq_enable, 7);
    chip.send(bench.packet(run));
    bench.start();
    if (round % 3 == 0) {  // a refused packet under way as well
      const auto packets = sim::program_packets(bench.network_writes(false));
      chip.program(packets.front());
    }
    const int cycles = bench.random.between(1, 1500);
    for (int i = 0; i < cycles; ++i) chip.cycle();
    chip.reset();
    chip.cycle();
    CHECK_FALSE(chip.irq());
    for (const regs::Register& reg : regs::host_all) {
      if (reg.access == regs::Access::rw || reg.access == regs::Access::w1c) {
        CHECK(chip.read(reg) == reg.reset);
      }
    }
    CHECK(chip.read(regs::status) == regs::status_ready.put(1));
    bench.load(false);
    bench.check(bench.random_run());
  }
}

TEST_CASE("a reset in the middle of programming is healed by loading again", "[axi][reset]") {
  AxiBench bench("nano", 52, 12, 0.1);
  for (int round = 0; round < 10; ++round) {
    const auto packets = sim::program_packets(bench.network_writes(true));
    for (const auto& packet : packets) bench.chip.program(packet);
    const int cycles = bench.random.between(1, 3000);
    for (int i = 0; i < cycles; ++i) bench.chip.cycle();
    bench.chip.reset();
    CHECK(bench.chip.read(regs::program_packets) == 0);
    bench.load();
    bench.check(bench.random_run());
  }
}
