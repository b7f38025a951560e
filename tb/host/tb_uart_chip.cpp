// SPDX-License-Identifier: Apache-2.0
// The driver before the simulated chip behind a UART: whole inferences equal the reference, on a
// good line, on a bad one, and through a pseudo-terminal.
#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <iterator>
#include <thread>

#include "bundle.hpp"
#include "driver/xpk_access.h"
#include "driver/xpk_tty.h"
#include "host/driver_bench.hpp"
#include "host/network_bench.hpp"
#include "register_recorder.hpp"
#include "uart_chip.hpp"
#include "uart_pty.hpp"

using namespace xpike;
using tb::check_run;
using tb::NetworkBench;

namespace {

/// Faults of a line, a byte with each chance `chance`.
struct BadLine {
  tb::Random& random;
  double chance;
  unsigned faults = 0;
  unsigned bytes = 0;

  sim::UartChip::Damage damage() {
    return [this](std::uint8_t byte) {
      ++bytes;
      std::vector<sim::UartChip::Sent> sent{{byte, 0}};
      if (!random.chance(chance)) return sent;
      ++faults;
      const auto any = [this] { return static_cast<std::uint8_t>(random.bits(8)); };
      switch (random.below(5)) {
        case 0:
          sent[0].flips = 1U << random.below(10);
          break;
        case 1:
          sent[0].flips = static_cast<unsigned>(random.bits(10));
          break;
        case 2:
          sent.clear();
          break;
        case 3:
          sent.push_back(sent[0]);
          break;
        default:
          for (auto n = 1 + random.below(20); n > 0; --n) sent.push_back({any(), 0});
      }
      return sent;
    };
  }
};

void load(xpk_device& device, const NetworkBench& bench, bool verify) {
  const auto bundle = sim::make_bundle(bench.config(), bench.network());
  const int status = xpk_load(&device, bundle.data(), bundle.size(), verify);
  INFO(xpk_error_text(&device));
  REQUIRE(status == XPK_OK);
}

}  // namespace

TEST_CASE("the driver loads and runs through a UART", "[uart]") {
  NetworkBench bench("nano", 71, 1);
  sim::UartTransport chip(bench.config());
  const xpk_transport transport = chip.open();
  xpk_device device{};
  REQUIRE(xpk_open(&device, &transport) == XPK_OK);
  load(device, bench, true);
  for (int i = 0; i < 4; ++i) check_run(device, bench);
  CHECK(chip.uart().repeats == 0);
  std::array<std::uint64_t, XPIKE_EVENTS> counts{};
  REQUIRE(xpk_events(&device, counts.data()) == XPK_OK);
  CHECK(counts[XPIKE_EVENT_CYCLES] > 0);
  CHECK(counts[XPIKE_EVENT_LIF_UPDATES] > 0);
}

TEST_CASE("a folded chip runs through a UART", "[uart]") {
  NetworkBench bench("micro-folded", 79, 9);
  sim::UartTransport chip(bench.config());
  const xpk_transport transport = chip.open();
  xpk_device device{};
  REQUIRE(xpk_open(&device, &transport) == XPK_OK);
  load(device, bench, false);
  for (int i = 0; i < 2; ++i) check_run(device, bench);
}

// Loading all of this one takes minutes at four cycles per bit: its layers have weights of 0, as
// the arrays of a new chip, and only EMBED and HEAD are written.
TEST_CASE("beats of two words and overlapping images run through a UART", "[uart]") {
  const Config& config = config_by_name("odd-a-overlap");
  Network network = random_model(config, 78);
  for (Layer& layer : network.layers) {
    for (Matrix* matrix : {&layer.q, &layer.k, &layer.v, &layer.proj, &layer.ff1, &layer.ff2}) {
      std::ranges::fill(matrix->weight, std::int8_t{0});
    }
  }
  NetworkBench bench(config, network, 8);
  sim::UartTransport chip(config);
  const xpk_transport transport = chip.open();
  xpk_device device{};
  REQUIRE(xpk_open(&device, &transport) == XPK_OK);
  bool in_layer = false;
  std::vector<std::uint32_t> cells;
  const auto flush = [&] {
    if (cells.empty()) return;
    REQUIRE(xpk_write_many(&device, XPIKE_REG_CELL_DATA, cells.data(), cells.size()) == XPK_OK);
    cells.clear();
  };
  const NetworkBench::Run run = bench.random_run();  // of which the options of the network stay
  auto writes = sim::network_writes(config, network);
  std::ranges::copy(sim::run_writes(config, network, run.image, run.options, run.number),
                    std::back_inserter(writes));
  for (const sim::RegisterWrite& write : writes) {
    if (write.address == XPIKE_REG_CELL_DATA) {
      if (!in_layer) cells.push_back(write.value);
      continue;
    }
    flush();
    if (write.address == XPIKE_REG_TARGET) {
      const std::uint32_t matrix = write.value & XPIKE_MASK_TARGET_MATRIX;
      in_layer = matrix != 0 && matrix != XPIKE_MASK_TARGET_MATRIX;
    }
    REQUIRE(xpk_write(&device, write.address, write.value) == XPK_OK);
  }
  flush();
  REQUIRE(xpk_check_causes(&device, "load") == XPK_OK);
  for (int i = 0; i < 3; ++i) check_run(device, bench);
}

