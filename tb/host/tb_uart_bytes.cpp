// SPDX-License-Identifier: Apache-2.0
// Receiver and transmitter of the UART at several dividers: clocks that differ, missing stop bits,
// glitches, resets in the middle of a byte; the serial CRC.
#include <Vcrc32_serial.h>
#include <Vuart_rx_16.h>
#include <Vuart_rx_4.h>
#include <Vuart_rx_5.h>
#include <Vuart_tx_16.h>
#include <Vuart_tx_4.h>
#include <Vuart_tx_5.h>
#include <zlib.h>

#include <catch2/catch.hpp>
#include <vector>

#include "lib/random.hpp"
#include "lib/sim.hpp"
#include "uart_line.hpp"

using namespace xpike;
using namespace xpike::tb;

namespace {

/// A receiver whose line is driven by a sender.
template <class Model>
struct Receiver : Agent {
  explicit Receiver(double cycles_per_bit) : sender(cycles_per_bit) {
    sim->rx_i = 1;
    sim.reset();
    sim.attach(*this);
  }
  void drive() override { sim->rx_i = sender.next(); }
  void sample() override {
    CHECK((sim->valid_o & sim->framing_o) == 0);
    if (sim->valid_o != 0) bytes.push_back(sim->data_o);
    framing += sim->framing_o;
  }
  void run(std::uint64_t more) {
    sim.run_until([this] { return sender.idle(); }, 10'000'000);
    sim.tick(more);
  }

  Sim<Model> sim{100'000'000};
  sim::UartSender sender;
  std::vector<std::uint8_t> bytes;
  unsigned framing = 0;
};

template <class Model>
void check_receiver(unsigned divider, double tolerance, unsigned stream) {
  Random random(stream);
  for (const double error : {-tolerance, -tolerance / 2, 0.0, tolerance / 2, tolerance}) {
    Receiver<Model> bench(divider * (1.0 + error));
    std::vector<std::uint8_t> expected;
    for (int i = 0; i < 500; ++i) {
      expected.push_back(static_cast<std::uint8_t>(random.bits(8)));
      bench.sender.send(expected.back());
      if (random.chance(0.3)) bench.sender.hold(true, 0.1 * static_cast<double>(random.below(50)));
    }
    bench.run(20 * divider);
    INFO("divider " << divider << ", clock error " << error);
    CHECK(bench.bytes == expected);
    CHECK(bench.framing == 0);
  }

  // A byte without stop bit is reported, and the next one behind a moment of 1 is right.
  Receiver<Model> bench(divider);
  std::vector<std::uint8_t> expected;
  unsigned missing = 0;
  for (int i = 0; i < 200; ++i) {
    const auto byte = static_cast<std::uint8_t>(random.bits(8));
    if (random.chance(0.3)) {
      bench.sender.send(byte, 1U << 9U);
      bench.sender.hold(false, static_cast<double>(random.below(30)));  // a break
      bench.sender.hold(true, 1.0);
      ++missing;
    } else {
      bench.sender.send(byte);
      expected.push_back(byte);
    }
  }
  bench.run(20 * divider);
  CHECK(bench.bytes == expected);
  CHECK(bench.framing == missing);

  // Glitches of less than half a bit are no start bits.
  for (int i = 0; i < 20; ++i) {
    bench.sender.hold(false, 1.0 / divider);
    bench.sender.hold(true, 3.0);
  }
  bench.sender.send(0x5A);
  bench.run(20 * divider);
  expected.push_back(0x5A);
  CHECK(bench.bytes == expected);
  CHECK(bench.framing == missing);

  // A reset in the middle of a byte: what follows an idle line is received.
  for (unsigned cycles = 1; cycles < 12 * divider; cycles += 3) {
    bench.bytes.clear();
    bench.sender.send(static_cast<std::uint8_t>(random.bits(8)));
    bench.sim.tick(cycles);
    bench.sender.clear();
    bench.sim->rx_i = 1;
    bench.sim.reset();
    bench.bytes.clear();
    bench.sender.hold(true, 2.0);
    bench.sender.send(0xC3);
    bench.run(20 * divider);
    CHECK(bench.bytes == std::vector<std::uint8_t>{0xC3});
  }
}

template <class Model>
void check_transmitter(unsigned divider, unsigned stream) {
  Random random(stream);
  Sim<Model> sim(100'000'000);
  sim::UartReceiver line(divider);
  sim->valid_i = 0;
  sim.reset();
  REQUIRE(sim->tx_o == 1);
  std::vector<std::uint8_t> expected;
  // Without gaps a byte takes ten bits; with gaps nothing is lost.
  for (const bool gaps : {false, true}) {
    const std::uint64_t begin = sim.cycles();
    for (int i = 0; i < 300;) {
      sim->valid_i = !gaps || random.chance(0.05);
      sim->data_i = static_cast<std::uint8_t>(random.bits(8));  // counts when it is taken only
      sim.eval();
      if (sim->valid_i != 0 && sim->ready_o != 0) {
        expected.push_back(sim->data_i);
        ++i;
      }
      sim.tick();
      line.sample(sim->tx_o != 0);
    }
    if (!gaps) CHECK(sim.cycles() - begin == 299 * 10 * divider + 1);
    sim->valid_i = 0;
    for (unsigned i = 0; i < 12 * divider; ++i) {
      sim.tick();
      line.sample(sim->tx_o != 0);
    }
    CHECK(std::vector<std::uint8_t>(line.bytes.begin(), line.bytes.end()) == expected);
    CHECK(line.framing_errors == 0);
    CHECK(sim->tx_o == 1);
    CHECK(sim->ready_o == 1);
  }
  // A reset lets the line go at once.
  sim->valid_i = 1;
  sim->data_i = 0;
  sim.tick(3 * divider);
  REQUIRE(sim->tx_o == 0);
  sim->valid_i = 0;
  sim.reset();
  CHECK(sim->tx_o == 1);
  CHECK(sim->ready_o == 1);
}

}  // namespace

