// SPDX-License-Identifier: Apache-2.0
// Scores of a folded chip against sums of plain integers (docs/numerics.md section 9): every order
// of classes, both kinds of readout, stalls, ties, extremes, clears and resets.
#include <Vfold_scores_1_1.h>
#include <Vfold_scores_3_1024.h>
#include <Vfold_scores_5_7.h>
#include <Vfold_scores_64_4.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>
#include <vector>

#include "fold/fold_bench.hpp"
#include "lib/stream.hpp"

namespace {

using namespace xpike::tb;

struct Shape {
  unsigned steps, classes;
};
template <class Model>
constexpr Shape ShapeOf{};
template <>
constexpr Shape ShapeOf<Vfold_scores_1_1>{1, 1};
template <>
constexpr Shape ShapeOf<Vfold_scores_5_7>{5, 7};
template <>
constexpr Shape ShapeOf<Vfold_scores_64_4>{64, 4};
template <>
constexpr Shape ShapeOf<Vfold_scores_3_1024>{3, 1024};

struct Word {
  std::uint32_t data;
  bool last;
  bool operator==(const Word&) const = default;
};

struct Image {
  unsigned steps, classes;
  bool anytime;
  int low, high;  // of values
};

template <class Model>
class ScoresBench : private Agent {
 public:
  static constexpr Shape shape = ShapeOf<Model>;

  ScoresBench(unsigned stream, double stall)
      : random(stream),
        sink_({.valid = [this] { return sim->out_valid_o != 0; },
               .set_ready = [this](bool r) { sim->out_ready_i = r ? 1 : 0; },
               .data =
                   [this] {
                     return Word{sim->out_data_o, sim->out_last_o != 0};
                   }},
              random, stall) {
    sim->clr_i = 0;
    sim->add_i = 0;
    sim->readout_i = 0;
    sim.reset();
    sim.attach(sink_);
    sim.attach(*this);
  }

  Image random_image() {
    Image image{1 + static_cast<unsigned>(random.below(shape.steps)),
                1 + static_cast<unsigned>(random.below(shape.classes)), random.chance(0.5), -1000,
                1000};
    if (random.chance(0.3)) image.steps = shape.steps;
    if (random.chance(0.3)) image.classes = shape.classes;
    if (random.chance(0.3)) image.low = -65536, image.high = 65535;
    if (random.chance(0.2)) image.low = -3, image.high = -1;  // ties, and no score above 0
    return image;
  }

  void add(unsigned step, unsigned label, int value, bool first) {
    sim->add_i = 1;
    sim->first_i = first ? 1 : 0;
    put(sim->step_i, step);
    put(sim->class_i, label);
    put(sim->value_i, value, 17);
    sim.tick();
    sim->add_i = 0;
    sim->first_i = random.chance(0.5) ? 1 : 0;  // sampled with add_i only, as all of them
    put(sim->step_i, random.below(shape.steps));
    put(sim->class_i, random.below(shape.classes));
    put(sim->value_i, random.bits(17));
    REQUIRE(sim->busy_o == 1);
    sim.tick(2 + random.below(3));
    REQUIRE(sim->busy_o == 0);
  }

  /// Some tokens that count, and the packet that must follow.
  std::vector<Word> fill(const Image& image, unsigned tokens) {
    std::vector<std::vector<std::int64_t>> sums(image.classes,
                                                std::vector<std::int64_t>(image.steps));
    for (unsigned token = 0; token < tokens; ++token) {
      for (unsigned step = 0; step < image.steps; ++step) {
        for (unsigned c = 0; c < image.classes; ++c) {
          const int value = random.chance(0.1) ? image.high : random.between(image.low, image.high);
          sums[c][step] += value;
          add(step, c, value, token == 0);
        }
      }
    }
    std::vector<Word> packet;
    std::vector<std::int64_t> scores;
    for (unsigned c = 0; c < image.classes; ++c) {
      std::int64_t running = 0;
      for (unsigned step = 0; step < image.steps; ++step) {
        running += sums[c][step];
        if (image.anytime || step + 1 == image.steps) {
          packet.push_back({static_cast<std::uint32_t>(running), false});
        }
      }
      scores.push_back(running);
    }
    const auto best = std::max_element(scores.begin(), scores.end()) - scores.begin();
    packet.push_back({static_cast<std::uint32_t>(best), true});
    return packet;
  }