TEST_CASE("a bad line costs time, and no result", "[uart]") {
  NetworkBench bench("nano", 72, 2);
  sim::UartTransport chip(bench.config());
  BadLine to_chip{bench.random, 0.0};
  BadLine from_chip{bench.random, 0.0};
  chip.chip().set_damage(to_chip.damage(), from_chip.damage());
  const xpk_transport transport = chip.open();
  chip.uart().tries = 1000;
  xpk_device device{};
  REQUIRE(xpk_open(&device, &transport) == XPK_OK);
  for (const double chance : {0.001, 0.005}) {
    to_chip.chance = from_chip.chance = chance;
    load(device, bench, chance < 0.002);
    for (int i = 0; i < 10; ++i) check_run(device, bench);
  }
  const unsigned faults = to_chip.faults + from_chip.faults;
  std::printf("uart chip: %u bytes, %u faults, %lu frames, %lu repeats, 20 inferences, 0 wrong\n",
              to_chip.bytes + from_chip.bytes, faults, chip.uart().frames, chip.uart().repeats);
  CHECK(faults > 100);
  CHECK(chip.uart().repeats > 50);
}

TEST_CASE("a chip that was reset is noticed, and opened again", "[uart]") {
  NetworkBench bench("nano", 73, 3);
  sim::UartTransport chip(bench.config());
  xpk_transport transport = chip.open();
  xpk_device device{};
  REQUIRE(xpk_open(&device, &transport) == XPK_OK);
  load(device, bench, false);
  check_run(device, bench);
  chip.chip().reset();
  CHECK(xpk_reset(&device) == XPK_TRANSPORT);
  CHECK_THAT(xpk_error_text(&device), Catch::Contains("the chip was reset"));
  transport = chip.open();
  REQUIRE(xpk_open(&device, &transport) == XPK_OK);
  load(device, bench, false);
  check_run(device, bench);
}

TEST_CASE("a line that is dead, and a bundle for another chip, are named", "[uart]") {
  NetworkBench bench("nano", 74, 4);
  sim::UartTransport chip(bench.config());
  const xpk_transport transport = chip.open();
  xpk_device device{};
  REQUIRE(xpk_open(&device, &transport) == XPK_OK);
  NetworkBench other("odd-a-overlap", 75, 5);
  const auto bundle = sim::make_bundle(other.config(), other.network());
  CHECK(xpk_load(&device, bundle.data(), bundle.size(), false) == XPK_SHAPE);

  const auto nothing = [](std::uint8_t) { return std::vector<sim::UartChip::Sent>{}; };
  const auto everything = [](std::uint8_t byte) {
    return std::vector<sim::UartChip::Sent>{{byte, 0}};
  };
  chip.chip().set_damage(everything, nothing);
  CHECK(xpk_reset(&device) == XPK_TRANSPORT);
  CHECK_THAT(xpk_error_text(&device), Catch::Contains("no answer to a request"));
  chip.chip().set_damage(
      [](std::uint8_t byte) {
        return std::vector<sim::UartChip::Sent>{{byte, byte == 0x7E ? 0U : 2U}};
      },
      everything);
  CHECK(xpk_reset(&device) == XPK_TRANSPORT);
  CHECK_THAT(xpk_error_text(&device), Catch::Contains("arrives damaged (cause 0x8)"));
}

