// SPDX-License-Identifier: Apache-2.0
// Result packets from a score memory that the bench keeps (docs/numerics.md, section 9).
#include <Vscore_readout_a.h>
#include <Vscore_readout_b.h>
#include <Vscore_readout_c.h>
#include <Vscore_readout_d.h>
#include <Vscore_readout_e.h>

#include <catch2/catch.hpp>
#include <cstdint>
#include <vector>

#include "lib/bits.hpp"
#include "lib/stream.hpp"

using namespace xpike::tb;

namespace {

struct Shape {
  int classes, steps, cols, converters;
  int mux_steps() const { return (cols + converters - 1) / converters; }
};
template <class Model>
constexpr Shape ShapeOf{};
template <>
constexpr Shape ShapeOf<Vscore_readout_a>{4, 4, 16, 4};
template <>
constexpr Shape ShapeOf<Vscore_readout_b>{23, 5, 10,
                                          4};  // lanes without a column, three row blocks
template <>
constexpr Shape ShapeOf<Vscore_readout_c>{7, 3, 3, 3};  // one mux step
template <>
constexpr Shape ShapeOf<Vscore_readout_d>{1, 1, 1, 1};
template <>
constexpr Shape ShapeOf<Vscore_readout_e>{1024, 64, 256, 8};  // the largest

struct Word {
  std::uint32_t data;
  bool last;
  bool operator==(const Word&) const = default;
};

template <class Model>
class Bench : private Agent {
 public:
  Bench(double stall, unsigned stream)
      : random(stream),
        sink({.valid = [this] { return sim->out_valid_o != 0; },
              .set_ready = [this](bool r) { sim->out_ready_i = r; },
              .data =
                  [this] {
                    return Word{sim->out_data_o, sim->out_last_o != 0};
                  }},
             random, stall) {
    sim->clr_i = 0;
    sim->start_i = 0;
    sim.reset();
    sim.attach(sink);
    sim.attach(*this);
  }

  void draw() {
    scores.assign(static_cast<std::size_t>(shape.classes * shape.steps), 0);
    const auto kind = random.below(4);
    for (auto& score : scores) {
      // Ties, moderate numbers, and the ends of what any network can reach.
      score = kind == 0   ? random.between(-1, 1)
              : kind == 1 ? random.between(0, 1) * 2'000'000'000 / shape.steps
              : kind == 2 ? -random.between(0, 1) * 2'000'000'000 / shape.steps
                          : random.between(-1'000'000, 1'000'000);
    }
    anytime = random.chance(0.5);
    classes = random.chance(0.3) ? shape.classes : random.between(1, shape.classes);
    steps = random.chance(0.3) ? shape.steps : random.between(1, shape.steps);
  }

  std::vector<Word> expected() const {
    std::vector<Word> packet;
    std::int64_t best = 0;
    int best_class = 0;
    for (int c = 0; c < classes; ++c) {
      std::int64_t running = 0;
      for (int slot = 0; slot < (anytime ? steps : 1); ++slot) {
        running += score(c, slot);
        packet.push_back({static_cast<std::uint32_t>(running), false});
      }
      if (c == 0 || running > best) {
        best = running;
        best_class = c;
      }
    }
    packet.push_back({static_cast<std::uint32_t>(best_class), true});
    return packet;
  }

  void start() {
    sim->anytime_i = anytime;
    sim->classes_i = static_cast<SData>(classes);
    sim->steps_i = static_cast<CData>(steps);
    sink.clear();
    done = 0;
    sim->start_i = 1;
    sim.tick();
    sim->start_i = 0;
    REQUIRE(sim->active_o == 1);
  }

  void run() {
    start();
    sim.run_until([&] { return done != 0; });
    REQUIRE(sim->active_o == 0);
    sim.tick(3);
    REQUIRE(done == 1);
    REQUIRE(sink.items() == expected());
  }

