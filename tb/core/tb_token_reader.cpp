// SPDX-License-Identifier: Apache-2.0
#include <Vtoken_reader.h>

#include <catch2/catch.hpp>
#include <cstdint>
#include <memory>
#include <vector>

#include "lib/random.hpp"
#include "lib/sim.hpp"
#include "lib/stream.hpp"

namespace {

struct Item {
  unsigned tag;  // token * 256 + step
  std::uint32_t data;
  bool operator==(const Item&) const = default;
};

std::uint32_t word_of(unsigned tag) { return (tag * 2654435761U) >> 11U; }  // 21 bits

/// A memory that answers one cycle after a read and shows noise at all other times.
class Memory : public xpike::tb::Agent {
 public:
  Memory(Vtoken_reader& dut, xpike::tb::Random& random) : dut_(dut), random_(random) {}
  void drive() override {
    dut_.rdata_i = read_ ? word_of(tag_) : static_cast<std::uint32_t>(random_.bits(21));
  }
  void sample() override {
    read_ = dut_.re_o != 0;
    tag_ = dut_.re_tag_o;
    reads += read_ ? 1U : 0U;
  }
  std::size_t reads = 0;

 private:
  Vtoken_reader& dut_;
  xpike::tb::Random& random_;
  bool read_ = false;
  unsigned tag_ = 0;
};

struct Bench {
  explicit Bench(double stall, unsigned stream = 5) : random(stream), memory(*sim, random) {
    sink = std::make_unique<Sink>(Sink::Ports{.valid = [this] { return sim->out_valid_o != 0; },
                                              .set_ready = [this](bool r) { sim->out_ready_i = r; },
                                              .data =
                                                  [this] {
                                                    return Item{sim->out_tag_o, sim->out_data_o};
                                                  }},
                                  random, stall);
    sim->clr_i = 0;
    sim->start_i = 0;
    sim.reset();
    sim.attach(memory);
    sim.attach(*sink);
  }
  std::vector<Item> start(unsigned tokens, unsigned steps) {
    std::vector<Item> expected;
    for (unsigned n = 0; n < tokens; ++n) {
      for (unsigned t = 0; t < steps; ++t) {
        expected.push_back({n * 256 + t, word_of(n * 256 + t)});
      }
    }
    sim->n_tokens_i = static_cast<SData>(tokens);
    sim->steps_i = static_cast<CData>(steps);
    sim->start_i = 1;
    sim.tick();
    sim->start_i = 0;
    return expected;
  }

  using Sink = xpike::tb::StreamSink<Item>;
  xpike::tb::Sim<Vtoken_reader> sim;
  xpike::tb::Random random;
  Memory memory;
  std::unique_ptr<Sink> sink;
};

}  // namespace

TEST_CASE("all token-steps come in order, each read once, at most two ahead", "[token_reader]") {
  for (const double stall : {0.0, 0.2, 0.6, 0.9}) {
    Bench bench(stall);
    for (int run = 0; run < 12; ++run) {
      bench.sink->clear();
      bench.memory.reads = 0;
      const auto tokens = static_cast<unsigned>(bench.random.between(1, run % 3 == 0 ? 200 : 5));
      const auto steps = static_cast<unsigned>(bench.random.between(1, run % 3 == 1 ? 64 : 3));
      const auto expected = bench.start(tokens, steps);
      bench.sim.run_until([&] {
        REQUIRE(bench.memory.reads <= bench.sink->items().size() + 2);
        return bench.sink->items().size() == expected.size();
      });
      bench.sim.tick(bench.random.below(4));  // idle: nothing more comes
      CHECK(bench.memory.reads == expected.size());
      REQUIRE(bench.sink->items() == expected);
    }
  }
}

TEST_CASE("full size walk: 256 tokens, 64 steps, one word per cycle", "[token_reader]") {
  Bench bench(0.0);
  const auto expected = bench.start(256, 64);
  const auto begin = bench.sim.cycles();
  bench.sim.run_until([&] { return bench.sink->items().size() == expected.size(); });
  CHECK(bench.sim.cycles() - begin == expected.size() + 1);
  CHECK((bench.sink->items() == expected));
}

TEST_CASE("clear and reset stop a walk, and the next one starts at the first word",
          "[token_reader]") {
  for (unsigned round = 0; round < 40; ++round) {
    Bench bench(0.5, 100 + round);
    bench.start(7, 3);
    bench.sim.tick(bench.random.below(20));
    if (round % 2 == 0) {
      bench.sim->clr_i = 1;
      bench.sim.tick();
      bench.sim->clr_i = 0;
    } else {
      bench.sim.reset();
    }
    bench.sink->clear();
    bench.memory.reads = 0;
    bench.sim.tick(5);
    REQUIRE(bench.memory.reads == 0);
    REQUIRE(bench.sink->items().empty());
    const auto expected = bench.start(4, 5);
    bench.sim.run_until([&] { return bench.sink->items().size() == expected.size(); });
    CHECK(bench.sink->items() == expected);
  }
}
