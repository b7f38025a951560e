// SPDX-License-Identifier: Apache-2.0
// Whole inferences through AXI, with random back-pressure on every channel, equal to the reference
// model bit for bit. The chip's side of every AXI rule is checked in every cycle
// (sim/axi_rules.hpp).
#include "host/axi_bench.hpp"
#include "host/program_packet.hpp"

using namespace xpike;
using tb::AxiBench;
using Way = tb::AxiBench::Way;

namespace {

std::uint32_t target_of(std::uint32_t matrix) { return regs::target_matrix.put(matrix); }

}  // namespace

TEST_CASE("inferences through AXI equal the reference", "[axi]") {
  for (const double stall : {0.0, 0.3, 0.7}) {
    AxiBench bench("nano", 31, 1, stall);
    bench.load();
    for (int i = 0; i < 15; ++i) {
      bench.check(bench.random_run(), i % 3 == 2 ? Way::words : Way::streams);
    }
  }
}

TEST_CASE("a packet may come before its start, during the image before, or behind it", "[axi]") {
  AxiBench bench("nano", 32, 2, 0.2);
  bench.load();
  const auto run = bench.random_run();
  auto next = run;
  ++next.number;
  bench.configure(run);
  bench.chip.send(bench.packet(run));
  while (!bench.chip.sent()) bench.chip.cycle();
  bench.start();
  bench.chip.send(bench.packet(next));  // the chip takes it when it can
  REQUIRE(bench.chip.wait_result(100'000).words == bench.expected(run));
  bench.start();
  REQUIRE(bench.chip.wait_result(100'000).words == bench.expected(next));
}

TEST_CASE("images overlap behind AXI with wide beats as well", "[axi]") {
  AxiBench bench("odd-a-overlap", 33, 3, 0.2);
  bench.load();
  REQUIRE(bench.config().input_words > 1);
  for (int round = 0; round < 3; ++round) {
    const auto first = bench.random_run();
    bench.configure(first);
    std::vector<AxiBench::Run> runs;
    for (std::uint32_t i = 0; i < 6; ++i) {
      runs.push_back(first);
      runs.back().number = first.number + i;  // IMAGE counts by itself
      bench.chip.send(bench.packet(first));
    }
    for (std::size_t i = 0; i < runs.size(); ++i) {
      while (regs::status_ready.get(bench.chip.read(regs::status)) == 0) bench.chip.cycle();
      bench.start();
    }
    for (const auto& run : runs) {
      REQUIRE(bench.chip.wait_result(100'000).words == bench.expected(run));
    }
    while (regs::status_busy.get(bench.chip.read(regs::status)) != 0) bench.chip.cycle();
  }
  bench.check(bench.random_run(), Way::words);
}

TEST_CASE("the digits' configuration runs behind AXI", "[axi]") {
  AxiBench bench("tiny", 34, 4);
  bench.load();
  bench.check(bench.random_run());
  bench.check(bench.random_run(), Way::words);
}

TEST_CASE("windows through AXI: every cell, with CRC and read-back", "[axi]") {
  AxiBench bench("nano", 35, 5, 0.1);
  const auto cells =
      static_cast<std::uint32_t>(bench.config().array_rows * bench.config().array_cols);
  // Cell by cell through the register port; the network is the bench's.
  std::uint32_t target = 0;
  std::vector<std::uint32_t> words;
  const auto finish_array = [&] {
    if (words.empty()) return;
    REQUIRE(words.size() == cells);
    CHECK(bench.chip.read(regs::window_crc) == tb::crc_of(words));
    // The chip reads them back by itself, and the CRC is the same.
    bench.chip.write(regs::target, target);
    bench.chip.write(regs::cell_address, 0);
    bench.chip.write(regs::window_crc, 0);
    bench.chip.write(regs::verify, cells);
    CHECK(regs::host_status_verifying.get(bench.chip.read(regs::host_status)) == 1);
    while (regs::host_status_verifying.get(bench.chip.read(regs::host_status)) != 0) {
    }
    CHECK(bench.chip.read(regs::window_crc) == tb::crc_of(words));
    // So does the host, here and there.
    const auto place = static_cast<std::uint32_t>(bench.random.below(cells));
    const auto columns = static_cast<std::uint32_t>(bench.config().array_cols);
    bench.chip.write(regs::cell_address, regs::cell_address_row.put(place / columns) |
                                             regs::cell_address_col.put(place % columns));
    CHECK(bench.chip.read(regs::cell_data) == words[place]);
    words.clear();
  };
  for (const sim::RegisterWrite& write : bench.network_writes(true)) {
    if (write.address == regs::target.address) {
      finish_array();
      target = write.value;
      bench.chip.write(regs::window_crc, 0);
    }
    REQUIRE_FALSE(bench.chip.access(true, 4U * write.address, write.value).error);
    if (write.address == regs::cell_data.address) words.push_back(write.value);
  }
  bench.check(bench.random_run());
}

TEST_CASE("read-back finds a cell that is not what was written", "[axi]") {
  AxiBench bench("nano", 36, 6);
  bench.load();
  const auto crc_of_ff1 = [&] {
    bench.chip.write(regs::target, target_of(5));
    bench.chip.write(regs::cell_address, 0);
    bench.chip.write(regs::window_crc, 0);
    bench.chip.write(regs::verify, 512);
    while (regs::host_status_verifying.get(bench.chip.read(regs::host_status)) != 0) {
    }
    return bench.chip.read(regs::window_crc);
  };
  const std::uint32_t good = crc_of_ff1();
  CHECK(crc_of_ff1() == good);
  bench.chip.write(regs::cell_address,
                   regs::cell_address_row.put(7) | regs::cell_address_col.put(3));
  const std::uint32_t cell = bench.chip.read(regs::cell_data);
  bench.chip.write(regs::cell_address,
                   regs::cell_address_row.put(7) | regs::cell_address_col.put(3));
  bench.chip.write(regs::cell_data, cell ^ 1U);
  CHECK(crc_of_ff1() != good);
}