  static constexpr Shape shape = ShapeOf<Model>;
  Sim<Model> sim;
  Random random;
  StreamSink<Word> sink;
  bool anytime = false;
  int classes = 1, steps = 1;
  int done = 0;
  std::vector<std::int32_t> scores;  // [class][slot]

 private:
  std::int32_t score(int c, int slot) const {
    return scores[static_cast<std::size_t>(c * shape.steps + slot)];
  }

  // The memory: a word one cycle after a read, held until the next one.
  void drive() override {
    if (!read_) return;
    const int slot = address_ / shape.mux_steps();
    const int step = address_ % shape.mux_steps();
    const int lanes = (shape.classes + shape.cols - 1) / shape.cols * shape.converters;
    for (int lane = 0; lane < lanes; ++lane) {
      const int column = step * shape.converters + lane % shape.converters;
      const int c = lane / shape.converters * shape.cols + column;
      const bool exists = column < shape.cols && c < shape.classes && slot < shape.steps;
      const auto value = exists ? static_cast<std::uint32_t>(score(c, slot))
                                : static_cast<std::uint32_t>(random.bits(32));
      set_bits(sim->word_i, static_cast<std::size_t>(32 * lane), 32, value);
    }
    read_ = false;
  }
  void sample() override {
    read_ = sim->re_o != 0;
    address_ = sim->raddr_o;
    if (sim->done_o != 0) {
      ++done;
      REQUIRE(last_taken_);
    }
    last_taken_ = sim->out_valid_o != 0 && sim->out_ready_i != 0 && sim->out_last_o != 0;
  }

  bool read_ = false, last_taken_ = false;
  int address_ = 0;
};

}  // namespace

#define EVERY_SHAPE Vscore_readout_a, Vscore_readout_b, Vscore_readout_c, Vscore_readout_d

TEMPLATE_TEST_CASE("packets hold the running sums and the best class", "[aimc]", EVERY_SHAPE) {
  for (const double stall : {0.0, 0.4, 0.9}) {
    Bench<TestType> bench(stall, 33);
    for (int round = 0; round < 100; ++round) {
      bench.draw();
      bench.run();
    }
  }
}

TEST_CASE("the largest packet", "[aimc]") {
  Bench<Vscore_readout_e> bench(0.1, 35);
  for (int round = 0; round < 4; ++round) {
    bench.draw();
    bench.classes = 1024 - round;
    bench.steps = 64;
    bench.anytime = round < 2;
    bench.run();
  }
}

TEMPLATE_TEST_CASE("one word per cycle from the third cycle after the start", "[aimc]",
                   EVERY_SHAPE) {
  Bench<TestType> bench(0.0, 34);
  bench.draw();
  bench.start();
  const auto words = bench.expected().size();
  for (std::size_t cycle = 1; cycle < words + 3; ++cycle) {
    CHECK(bench.sink.items().size() == (cycle < 3 ? 0 : cycle - 3));
    bench.sim.tick();
  }
  CHECK(bench.sink.items() == bench.expected());
  CHECK(bench.sim->active_o == 0);
}

TEMPLATE_TEST_CASE("clear and reset end a packet anywhere, and the next one is whole", "[aimc]",
                   EVERY_SHAPE) {
  for (unsigned round = 0; round < 60; ++round) {
    Bench<TestType> bench(0.5, 200 + round);
    bench.draw();
    bench.start();
    bench.sim.tick(bench.random.below(bench.expected().size() + 3));
    if (round % 2 == 0) {
      bench.sim->clr_i = 1;
      bench.sim->start_i = bench.random.chance(0.3);  // clear wins
      bench.sim.tick();
      bench.sim->clr_i = 0;
      bench.sim->start_i = 0;
    } else {
      bench.sim.reset();
    }
    bench.sink.clear();
    bench.done = 0;
    CHECK(bench.sim->active_o == 0);
    CHECK(bench.sim->out_valid_o == 0);
    bench.sim.tick(3);
    CHECK(bench.done == 0);
    CHECK(bench.sink.items().empty());
    bench.draw();
    bench.run();
  }
}
