// SPDX-License-Identifier: Apache-2.0
// The AXI4-Lite slave alone, before a register bus that takes its time and refuses now and then.
#include <Vaxi_lite.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <optional>

#include "host/axi_lite_master.hpp"

using namespace xpike::tb;

namespace {

struct Request {
  bool write;
  std::uint32_t address;  // counts words
  std::uint32_t data;     // of a write; the answer to a read
  bool error;             // as answered
};

/// The register bus: takes requests with random delays, checks that they wait unchanged.
class Bus : public Agent {
 public:
  Bus(Sim<Vaxi_lite>& sim, Random& random, double stall)
      : sim_(sim), random_(random), stall_(stall) {
    sim_.attach(*this);
  }

  void drive() override {
    ready_ = !open_ && !random_.chance(stall_);
    sim_->bus_ready_i = ready_;
    answers_ = open_ && !random_.chance(stall_);
    sim_->bus_rvalid_i = answers_;
    // Without an answer the wires show anything.
    sim_->bus_rdata_i = open_ ? open_->data : static_cast<std::uint32_t>(random_.bits(32));
    sim_->bus_error_i = open_ ? open_->error : random_.chance(0.5);
  }

  void sample() override {
    if (answers_) {
      requests.push_back(*open_);
      open_.reset();
    }
    if (sim_->unaligned_o != 0) ++unaligned;
    if (sim_->strobe_o != 0) ++strobes;
    if (sim_->bus_valid_o == 0) {
      REQUIRE_FALSE(waiting_);  // a request stays
      return;
    }
    const Request request{sim_->bus_write_o != 0, sim_->bus_addr_o,
                          sim_->bus_write_o != 0 ? sim_->bus_wdata_o : 0, false};
    if (waiting_) {
      REQUIRE(waiting_->write == request.write);
      REQUIRE(waiting_->address == request.address);
      REQUIRE(waiting_->data == request.data);
    }
    if (!ready_) {
      waiting_ = request;
      return;
    }
    REQUIRE_FALSE(open_);
    waiting_.reset();
    open_ = request;
    open_->error = random_.chance(0.2);
    if (!open_->write) open_->data = static_cast<std::uint32_t>(random_.bits(32));
  }

  void clear() {
    requests.clear();
    waiting_.reset();
    open_.reset();
  }

  std::vector<Request> requests;
  unsigned unaligned = 0;
  unsigned strobes = 0;

 private:
  Sim<Vaxi_lite>& sim_;
  Random& random_;
  double stall_;
  bool ready_ = false;
  bool answers_ = false;
  std::optional<Request> waiting_, open_;
};

struct Bench {
  Bench(double gap, double stall, unsigned stream)
      : random(stream), bus(sim, random, stall), master(sim, random, gap, stall) {
    sim->aw_valid_i = 0;
    sim->w_valid_i = 0;
    sim->ar_valid_i = 0;
    sim->b_ready_i = 0;
    sim->r_ready_i = 0;
    sim.reset();
  }

  std::uint32_t address() {
    const auto word = static_cast<std::uint32_t>(random.bits(16)) << 2U;
    return random.chance(0.2) ? word | static_cast<std::uint32_t>(random.bits(2)) : word;
  }

  Sim<Vaxi_lite> sim;
  Random random;
  Bus bus;
  AxiLiteMaster<Vaxi_lite> master;
};

}  // namespace

