// SPDX-License-Identifier: Apache-2.0
// Program packets, good and damaged, before a register bus that takes its time and refuses.
#include <Vprogram_stream.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <deque>
#include <xpike/registers.hpp>

#include "host/program_packet.hpp"
#include "lib/random.hpp"
#include "lib/sim.hpp"
#include "lib/stream.hpp"

using namespace xpike;
using namespace xpike::tb;

namespace {

struct Word {
  std::uint32_t data;
  bool last;
};

struct Write {
  std::uint32_t address, data;
  bool operator==(const Write&) const = default;
};

/// Takes writes with random delays; answers each in a later cycle, and refuses those of `refuse`.
class Bus : public Agent {
 public:
  Bus(Sim<Vprogram_stream>& sim, Random& random, double stall)
      : sim_(sim), random_(random), stall_(stall) {
    sim_.attach(*this);
  }
  void drive() override {
    answers_ = open_ && !random_.chance(stall_);
    ready_ = (!open_ || answers_) && !random_.chance(stall_);
    sim_->bus_ready_i = ready_;
    sim_->bus_rvalid_i = answers_;
    sim_->bus_error_i = open_ ? refused_ : random_.chance(0.5);
  }
  void sample() override {
    if (answers_) open_ = false;
    if (sim_->bus_valid_o != 0 && ready_) {
      writes.push_back({sim_->bus_addr_o, sim_->bus_wdata_o});
      refused_ = writes.size() == refuse;
      open_ = true;
    }
    good += sim_->good_o;
    length += sim_->length_o;
    refused += sim_->refused_o;
    crc += sim_->crc_o;
  }
  unsigned faults() const { return length + refused + crc; }

  std::vector<Write> writes;
  std::size_t refuse = 0;  // number of the write that is refused, from 1; 0: none
  unsigned good = 0;
  unsigned length = 0;
  unsigned refused = 0;
  unsigned crc = 0;

 private:
  Sim<Vprogram_stream>& sim_;
  Random& random_;
  double stall_;
  bool ready_ = false;
  bool answers_ = false;
  bool open_ = false;
  bool refused_ = false;
};

struct Bench {
  explicit Bench(unsigned stream, double gap = 0.2, double stall = 0.3)
      : random(stream),
        bus(sim, random, stall),
        source({.set_valid = [this](bool v) { sim->in_valid_i = v; },
                .ready = [this] { return sim->in_ready_o != 0; },
                .set_data =
                    [this](const Word& w) {
                      sim->in_data_i = w.data;
                      sim->in_last_i = w.last;
                    }},
               random, gap) {
    sim->clr_i = 0;
    sim->in_valid_i = 0;
    sim->bus_ready_i = 0;
    sim->bus_rvalid_i = 0;
    sim.reset();
    sim.attach(source);
  }

  /// A packet of random records in the legal range, and the writes that it stands for.
  std::vector<std::uint32_t> random_packet(std::vector<Write>& writes) {
    std::vector<std::uint32_t> packet;
    const int records = random.between(0, 5);
    for (int r = 0; r < records; ++r) {
      const bool increment = random.chance(0.5);
      const auto low = std::uint32_t{regs::n_tokens.address};
      const auto high = regs::events.address - 1U;
      const auto address = low + static_cast<std::uint32_t>(random.below(high - low + 1));
      const auto room = increment ? high - address + 1 : 20;
      std::vector<std::uint32_t> words(1 + random.below(std::min(room, 20U)));
      for (std::size_t i = 0; i < words.size(); ++i) {
        words[i] = static_cast<std::uint32_t>(random.bits(32));
        writes.push_back({address + (increment ? static_cast<std::uint32_t>(i) : 0), words[i]});
      }
      add_record(packet, address, increment, words);
    }
    packet.push_back(crc_of(packet));
    return packet;
  }

  void send(const std::vector<std::uint32_t>& packet) {
    for (std::size_t i = 0; i < packet.size(); ++i) {
      source.push({packet[i], i + 1 == packet.size()});
    }
  }
  void finish() {
    sim.run_until([&] { return source.idle(); });
    sim.tick(20);
    REQUIRE(sim->active_o == 0);
  }
  /// A good packet is executed, whatever came before.
  void require_usable() {
    bus.writes.clear();
    bus.refuse = 0;
    const unsigned good = bus.good;
    const unsigned faults = bus.faults();
    std::vector<Write> expected;
    send(random_packet(expected));
    finish();
    REQUIRE(bus.writes == expected);
    REQUIRE(bus.good == good + 1);
    REQUIRE(bus.faults() == faults);
  }

  Sim<Vprogram_stream> sim;
  Random random;
  Bus bus;
  StreamSource<Word> source;
};

}  // namespace

TEST_CASE("packets become writes, in order, each once", "[program]") {
  unsigned stream = 0;
  for (const double gap : {0.0, 0.5}) {
    for (const double stall : {0.0, 0.3, 0.7}) {
      Bench bench(++stream, gap, stall);
      std::vector<Write> expected;
      for (int i = 0; i < 50; ++i) bench.send(bench.random_packet(expected));
      bench.finish();
      CHECK(bench.bus.writes == expected);
      CHECK(bench.bus.good == 50);
      CHECK(bench.bus.faults() == 0);
    }
  }
}

TEST_CASE("a free bus takes one word per cycle", "[program]") {
  Bench bench(10, 0.0, 0.0);
  std::vector<std::uint32_t> packet;
  add_record(packet, regs::cell_data.address, false, std::vector<std::uint32_t>(1000, 5));
  packet.push_back(crc_of(packet));
  bench.send(packet);
  bench.sim.run_until([&] { return bench.bus.writes.size() == 1000; });
  CHECK(bench.sim.cycles() <= 1002);
}

