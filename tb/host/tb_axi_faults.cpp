// SPDX-License-Identifier: Apache-2.0
// Illegal accesses, wrong sizes, starts of a busy chip: the chip says what was wrong, changes
// nothing else, and stays usable.
#include "host/axi_bench.hpp"
#include "host/program_packet.hpp"

using namespace xpike;
using tb::AxiBench;
using Way = tb::AxiBench::Way;

namespace {

constexpr std::uint32_t byte(const regs::Register& reg) { return 4U * reg.address; }

}  // namespace

TEST_CASE("illegal accesses answer SLVERR and change nothing", "[axi][faults]") {
  AxiBench bench("nano", 41, 1, 0.2);
  bench.load();
  sim::AxiChip& chip = bench.chip;
  bench.configure(bench.random_run());
  struct Bad {
    bool write;
    std::uint32_t byte_address;
    std::uint32_t value;
    std::uint8_t strobe;
    std::uint32_t cause;
  };
  const std::uint32_t core = regs::cause_core.put(1);
  const std::uint32_t unaligned = regs::cause_unaligned.put(1);
  const std::uint32_t strobe = regs::cause_strobe.put(1);
  const std::vector<Bad> bad{
      {true, byte(regs::seed) + 1, 5, 15, unaligned},
      {true, byte(regs::host_mode) + 2, 1, 15, unaligned},
      {false, byte(regs::status) + 3, 0, 15, unaligned},
      {true, byte(regs::seed), 5, 14, strobe},
      {true, byte(regs::seed), 5, 1, strobe},
      {true, byte(regs::control), regs::control_start.put(1), 0, strobe},
      {true, byte(regs::seed) + 2, 5, 3, unaligned | strobe},
      {true, 0x3FFFC, 5, 15, core},  // the last address of all
      {false, 0x3FFFC, 0, 15, core},
      {true, byte(regs::program_packets) + 4, 1, 15, core},  // behind the last register
      {false, byte(regs::layer) + 4, 0, 15, core},           // nano has one layer
      {true, byte(regs::neuron), 0, 15, core},               // threshold 0
      {false, byte(regs::result_word), 0, 15, regs::cause_result.put(1)},
      {true, byte(regs::input_word), 5, 15, regs::cause_input.put(1)},  // packets go by streams
      {true, byte(regs::input_last), 5, 15, regs::cause_input.put(1)},
  };
  for (int round = 0; round < 3; ++round) {
    for (const Bad& access : bad) {
      INFO("byte address 0x" << std::hex << access.byte_address << ", strobe "
                             << int{access.strobe});
      const auto before = bench.snapshot();
      const auto response =
          chip.access(access.write, access.byte_address, access.value, access.strobe);
      CHECK(response.error);
      CHECK(response.data == 0);
      CHECK(chip.read(regs::cause_address) ==
            (regs::cause_address_address.put(access.byte_address / 4) |
             regs::cause_address_write.put(access.write ? 1U : 0U)));
      bench.expect_cause(access.cause);
      CHECK(bench.snapshot() == before);
    }
  }
  bench.check(bench.random_run());
}

TEST_CASE("CAUSE_ADDRESS holds the first refused access", "[axi][faults]") {
  AxiBench bench("nano", 42, 2);
  CHECK(bench.chip.access(false, byte(regs::status) + 1, 0).error);
  CHECK(bench.chip.access(true, byte(regs::seed) + 1, 0).error);
  CHECK(bench.chip.access(true, byte(regs::seed), 0, 7).error);
  CHECK(bench.chip.read(regs::cause_address) == regs::status.address);
  bench.expect_cause(regs::cause_unaligned.put(1) | regs::cause_strobe.put(1));
  CHECK(bench.chip.access(true, byte(regs::seed), 0, 7).error);
  CHECK(bench.chip.read(regs::cause_address) ==
        (regs::cause_address_write.put(1) | regs::seed.address));
  // Bits are cleared one by one.
  CHECK(bench.chip.access(true, byte(regs::seed) + 1, 0).error);
  bench.chip.write(regs::cause, regs::cause_strobe.put(1));
  CHECK(bench.chip.read(regs::cause) == regs::cause_unaligned.put(1));
}