TEST_CASE("every transaction is carried out once and answered as the bus says", "[axi_lite]") {
  unsigned stream = 0;
  for (const double gap : {0.0, 0.3, 0.8}) {
    for (const double stall : {0.0, 0.3, 0.8}) {
      Bench bench(gap, stall, ++stream);
      struct Write {
        std::uint32_t address, data;
        unsigned strobe;
      };
      std::vector<Write> writes;
      std::vector<std::uint32_t> reads;
      unsigned unaligned = 0;
      unsigned strobes = 0;
      for (int i = 0; i < 300; ++i) {
        const auto strobe =
            bench.random.chance(0.8) ? 15U : static_cast<unsigned>(bench.random.bits(4));
        writes.push_back(
            {bench.address(), static_cast<std::uint32_t>(bench.random.bits(32)), strobe});
        bench.master.write(writes.back().address, writes.back().data, strobe);
        reads.push_back(bench.address());
        bench.master.read(reads.back());
        unaligned += (writes.back().address % 4 != 0 ? 1U : 0U) + (reads.back() % 4 != 0 ? 1U : 0U);
        strobes += strobe != 15 ? 1U : 0U;
      }
      bench.sim.run_until([&] { return bench.master.idle(); });
      bench.sim.tick(10);

      auto request = bench.bus.requests.begin();
      const auto next = [&](bool write) {  // the order of each kind is kept
        return std::find_if(request, bench.bus.requests.end(),
                            [&](const Request& r) { return r.write == write; });
      };
      for (std::size_t i = 0; i < writes.size(); ++i) {
        if (writes[i].address % 4 != 0 || writes[i].strobe != 15) {
          REQUIRE(bench.master.written()[i] == kSlaveError);
          continue;
        }
        request = next(true);
        REQUIRE(request != bench.bus.requests.end());
        REQUIRE(request->address == writes[i].address / 4);
        REQUIRE(request->data == writes[i].data);
        REQUIRE(bench.master.written()[i] == (request->error ? kSlaveError : kOkay));
        ++request;
      }
      REQUIRE(next(true) == bench.bus.requests.end());
      request = bench.bus.requests.begin();
      for (std::size_t i = 0; i < reads.size(); ++i) {
        const auto& answer = bench.master.answers()[i];
        if (reads[i] % 4 != 0) {
          REQUIRE(answer == AxiLiteMaster<Vaxi_lite>::Read{0, kSlaveError});
          continue;
        }
        request = next(false);
        REQUIRE(request != bench.bus.requests.end());
        REQUIRE(request->address == reads[i] / 4);
        REQUIRE(answer.response == (request->error ? kSlaveError : kOkay));
        REQUIRE(answer.data == (request->error ? 0 : request->data));
        ++request;
      }
      REQUIRE(next(false) == bench.bus.requests.end());
      CHECK(bench.bus.unaligned == unaligned);
      CHECK(bench.bus.strobes == strobes);
    }
  }
}

TEST_CASE("reads and writes that wait take turns", "[axi_lite]") {
  Bench bench(0.0, 0.0, 20);
  for (std::uint32_t i = 0; i < 50; ++i) {
    bench.master.write(4 * i, i);
    bench.master.read(4 * i);
  }
  bench.sim.run_until([&] { return bench.master.idle(); });
  REQUIRE(bench.bus.requests.size() == 100);
  for (std::size_t i = 2; i < 98; ++i) {
    REQUIRE(bench.bus.requests[i].write != bench.bus.requests[i - 1].write);
  }
}

TEST_CASE("a write waits for both of its channels, in either order", "[axi_lite]") {
  Bench bench(0.0, 0.0, 21);
  for (const bool address_first : {true, false}) {
    bench.sim->aw_addr_i = 12;
    bench.sim->w_data_i = 34;
    bench.sim->w_strb_i = 15;
    // By hand: the master always sends both.
    const auto cycle = [&](bool aw, bool w) {
      bench.bus.drive();
      bench.sim->b_ready_i = 1;
      bench.sim->aw_valid_i = aw;
      bench.sim->w_valid_i = w;
      bench.sim->clk_i = 0;
      bench.sim.eval();
      bench.bus.sample();
      bench.sim->clk_i = 1;
      bench.sim.eval();
    };
    bench.bus.clear();
    cycle(address_first, !address_first);
    for (int i = 0; i < 20; ++i) {
      cycle(false, false);
      REQUIRE(bench.sim->b_valid_o == 0);
    }
    CHECK(bench.bus.requests.empty());
    cycle(!address_first, address_first);
    for (int i = 0; i < 10; ++i) cycle(false, false);
    REQUIRE(bench.bus.requests.size() == 1);
    CHECK(bench.bus.requests[0].address == 3);
    CHECK(bench.bus.requests[0].data == 34);
  }
}

TEST_CASE("a reset at any moment forgets every transaction", "[axi_lite][reset]") {
  for (unsigned round = 0; round < 60; ++round) {
    Bench bench(0.2, 0.5, 100 + round);
    for (std::uint32_t i = 0; i < 30; ++i) {
      bench.master.write(4 * i, i);
      bench.master.read(4 * i);
    }
    bench.sim.tick(5 + bench.random.below(100));
    bench.master.clear();
    bench.bus.clear();
    bench.sim->aw_valid_i = 0;
    bench.sim->w_valid_i = 0;
    bench.sim->ar_valid_i = 0;
    bench.sim.reset();
    REQUIRE(bench.sim->b_valid_o == 0);
    REQUIRE(bench.sim->r_valid_o == 0);
    REQUIRE(bench.sim->bus_valid_o == 0);
    bench.master.write(40, 7);
    bench.master.read(44);
    bench.sim.run_until([&] { return bench.master.idle(); });
    REQUIRE(bench.bus.requests.size() == 2);
  }
}
