// SPDX-License-Identifier: Apache-2.0
// The UART bridge between a line and a core that is nothing but registers and two streams.
#pragma once

#include <Vuart_bridge.h>

#include <array>
#include <catch2/catch.hpp>
#include <deque>
#include <map>
#include <utility>
#include <vector>

#include "host/uart_frame.hpp"
#include "lib/random.hpp"
#include "lib/sim.hpp"
#include "uart_line.hpp"

namespace xpike::tb {

constexpr unsigned kDivider = 4;         // ClocksPerBit of the bridge
constexpr unsigned kSilence = 1U << 10;  // its time-out, in cycles

/// Registers that answer in a later cycle, refuse some addresses, and count their accesses: a read
/// of one changes it, so that nothing can be executed twice unseen.
class CoreMock : public Agent {
 public:
  explicit CoreMock(Sim<Vuart_bridge>& sim, Random& random) : sim_(sim), random_(random) {}

  static constexpr std::uint32_t kRefusedFrom = 0x200;
  static constexpr std::uint32_t kCounting = 0x62;

  void drive() override {
    sim_->reg_ready_i = !open_ && !random_.chance(stall);
    answers_ = open_ && random_.chance(0.4);
    sim_->reg_rvalid_i = answers_;
    sim_->reg_rdata_i = answers_ ? answer_ : static_cast<std::uint32_t>(random_.bits(32));
    sim_->reg_error_i = answers_ ? refuses_ : random_.chance(0.5);
    sim_->in_ready_i = input_room > 0 && !random_.chance(stall);
    offered_ = offered_ || (!results.empty() && random_.chance(0.5));
    sim_->out_valid_i = offered_;
    sim_->out_data_i =
        offered_ ? results.front().first : static_cast<std::uint32_t>(random_.bits(32));
    sim_->out_last_i = offered_ ? results.front().second : random_.chance(0.5);
  }

  void sample() override {
    if (answers_) open_ = false;
    if (sim_->reg_valid_o != 0 && sim_->reg_ready_i != 0) {
      REQUIRE_FALSE(open_);
      open_ = true;
      const std::uint32_t address = sim_->reg_addr_o;
      last_address = address;
      refuses_ = address >= kRefusedFrom;
      answer_ = refuses_ ? 0xDEADBEEF : registers[address];
      if (refuses_) {
        ++refused;
      } else if (sim_->reg_write_o != 0) {
        registers[address] = sim_->reg_wdata_o;
        writes.emplace_back(address, sim_->reg_wdata_o);
      } else if (address == kCounting) {
        ++registers[address];
      }
    }
    if (sim_->in_valid_o != 0 && sim_->in_ready_i != 0) {
      inputs.emplace_back(sim_->in_data_o, sim_->in_last_o != 0);
      --input_room;
    }
    if (sim_->out_ready_o != 0) {
      REQUIRE(offered_);
      results.pop_front();
      offered_ = false;
    }
  }

  /// As after a reset: requests under way are forgotten.
  void forget() { open_ = false; }

  std::map<std::uint32_t, std::uint32_t> registers;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> writes;
  std::vector<std::pair<std::uint32_t, bool>> inputs;
  std::deque<std::pair<std::uint32_t, bool>> results;
  int input_room = 1'000'000'000;
  double stall = 0.3;
  unsigned refused = 0;
  std::uint32_t last_address = 0;  // of a request, refused or not

 private:
  Sim<Vuart_bridge>& sim_;
  Random& random_;
  bool open_ = false;
  bool answers_ = false;
  bool refuses_ = false;
  bool offered_ = false;
  std::uint32_t answer_ = 0;
};

struct UartBench : Agent {
  explicit UartBench(unsigned stream, double clock_error = 0.0)
      : random(stream), core(sim, random), sender(kDivider * (1.0 + clock_error)) {
    sim->rx_i = 1;
    sim->reg_ready_i = 0;
    sim->reg_rvalid_i = 0;
    sim->in_ready_i = 0;
    sim->out_valid_i = 0;
    sim.reset();
    sim.attach(*this);
    sim.attach(core);
  }
  void drive() override { sim->rx_i = sender.next(); }
  void sample() override { receiver.sample(sim->tx_o != 0); }

  void send(const Bytes& line) {
    for (const std::uint8_t byte : line) sender.send(byte);
  }
  /// Waits for a reply; none within `cycles` behind the last byte that was sent.
  std::optional<UartReply> wait_reply(std::uint64_t cycles = 20'000) {
    for (std::uint64_t waited = 0; waited < cycles; sender.idle() ? ++waited : 0) {
      sim.tick();
      if (receiver.bytes.empty() || receiver.bytes.back() != 0x7E) continue;
      if (auto reply = take_reply(receiver.bytes)) return reply;
    }
    return std::nullopt;
  }
  /// One request and its reply on a line without faults.
  UartReply ask(const UartRequest& request) {
    send(frame_of(request));
    const auto reply = wait_reply();
    REQUIRE(reply.has_value());
    return *reply;
  }
  void synchronize(std::uint32_t sequence = 0) {
    const UartReply reply = ask({.opcode = XPIKE_UART_OP_SYNC, .sequence = sequence});
    REQUIRE(reply.cause() == XPIKE_UART_CAUSE_OK);
    REQUIRE(reply.sequence() == sequence);
    REQUIRE(reply.version() == XPIKE_UART_VERSION);
  }
  void reset() {
    sender.clear();
    sim.reset();
    core.forget();
    receiver = sim::UartReceiver(kDivider);
  }
  std::vector<std::uint32_t> random_words(std::size_t count) {
    std::vector<std::uint32_t> words(count);
    for (auto& word : words) {
      // Many bytes that must be escaped.
      for (unsigned i = 0; i < 4; ++i) {
        const std::array<std::uint32_t, 4> bytes{0x7E, 0x7D, 0x5E,
                                                 static_cast<std::uint32_t>(random.bits(8))};
        word = word << 8U | bytes.at(random.chance(0.5) ? 3 : random.below(4));
      }
    }
    return words;
  }

  Sim<Vuart_bridge> sim{2'000'000'000};
  Random random;
  CoreMock core;
  sim::UartSender sender;
  sim::UartReceiver receiver{kDivider};
};

}  // namespace xpike::tb