TEST_CASE("a wrong CRC is reported after the writes", "[program]") {
  Bench bench(11);
  for (int round = 0; round < 20; ++round) {
    std::vector<Write> expected;
    std::vector<std::uint32_t> packet = bench.random_packet(expected);
    packet.back() ^= 1U << bench.random.below(32);
    bench.bus.writes.clear();
    bench.bus.crc = 0;
    const unsigned good = bench.bus.good;
    bench.send(packet);
    bench.finish();
    CHECK(bench.bus.writes == expected);
    CHECK(bench.bus.crc == 1);
    CHECK(bench.bus.good == good);
    bench.require_usable();
  }
}

TEST_CASE("a packet that ends within a record stops there", "[program]") {
  Bench bench(12);
  const std::vector<std::uint32_t> words{1, 2, 3, 4};
  for (std::size_t kept = 1; kept <= 4; ++kept) {
    std::vector<std::uint32_t> packet;
    add_record(packet, regs::seed.address, false, words);
    packet.resize(1 + kept);  // `last` comes with a word of the record, which is not written
    bench.bus.writes.clear();
    bench.bus.length = 0;
    bench.send(packet);
    bench.finish();
    CHECK(bench.bus.length == 1);
    CHECK(bench.bus.writes.size() == kept - 1);
    bench.require_usable();
  }
}

TEST_CASE("a record of no words is a fault, and the rest is dropped", "[program]") {
  Bench bench(13);
  std::vector<std::uint32_t> packet;
  add_record(packet, regs::seed.address, false, {});
  add_record(packet, regs::seed.address, false, std::vector<std::uint32_t>{1, 2});
  packet.push_back(crc_of(packet));
  bench.send(packet);
  bench.finish();
  CHECK(bench.bus.length == 1);
  CHECK(bench.bus.faults() == 1);
  CHECK(bench.bus.writes.empty());
  bench.require_usable();
}

TEST_CASE("addresses outside of configuration and windows are refused", "[program]") {
  Bench bench(14);
  const std::vector<std::uint32_t> addresses{0,
                                             regs::control.address,
                                             regs::irq_enable.address,
                                             regs::n_tokens.address - 1U,
                                             regs::events.address,
                                             regs::host_mode.address,
                                             0xFFFFU};
  for (const std::uint32_t address : addresses) {
    std::vector<std::uint32_t> packet;
    add_record(packet, regs::seed.address, false, std::vector<std::uint32_t>{9});
    add_record(packet, address, true, std::vector<std::uint32_t>{1, 2, 3});
    packet.push_back(crc_of(packet));
    bench.bus.writes.clear();
    bench.bus.refused = 0;
    bench.send(packet);
    bench.finish();
    CHECK(bench.bus.refused == 1);
    CHECK(bench.bus.writes == std::vector<Write>{{regs::seed.address, 9}});
    bench.require_usable();
  }
  // The first address is legal, a later one is not.
  std::vector<std::uint32_t> packet;
  add_record(packet, regs::events.address - 1U, true, std::vector<std::uint32_t>{1, 2, 3});
  packet.push_back(crc_of(packet));
  bench.bus.writes.clear();
  bench.bus.refused = 0;
  bench.send(packet);
  bench.finish();
  CHECK(bench.bus.refused == 1);
  CHECK(bench.bus.writes == std::vector<Write>{{regs::events.address - 1U, 1}});
  bench.require_usable();
}

TEST_CASE("what the bus refuses ends the packet", "[program]") {
  for (unsigned round = 0; round < 60; ++round) {
    Bench bench(200 + round, round % 3 * 0.3, round % 2 * 0.4);
    std::vector<Write> expected;
    std::vector<std::uint32_t> packet;
    while (expected.empty()) packet = bench.random_packet(expected);
    bench.bus.refuse = 1 + bench.random.below(expected.size());
    bench.send(packet);
    const std::size_t refuse = bench.bus.refuse;
    bench.finish();
    CHECK(bench.bus.refused == 1);
    CHECK(bench.bus.faults() == 1);
    CHECK(bench.bus.good == 0);
    // At most the write of the cycle of the answer follows.
    CHECK(bench.bus.writes.size() >= refuse);
    CHECK(bench.bus.writes.size() <= refuse + 1);
    REQUIRE(std::equal(bench.bus.writes.begin(), bench.bus.writes.end(), expected.begin()));
    bench.require_usable();
  }
}

TEST_CASE("clear drops the rest of a packet, reset everything", "[program][reset]") {
  for (unsigned round = 0; round < 80; ++round) {
    Bench bench(300 + round);
    std::vector<Write> expected;
    std::vector<std::uint32_t> packet;
    while (packet.size() < 10) packet = bench.random_packet(expected = {});
    bench.send(packet);
    bench.sim.tick(1 + bench.random.below(packet.size()));
    if (round % 2 == 0) {
      const bool begun = bench.source.sent() > 0;
      bench.sim->clr_i = 1;
      bench.sim.tick();
      bench.sim->clr_i = 0;
      const std::size_t written = bench.bus.writes.size();
      bench.finish();
      // Nothing is written after a clear in the middle of a packet.
      if (begun) CHECK(bench.bus.writes.size() == written);
      if (begun) CHECK(bench.bus.good == 0);
      CHECK(bench.bus.faults() == 0);
    } else {
      bench.source.clear();
      bench.sim->in_valid_i = 0;
      bench.sim.reset();
      CHECK(bench.sim->active_o == 0);
      bench.sim.tick(10);  // the bus forgets, too
    }
    bench.require_usable();
  }
}