TEST_CASE("a start while busy is refused, and the image comes out right", "[axi][faults]") {
  AxiBench bench("nano", 43, 3, 0.2);
  bench.load();
  for (int round = 0; round < 10; ++round) {
    const auto run = bench.random_run();
    bench.configure(run);
    bench.start();  // waits for its packet
    CHECK(bench.chip.access(true, byte(regs::control), regs::control_start.put(1)).error);
    CHECK(regs::error_busy.get(bench.chip.read(regs::error)) == 1);
    bench.expect_cause(regs::cause_core.put(1));
    CHECK(bench.chip.access(true, byte(regs::n_tokens), 1).error);
    CHECK(bench.chip.access(true, byte(regs::cell_data), 1).error);
    bench.expect_cause(regs::cause_core.put(1));
    bench.chip.send(bench.packet(run));
    CHECK(bench.chip.wait_result(100'000).words == bench.expected(run));
  }
}

TEST_CASE("a start with a configuration that cannot run is refused", "[axi][faults]") {
  AxiBench bench("nano", 44, 4);
  bench.load();
  const auto run = bench.random_run();
  bench.configure(run);
  const std::uint32_t tokens = bench.chip.read(regs::n_tokens);
  bench.chip.write(regs::n_tokens, 9);  // nano has 8
  CHECK(bench.chip.access(true, byte(regs::control), regs::control_start.put(1)).error);
  CHECK(bench.chip.read(regs::error) == regs::error_config.put(1));
  CHECK(regs::status_busy.get(bench.chip.read(regs::status)) == 0);
  bench.expect_cause(regs::cause_core.put(1));
  bench.chip.write(regs::n_tokens, tokens);
  bench.check(run);
}

TEST_CASE("input packets of a wrong size are dropped and reported", "[axi][faults]") {
  AxiBench bench("nano", 45, 5, 0.2);
  bench.load();
  for (int round = 0; round < 20; ++round) {
    const Way way = round % 2 == 0 ? Way::streams : Way::words;
    const auto run = bench.random_run();
    bench.configure(run);
    bench.chip.write(regs::host_mode, regs::host_mode_words.put(way == Way::words ? 1U : 0U));
    bench.chip.write(regs::irq_enable, regs::irq_enable_error.put(1));
    bench.chip.write(regs::host_irq_enable, regs::host_irq_enable_core.put(1));
    auto packet = bench.packet(run);
    if (packet.size() > 1 && bench.random.chance(0.5)) {
      packet.resize(1 + bench.random.below(packet.size() - 1));
    } else {
      packet.resize(packet.size() + 1 + bench.random.below(5), 0);
    }
    if (way == Way::streams) {
      bench.chip.send(packet);
      while (!bench.chip.sent()) bench.chip.cycle();
    } else {
      bench.send_words(packet);
    }
    for (int i = 0; i < 5; ++i) bench.chip.cycle();
    CHECK(bench.chip.irq());
    CHECK(bench.chip.read(regs::error) == regs::error_packet.put(1));
    CHECK(regs::status_input_full.get(bench.chip.read(regs::status)) == 0);
    bench.chip.write(regs::error, regs::error_packet.put(1));
    bench.chip.write(regs::host_irq_status, regs::host_irq_status_core.put(1));
    bench.chip.cycle();
    CHECK_FALSE(bench.chip.irq());
    bench.chip.write(regs::host_irq_status, 7);
    bench.check(run, way);
  }
}

TEST_CASE("words without room, and results that are not there, are refused", "[axi][faults]") {
  AxiBench bench("nano", 46, 6);
  bench.load();
  const auto run = bench.random_run();
  bench.configure(run);
  bench.chip.write(regs::host_mode, regs::host_mode_words.put(1));
  bench.send_words(bench.packet(run));    // a whole packet waits in the core
  bench.chip.write(regs::input_word, 1);  // the beat of the next one
  CHECK(regs::host_status_input_room.get(bench.chip.read(regs::host_status)) == 0);
  CHECK(bench.chip.access(true, byte(regs::input_word), 2).error);
  bench.expect_cause(regs::cause_input.put(1));
  CHECK(bench.chip.access(false, byte(regs::result_word), 0).error);
  bench.expect_cause(regs::cause_result.put(1));
  // The way cannot change under a packet.
  CHECK(bench.chip.access(true, byte(regs::host_mode), 0).error);
  bench.expect_cause(regs::cause_locked.put(1));
  bench.chip.write(regs::control, regs::control_clear.put(1));
  bench.check(run, Way::streams);
  bench.check(run, Way::words);
}

TEST_CASE("damaged program packets are reported, and good ones work after them", "[axi][faults]") {
  AxiBench bench("nano", 47, 7, 0.2);
  bench.load();
  const auto run_packet = [&](const std::vector<std::uint32_t>& packet, std::uint32_t cause) {
    const std::uint32_t count = bench.chip.read(regs::program_packets);
    bench.chip.program(packet);
    while (!bench.chip.sent()) bench.chip.cycle();
    for (int i = 0; i < 20; ++i) bench.chip.cycle();
    CHECK(regs::host_status_programming.get(bench.chip.read(regs::host_status)) == 0);
    CHECK(bench.chip.read(regs::program_packets) == count + (cause == 0 ? 1 : 0));
    bench.expect_cause(cause);
  };
  const auto packet_of = [](std::uint32_t address, std::vector<std::uint32_t> words) {
    std::vector<std::uint32_t> packet;
    tb::add_record(packet, address, false, words);
    packet.push_back(tb::crc_of(packet));
    return packet;
  };
  run_packet(packet_of(regs::seed.address, {77}), 0);
  CHECK(bench.chip.read(regs::seed) == 77);
  auto wrong = packet_of(regs::seed.address, {78});
  wrong.back() ^= 0x100;
  run_packet(wrong, regs::cause_program_crc.put(1));
  wrong = packet_of(regs::seed.address, {79, 80, 81});
  wrong.resize(3);
  run_packet(wrong, regs::cause_program_length.put(1));
  CHECK(bench.chip.read(regs::seed) == 79);
  run_packet(packet_of(regs::control.address, {regs::control_start.put(1)}),
             regs::cause_program_refused.put(1));
  CHECK(regs::status_busy.get(bench.chip.read(regs::status)) == 0);
  bench.chip.write(regs::column, 0);
  run_packet(packet_of(regs::neuron.address, {0, 5, 5}),  // threshold 0: the core refuses it
             regs::cause_program_refused.put(1));
  // While the chip is busy, nothing can be programmed.
  const auto run = bench.random_run();
  bench.configure(run);
  bench.start();
  run_packet(packet_of(regs::seed.address, {82}), regs::cause_program_refused.put(1));
  bench.chip.send(bench.packet(run));
  CHECK(bench.chip.wait_result(100'000).words == bench.expected(run));
  bench.load();
  bench.check(bench.random_run());
}

TEST_CASE("a packet or a scan at work locks the windows and the start", "[axi][faults]") {
  AxiBench bench("nano", 48, 8);
  bench.load();
  const auto require_locked = [&] {
    for (const auto* reg :
         {&regs::target, &regs::cell_address, &regs::cell_data, &regs::converter}) {
      CHECK(bench.chip.access(true, byte(*reg), 1).error);
      CHECK(bench.chip.access(false, byte(*reg), 0).error);
    }
    CHECK(bench.chip.access(true, byte(regs::control), regs::control_start.put(1)).error);
    CHECK(bench.chip.access(true, byte(regs::verify), 1).error);
    CHECK(bench.chip.read(regs::error) == 0);  // the core has seen nothing of this
    bench.expect_cause(regs::cause_locked.put(1));
    bench.chip.write(regs::seed, 123);  // everything else goes on
    CHECK(bench.chip.read(regs::seed) == 123);
  };
  // A packet that stands still: its rest comes later.
  std::vector<std::uint32_t> packet;
  tb::add_record(packet, regs::target.address, false, std::vector<std::uint32_t>{0});
  packet.push_back(tb::crc_of(packet));
  sim::AxiChip& chip = bench.chip;
  chip.hold_program(1);
  chip.program(packet);
  for (int i = 0; i < 20; ++i) chip.cycle();
  CHECK(regs::host_status_programming.get(chip.read(regs::host_status)) == 1);
  require_locked();
  chip.hold_program(-1);
  while (!chip.sent()) chip.cycle();
  for (int i = 0; i < 5; ++i) chip.cycle();
  CHECK(regs::host_status_programming.get(chip.read(regs::host_status)) == 0);
  CHECK(chip.read(regs::cause) == 0);
  // A scan.
  chip.write(regs::target, 0);
  chip.write(regs::cell_address, 0);
  chip.write(regs::verify, 512);
  require_locked();
  while (regs::host_status_verifying.get(chip.read(regs::host_status)) != 0) {
  }
  CHECK(chip.read(regs::cause) == 0);
  // A scan beyond the array stops there.
  chip.write(regs::cell_address, regs::cell_address_row.put(31) | regs::cell_address_col.put(10));
  chip.write(regs::verify, 65536);
  while (regs::host_status_verifying.get(chip.read(regs::host_status)) != 0) {
  }
  bench.expect_cause(regs::cause_verify.put(1));
  // A clear ends a scan.
  chip.write(regs::cell_address, 0);
  chip.write(regs::verify, 512);
  chip.write(regs::control, regs::control_clear.put(1));
  for (int i = 0; i < 10; ++i) chip.cycle();
  CHECK(regs::host_status_verifying.get(chip.read(regs::host_status)) == 0);
  bench.check(bench.random_run());
}

TEST_CASE("interrupts come when enabled and go when cleared", "[axi][faults]") {
  AxiBench bench("nano", 49, 9);
  bench.load();
  sim::AxiChip& chip = bench.chip;
  const auto irq = [&] {
    chip.cycle();
    return chip.irq();
  };
  bench.check(bench.random_run());
  CHECK(chip.read(regs::host_irq_status) == regs::host_irq_status_done.put(1));
  CHECK_FALSE(irq());
  chip.write(regs::host_irq_enable, regs::host_irq_enable_done.put(1));
  CHECK(irq());
  chip.write(regs::host_irq_status, regs::host_irq_status_error.put(1));  // another one
  CHECK(irq());
  chip.write(regs::host_irq_status, regs::host_irq_status_done.put(1));
  CHECK_FALSE(irq());
  CHECK(chip.read(regs::host_irq_status) == 0);
  // The last word raises it, not the first.
  auto run = bench.random_run();
  bench.configure(run);
  chip.write(regs::host_mode, regs::host_mode_words.put(1));
  bench.start();
  bench.send_words(bench.packet(run));
  while (regs::host_status_result_valid.get(chip.read(regs::host_status)) == 0) {
  }
  CHECK_FALSE(irq());  // two words of several have left the core
  CHECK(bench.take_words() == bench.expected(run));
  CHECK(irq());
  chip.write(regs::host_irq_status, 7);
  CHECK_FALSE(irq());
  // Errors.
  CHECK(chip.access(true, byte(regs::seed) + 1, 0).error);
  CHECK_FALSE(irq());
  CHECK(chip.read(regs::host_irq_status) == regs::host_irq_status_error.put(1));
  chip.write(regs::host_irq_enable, regs::host_irq_enable_error.put(1));
  CHECK(irq());
  chip.write(regs::host_irq_status, regs::host_irq_status_error.put(1));
  CHECK_FALSE(irq());
}