TEST_CASE("the registers of the host interface, as this transport has them", "[uart]") {
  NetworkBench bench("nano", 76, 6);
  sim::UartTransport chip(bench.config());
  const xpk_transport transport = chip.open();
  xpk_device device{};
  REQUIRE(xpk_open(&device, &transport) == XPK_OK);
  std::uint32_t word = 0;
  const auto read = [&](std::uint32_t address) {
    REQUIRE(xpk_read(&device, address, &word) == XPK_OK);
    return word;
  };
  CHECK(read(XPIKE_REG_HOST_MODE) == XPIKE_MASK_HOST_MODE_WORDS);
  CHECK(read(XPIKE_REG_HOST_STATUS) == XPIKE_MASK_HOST_STATUS_INPUT_ROOM);
  CHECK(read(XPIKE_REG_CAUSE) == 0);

  // What the core refuses, and a result that is not there.
  REQUIRE(xpk_write(&device, 0x7F0, 1) == XPK_OK);
  CHECK(read(XPIKE_REG_CAUSE) == XPIKE_MASK_CAUSE_CORE);
  CHECK(read(XPIKE_REG_CAUSE_ADDRESS) == (0x7F0U | XPIKE_MASK_CAUSE_ADDRESS_WRITE));
  CHECK(read(0x7F1) == 0);
  CHECK(read(XPIKE_REG_CAUSE_ADDRESS) == (0x7F0U | XPIKE_MASK_CAUSE_ADDRESS_WRITE));
  CHECK(read(XPIKE_REG_RESULT_WORD) == 0);
  CHECK(read(XPIKE_REG_CAUSE) == (XPIKE_MASK_CAUSE_CORE | XPIKE_MASK_CAUSE_RESULT));
  CHECK(xpk_check_causes(&device, "test") == XPK_REFUSED);
  CHECK(read(XPIKE_REG_CAUSE) == 0);
  CHECK(read(XPIKE_REG_ERROR) == 0);

  // Cells are written, read, and read back inside of VERIFY with the same CRC.
  std::vector<std::uint32_t> cells(100);
  for (auto& cell : cells) cell = static_cast<std::uint32_t>(bench.random.bits(26));
  REQUIRE(xpk_write(&device, XPIKE_REG_TARGET, 1) == XPK_OK);
  REQUIRE(xpk_write(&device, XPIKE_REG_CELL_ADDRESS, 0) == XPK_OK);
  REQUIRE(xpk_write(&device, XPIKE_REG_WINDOW_CRC, 0) == XPK_OK);
  REQUIRE(xpk_write_many(&device, XPIKE_REG_CELL_DATA, cells.data(), cells.size()) == XPK_OK);
  const std::uint32_t crc = xpk_crc32(0, cells.data(), cells.size());
  CHECK(read(XPIKE_REG_WINDOW_CRC) == crc);
  REQUIRE(xpk_write(&device, XPIKE_REG_CELL_ADDRESS, 0) == XPK_OK);
  REQUIRE(xpk_write(&device, XPIKE_REG_WINDOW_CRC, 0) == XPK_OK);
  REQUIRE(xpk_write(&device, XPIKE_REG_VERIFY, 100) == XPK_OK);
  CHECK(read(XPIKE_REG_WINDOW_CRC) == crc);
  REQUIRE(xpk_write(&device, XPIKE_REG_CELL_ADDRESS, 0) == XPK_OK);
  for (const std::uint32_t cell : cells) CHECK(read(XPIKE_REG_CELL_DATA) == cell);

  // A core that has a packet takes no second one.
  REQUIRE(xpk_write(&device, XPIKE_REG_N_TOKENS, 1) == XPK_OK);
  REQUIRE(xpk_write(&device, XPIKE_REG_INPUT, 1U << XPIKE_LSB_INPUT_ROWS) == XPK_OK);
  REQUIRE(xpk_write(&device, XPIKE_REG_INPUT_LAST, 1) == XPK_OK);
  CHECK((read(XPIKE_REG_STATUS) & XPIKE_MASK_STATUS_INPUT_FULL) != 0);
  REQUIRE(xpk_write(&device, XPIKE_REG_INPUT_LAST, 1) == XPK_OK);
  CHECK(read(XPIKE_REG_CAUSE) == XPIKE_MASK_CAUSE_INPUT);
  REQUIRE(xpk_reset(&device) == XPK_OK);
  load(device, bench, false);
  check_run(device, bench);
}

TEST_CASE("the same driver runs through a serial device", "[uart]") {
  NetworkBench bench("nano", 77, 7);
  sim::UartChip chip(bench.config());
  sim::UartPty device_file(chip);
  std::atomic<bool> stop = false;
  std::thread simulation([&] { device_file.serve([&] { return stop.load(); }); });
  struct End {
    std::atomic<bool>& stop;
    std::thread& simulation;
    ~End() {
      stop = true;
      simulation.join();
    }
  } end{stop, simulation};

  xpk_tty tty{};
  xpk_uart_line line{};
  xpk_uart uart{};
  xpk_transport transport{};
  xpk_device device{};
  // Twice: a second program finds the chip as the first one has left it.
  for (int session = 0; session < 2; ++session) {
    REQUIRE(xpk_tty_open(&tty, device_file.path().c_str(), 115200, &line) == 0);
    REQUIRE(xpk_uart_open(&uart, &line, &transport) == 0);
    REQUIRE(xpk_open(&device, &transport) == XPK_OK);
    if (session == 0) load(device, bench, true);
    for (int i = 0; i < 3; ++i) check_run(device, bench);
    xpk_tty_close(&tty);
  }
  std::printf("uart device: %lu frames, %lu repeats in the second session\n", uart.frames,
              uart.repeats);
}

TEST_CASE("what is no serial device is refused", "[uart]") {
  xpk_tty tty{};
  xpk_uart_line line{};
  CHECK(xpk_tty_open(&tty, "/nonexistent", 115200, &line) == -1);
  CHECK(errno == ENOENT);
  CHECK(xpk_tty_open(&tty, "/dev/null", 115200, &line) == -1);
  CHECK(errno == ENOTTY);
  CHECK(xpk_tty_open(&tty, "/dev/null", 12345, &line) == -1);
  CHECK(errno == EINVAL);
  CHECK(xpk_tty_has_rate(3000000));
  CHECK_FALSE(xpk_tty_has_rate(12345));
}
