// SPDX-License-Identifier: Apache-2.0
// The FIFO at three depths and the register slice: one set of cases, since they differ only in
// how many words they hold and how fast they are.
#include <Vfifo_1.h>
#include <Vfifo_2.h>
#include <Vfifo_5.h>
#include <Vstream_reg.h>

#include <catch2/catch.hpp>
#include <cstdint>
#include <memory>
#include <vector>

#include "lib/random.hpp"
#include "lib/sim.hpp"
#include "lib/stream.hpp"

namespace {

using Word = std::uint64_t;

template <class Model>
constexpr int Capacity = 2;  // the register slice: output register and skid
template <>
constexpr int Capacity<Vfifo_1> = 1;
template <>
constexpr int Capacity<Vfifo_5> = 5;

/// A model between a source and a sink.
template <class Model>
struct Bench {
  explicit Bench(double gap, double stall, unsigned stream = 1) : random(stream) {
    source = std::make_unique<Source>(
        typename Source::Ports{.set_valid = [this](bool v) { sim->in_valid_i = v; },
                               .ready = [this] { return sim->in_ready_o != 0; },
                               .set_data = [this](const Word& x) { sim->in_data_i = x; }},
        random, gap);
    sink = std::make_unique<Sink>(
        typename Sink::Ports{.valid = [this] { return sim->out_valid_o != 0; },
                             .set_ready = [this](bool r) { sim->out_ready_i = r; },
                             .data = [this] { return static_cast<Word>(sim->out_data_o); }},
        random, stall);
    sim->clr_i = 0;
    sim->in_valid_i = 0;
    sim->out_ready_i = 0;
    sim.reset();
    sim.attach(*source);
    sim.attach(*sink);
  }

  std::vector<Word> send(int count) {
    std::vector<Word> words;
    for (int i = 0; i < count; ++i) {
      words.push_back(random.bits(37));
      source->push(words.back());
    }
    return words;
  }

  using Source = xpike::tb::StreamSource<Word>;
  using Sink = xpike::tb::StreamSink<Word>;
  xpike::tb::Sim<Model> sim;
  xpike::tb::Random random;
  std::unique_ptr<Source> source;
  std::unique_ptr<Sink> sink;
};

}  // namespace

TEMPLATE_TEST_CASE("every word arrives once and in order under random stalls", "[stream]", Vfifo_1,
                   Vfifo_2, Vfifo_5, Vstream_reg) {
  for (const double gap : {0.0, 0.3, 0.8}) {
    for (const double stall : {0.0, 0.3, 0.8}) {
      Bench<TestType> bench(gap, stall);
      const auto words = bench.send(500);
      bench.sim.run_until([&] { return bench.sink->items().size() == words.size(); });
      bench.sim.tick(5);
      CHECK(bench.sink->items() == words);
    }
  }
}

TEMPLATE_TEST_CASE("it holds exactly its capacity", "[stream]", Vfifo_1, Vfifo_2, Vfifo_5,
                   Vstream_reg) {
  Bench<TestType> bench(0.0, 1.0);
  bench.send(20);
  bench.sim.tick(20);
  CHECK(bench.source->sent() == Capacity<TestType>);
  CHECK(bench.sim->in_ready_o == 0);
}

TEMPLATE_TEST_CASE("an open sink gets one word per cycle, from depth 1 one per two", "[stream]",
                   Vfifo_1, Vfifo_2, Vfifo_5, Vstream_reg) {
  Bench<TestType> bench(0.0, 0.0);
  bench.send(100);
  bench.sim.tick(61);  // the first word takes one cycle to pass
  CHECK(bench.sink->items().size() == (Capacity<TestType> == 1 ? 30 : 60));
}

TEMPLATE_TEST_CASE("no combinational path crosses it", "[stream]", Vfifo_1, Vfifo_2, Vfifo_5,
                   Vstream_reg) {
  Bench<TestType> bench(0.2, 0.5);
  auto& sim = bench.sim;
  bench.send(100);
  for (int i = 0; i < 100; ++i) {
    sim.tick();
    const auto outputs = [&] {
      return std::vector<Word>{sim->in_ready_o, sim->out_valid_o, sim->out_data_o};
    };
    const auto before = outputs();
    const auto valid = sim->in_valid_i;
    const auto ready = sim->out_ready_i;
    sim->in_valid_i = !valid;
    sim->out_ready_i = !ready;
    sim.eval();
    CHECK(outputs() == before);
    sim->in_valid_i = valid;
    sim->out_ready_i = ready;
  }
}

TEMPLATE_TEST_CASE("clear and reset empty it at any moment", "[stream]", Vfifo_1, Vfifo_2, Vfifo_5,
                   Vstream_reg) {
  for (unsigned round = 0; round < 40; ++round) {
    Bench<TestType> bench(0.2, 0.7, round);
    bench.send(100);
    bench.sim.tick(3 + bench.random.below(30));
    bench.source->clear();
    if (round % 2 == 0) {
      bench.sim->clr_i = 1;
      bench.sim.tick();
      bench.sim->clr_i = 0;
    } else {
      bench.sim.reset();
    }
    bench.sink->clear();
    bench.sim.eval();
    REQUIRE(bench.sim->out_valid_o == 0);
    REQUIRE(bench.sim->in_ready_o == 1);
    const auto words = bench.send(20);
    bench.sim.run_until([&] { return bench.sink->items().size() == words.size(); });
    CHECK(bench.sink->items() == words);
  }
}