  void ask(const Image& image) {
    put(sim->steps_i, image.steps);
    put(sim->classes_i, image.classes);
    sim->anytime_i = image.anytime ? 1 : 0;
    sim->readout_i = 1;
    sim.tick();
    sim->readout_i = 0;
  }

  /// Asks for the packet; the cycles that it took.
  std::uint64_t read_out(const Image& image, const std::vector<Word>& packet) {
    sink_.clear();
    const unsigned before = done_;
    const auto begin = sim.cycles();
    ask(image);
    sim.run_until([&] { return done_ > before; });
    const auto cycles = sim.cycles() - begin;
    REQUIRE(sink_.items() == packet);
    sim.tick(5);
    REQUIRE(done_ == before + 1);
    REQUIRE(sink_.items().size() == packet.size());
    return cycles;
  }
  void forget() { sink_.clear(); }

  Sim<Model> sim;
  Random random;

 private:
  void drive() override {}
  void sample() override {
    const bool taken = sim->out_valid_o != 0 && sim->out_ready_i != 0 && sim->out_last_o != 0;
    REQUIRE((sim->done_o != 0) == taken);
    done_ += sim->done_o;
  }

  StreamSink<Word> sink_;
  unsigned done_ = 0;
};

}  // namespace

TEMPLATE_TEST_CASE("packets of a folded chip are the running sums and the best class", "[fold]",
                   Vfold_scores_1_1, Vfold_scores_5_7, Vfold_scores_64_4, Vfold_scores_3_1024) {
  for (const double stall : {0.0, 0.5, 0.9}) {
    ScoresBench<TestType> bench(211, stall);
    const int images = bench.shape.classes > 100 ? 4 : 20;
    for (int i = 0; i < images; ++i) {
      const Image image = bench.random_image();
      const auto packet = bench.fill(image, 1 + static_cast<unsigned>(bench.random.below(4)));
      bench.read_out(image, packet);
      if (i % 3 == 0) bench.read_out(image, packet);  // reading changes nothing
    }
  }
}

TEMPLATE_TEST_CASE("a word of a folded chip's packet takes three cycles, a sum before it two",
                   "[fold]", Vfold_scores_1_1, Vfold_scores_5_7, Vfold_scores_64_4) {
  ScoresBench<TestType> bench(212, 0.0);
  for (const bool anytime : {false, true}) {
    const Image image{bench.shape.steps, bench.shape.classes, anytime, -100, 100};
    const auto cycles = bench.read_out(image, bench.fill(image, 2));
    const auto sums = image.steps * image.classes;
    CHECK(cycles == 1 + 2 * sums + (anytime ? sums : image.classes) + 1);
  }
}

TEMPLATE_TEST_CASE("scores of a folded chip start afresh after clears and resets", "[fold]",
                   Vfold_scores_1_1, Vfold_scores_5_7, Vfold_scores_64_4) {
  ScoresBench<TestType> bench(213, 0.4);
  for (int round = 0; round < 40; ++round) {
    const Image image = bench.random_image();
    bench.fill(image, 1);
    if (round % 4 < 3) {
      bench.ask(image);
      bench.sim.tick(bench.random.below(4 * image.steps));
    } else {
      bench.sim->add_i = 1;  // in the middle of a sum
      bench.sim.tick();
      bench.sim->add_i = 0;
    }
    abandon(bench.sim, round % 2 == 0);
    bench.forget();
    REQUIRE(bench.sim->busy_o == 0);
    REQUIRE(bench.sim->out_valid_o == 0);
    const Image next = bench.random_image();
    bench.read_out(next, bench.fill(next, 2));
  }
}