TEST_CASE("the receiver takes bytes at every divider", "[uart]") {
  check_receiver<Vuart_rx_4>(4, 0.02, 1);
  check_receiver<Vuart_rx_5>(5, 0.02, 2);
  check_receiver<Vuart_rx_16>(16, 0.04, 3);
}

TEST_CASE("the transmitter sends bytes at every divider", "[uart]") {
  check_transmitter<Vuart_tx_4>(4, 4);
  check_transmitter<Vuart_tx_5>(5, 5);
  check_transmitter<Vuart_tx_16>(16, 6);
}

TEST_CASE("the serial CRC is that of zlib", "[uart]") {
  Random random(7);
  Sim<Vcrc32_serial> sim;
  sim->step_i = 0;
  sim->out_i = 0;
  sim->clr_i = 0;
  sim.reset();
  const auto step = [&](std::uint8_t byte) {
    for (unsigned bit = 0; bit < 8;) {
      sim->step_i = random.chance(0.8);
      sim->bit_i = byte >> bit & 1U;
      bit += sim->step_i;
      sim.tick();
    }
    sim->step_i = 0;
  };
  for (int round = 0; round < 100; ++round) {
    std::vector<std::uint8_t> message(1 + random.below(40));
    for (auto& byte : message) byte = static_cast<std::uint8_t>(random.bits(8));
    const auto expected =
        static_cast<std::uint32_t>(crc32(0, message.data(), static_cast<uInt>(message.size())));
    sim->clr_i = 1;
    sim.tick();
    sim->clr_i = 0;
    for (const auto byte : message) step(byte);
    if (round % 2 == 0) {
      std::uint32_t crc = 0;
      sim->out_i = 1;
      for (unsigned bit = 0; bit < 32; ++bit) {
        sim->step_i = 1;
        sim->bit_i = random.chance(0.5);
        sim.eval();
        crc |= static_cast<std::uint32_t>(sim->bit_o) << bit;
        sim.tick();
      }
      sim->step_i = 0;
      sim->out_i = 0;
      CHECK(crc == expected);
    } else {
      const bool damaged = round % 4 == 1;
      const std::uint32_t sent = damaged ? expected ^ 1U << random.below(32) : expected;
      for (unsigned byte = 0; byte < 4; ++byte) step(static_cast<std::uint8_t>(sent >> 8 * byte));
      sim.eval();
      CHECK((sim->good_o != 0) == !damaged);
    }
  }
}
