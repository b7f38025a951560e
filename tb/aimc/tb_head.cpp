// SPDX-License-Identifier: Apache-2.0
// Head: result packets of whole images against scores computed here (docs/numerics.md, section 9).
#include <Vhead_a.h>
#include <Vhead_b.h>
#include <Vhead_c.h>
#include <Vhead_d.h>
#include <Vhead_e.h>

#include <catch2/catch.hpp>
#include <map>

#include "aimc/calibration_checks.hpp"
#include "aimc/cell_checks.hpp"
#include "aimc/matrix_model.hpp"
#include "aimc/ports.hpp"
#include "lib/stream.hpp"

using namespace xpike::tb;

namespace {

// See CMakeLists.txt; outputs are the classes.
struct Head {
  Shape shape;
  int max_steps;
};
constexpr Head head_a{{16, 4, 1, 7, 32, 16, 4, 1}, 4};  // configuration nano
constexpr Head head_b{{13, 7, 1, 7, 5, 3, 3, 1}, 3};    // one mux step of one cycle, 3 row blocks
constexpr Head head_d{{3, 1024, 1, 7, 4, 256, 8, 1}, 64};  // the most classes and time steps
constexpr Head head_c{{30, 23, 1, 7, 24, 10, 4, 3}, 5};  // columns not a multiple of the converters

struct Input {
  Bits bits;
  unsigned token;
  unsigned step;
};
struct Word {
  std::uint32_t data;
  bool last;
  bool operator==(const Word&) const = default;
};
struct Image {
  int tokens;
  int steps;
  int pooling;
  bool anytime;
  int classes;

  bool selects(int token) const {
    return pooling == 0 || (pooling == 1 ? token == 0 : token == tokens - 1);
  }
};

template <class Model>
struct HeadBench : Agent {
  HeadBench(Head head, double gap, double stall)
      : max_steps(head.max_steps),
        model(head.shape),
        source({.set_valid = [this](bool v) { sim->in_valid_i = v ? 1 : 0; },
                .ready = [this] { return sim->in_ready_o != 0; },
                .set_data =
                    [this](const Input& x) {
                      set_vector(sim->in_bits_i, x.bits);
                      sim->in_tag_i = static_cast<IData>(x.token << 8U | x.step);
                    }},
               random, gap),
        sink({.valid = [this] { return sim->out_valid_o != 0; },
              .set_ready = [this](bool r) { sim->out_ready_i = r ? 1 : 0; },
              .data =
                  [this] {
                    return Word{sim->out_data_o, sim->out_last_o != 0};
                  }},
             random, stall) {
    set_par(sim->par_i, {});
    set_cell(sim->cell_i, {});
    sim.attach(source);
    sim.attach(sink);
    sim.attach(*this);
    sim.reset();
  }

  /// One s and one gain for all row blocks, as the numerics demand.
  void program() {
    model.randomize(random);
    const Converter setting{static_cast<unsigned>(random.below(8)),
                            static_cast<unsigned>(random.between(100, 600))};
    for (int block = 0; block < model.shape().row_blocks(); ++block) {
      model.converter(0, block) = setting;
    }
    load();
  }
  void load() {
    program_parameters(sim, model);
    program_cells(sim, model);
  }

  Image random_image() {
    return {random.between(1, 9), random.between(1, max_steps), random.between(0, 2),
            random.chance(0.5), random.between(1, model.shape().outputs)};
  }

  /// Queues the image and returns its packet.
  std::vector<Word> queue(const Image& image, double density) {
    sim->n_tokens_i = static_cast<SData>(image.tokens);
    sim->steps_i = static_cast<CData>(image.steps);
    sim->pooling_i = static_cast<CData>(image.pooling);
    sim->anytime_i = image.anytime ? 1 : 0;
    sim->classes_i = static_cast<SData>(image.classes);

    std::map<std::pair<int, int>, std::int64_t> contribution;  // (class, step)
    for (int token = 0; token < image.tokens; ++token) {
      for (int step = 0; step < image.steps; ++step) {
        const Bits x = random_bits(random, model.shape().inputs, density);
        source.push({x, static_cast<unsigned>(token), static_cast<unsigned>(step)});
        if (image.selects(token)) {
          ++expected_mvms;
          for (int c = 0; c < image.classes; ++c) {
            contribution[{c, step}] += 4 * model.code_sum(0, c, x) + model.neuron(0, c).bias;
          }
        }
      }
    }

    std::vector<Word> packet;
    std::int64_t best = 0;
    std::uint32_t best_class = 0;
    for (int c = 0; c < image.classes; ++c) {
      std::int64_t running = 0;
      for (int step = 0; step < image.steps; ++step) {
        running += contribution[{c, step}];
        if (image.anytime || step == image.steps - 1) {
          packet.push_back({static_cast<std::uint32_t>(running), false});
        }
      }
      if (c == 0 || running > best) {
        best = running;
        best_class = static_cast<std::uint32_t>(c);
      }
    }
    packet.push_back({best_class, true});
    return packet;
  }

  void ask() {
    sim->readout_i = 1;
    sim.tick();
    sim->readout_i = 0;
  }

  void run(const Image& image, double density) {
    sink.clear();
    const std::vector<Word> expected = queue(image, density);
    const int done_before = done;
    sim.run_until([&] { return source.idle(); });
    if (random.chance(0.5)) {
      sim.tick(random.below(40));
    }
    ask();
    sim.run_until([&] { return done > done_before; });
    REQUIRE(sink.items() == expected);
    REQUIRE(sim->busy_o == 0);
    sim.tick(5);
    REQUIRE(done == done_before + 1);
    REQUIRE(sink.items().size() == expected.size());
    REQUIRE(mvms == expected_mvms);
  }

  void drive() override {}
  void sample() override {
    mvms += sim->mvm_o;
    conversions += sim->conv_o;
    if (sim->done_o != 0) {
      ++done;
      // The pulse follows the handshake of the last word.
      REQUIRE(last_taken);
    }
    last_taken = sim->out_valid_o != 0 && sim->out_ready_i != 0 && sim->out_last_o != 0;
  }

  int max_steps;
  MatrixModel model;
  Sim<Model> sim{3'000'000};
  Random random{31};
  StreamSource<Input> source;
  StreamSink<Word> sink;
  int mvms = 0, expected_mvms = 0, conversions = 0, done = 0;
  bool last_taken = false;
};

template <class Model>
void images(Head head) {
  for (const auto& [gap, stall] : {std::pair{0.0, 0.0}, {0.0, 0.6}, {0.6, 0.0}, {0.4, 0.9}}) {
    HeadBench<Model> bench(head, gap, stall);
    for (int round = 0; round < 3; ++round) {
      bench.program();
      for (int i = 0; i < 12; ++i) {
        bench.run(bench.random_image(), bench.random.chance(0.1) ? 1.0 : 0.3);
      }
    }
    for (int pooling = 0; pooling < 3; ++pooling) {
      for (const bool anytime : {false, true}) {
        bench.run({256, head.max_steps, pooling, anytime, head.shape.outputs}, 0.3);
      }
    }
  }
}

/// Equal scores: the lowest class wins; also when all scores are negative.
template <class Model>
void ties(Head head) {
  HeadBench<Model> bench(head, 0.0, 0.2);
  bench.load();  // no conductance: a score is a sum of biases
  for (int i = 0; i < 30; ++i) {
    const int base = bench.random.between(-2048, 2040);
    for (int c = 0; c < head.shape.outputs; ++c) {
      bench.model.neuron(0, c).bias = base + bench.random.between(0, 2);
    }
    program_parameters(bench.sim, bench.model);
    Image image = bench.random_image();
    image.classes = head.shape.outputs;
    bench.run(image, 0.5);
  }
}

/// A selected token-step per period, an unselected one per cycle; a word per cycle.
template <class Model>
void timing(Head head) {
  HeadBench<Model> bench(head, 0.0, 0.0);
  bench.program();
  const int steps = head.max_steps;
  const int tokens = 50;
  const int period = head.shape.period();
  for (int pooling = 0; pooling < 3; ++pooling) {
    const Image image{tokens, steps, pooling, true, head.shape.outputs};
    bench.sink.clear();
    const auto packet = bench.queue(image, 0.3);
    const int conversions = bench.conversions;
    const auto start = bench.sim.cycles();
    bench.sim.run_until([&] { return bench.source.idle(); });
    const auto cycles = static_cast<int>(bench.sim.cycles() - start);
    const int selected = pooling == 0 ? tokens * steps : steps;
    // The last accepted selected step still converts when the source is empty; unselected ones that
    // follow it pass by.
    const int waits = pooling == 1 ? (steps - 1) * period + 1 : (selected - 1) * period + 1;
    CHECK(cycles == waits + tokens * steps - selected);
    const auto asked = bench.sim.cycles();
    bench.ask();
    bench.sim.run_until([&] { return bench.sink.items().size() == packet.size(); });
    CHECK(bench.sim.cycles() - asked <= packet.size() + static_cast<std::size_t>(period) + 8);
    CHECK(bench.sink.items() == packet);
    CHECK(bench.conversions - conversions == selected * period);
    bench.sim.tick(3);
  }
}

/// Clear or reset at any moment of an image or of its readout; the next image is unharmed.
template <class Model>
void clear_and_reset(Head head) {
  HeadBench<Model> bench(head, 0.1, 0.5);
  bench.program();
  for (int round = 0; round < 40; ++round) {
    const Image image = bench.random_image();
    bench.queue(image, 0.3);
    if (round % 4 < 2) {
      bench.sim.tick(bench.random.below(30));
    } else {
      bench.sim.run_until([&] { return bench.source.idle(); });
      bench.ask();
      bench.sim.tick(bench.random.below(20));
    }
    if (round % 2 == 0) {
      bench.sim->clr_i = 1;
      bench.sim.tick();
      bench.sim->clr_i = 0;
    } else {
      bench.sim.reset();
    }
    bench.source.clear();
    bench.sink.clear();
    bench.sim.tick();
    CHECK(bench.sim->busy_o == 0);
    CHECK(bench.sim->out_valid_o == 0);
    if (round % 2 != 0) {
      program_parameters(bench.sim, bench.model);
    }
    bench.mvms = bench.expected_mvms = 0;
    bench.run(bench.random_image(), 0.3);
  }
}

/// Cells answer, nothing else does, and what was programmed stays.
template <class Model>
void programming(Head head) {
  HeadBench<Model> bench(head, 0.0, 0.0);
  bench.program();
  read_cells(bench.sim, bench.model, bench.random, 500);
  access_elsewhere(bench.sim, bench.model, bench.random, 1000);
  bench.run(bench.random_image(), 0.3);
}

/// Of two pages one is read out, at leisure, while the next image fills the other one.
template <class Model>
void pages(Head head) {
  for (const double stall : {0.0, 0.5, 0.97}) {
    HeadBench<Model> bench(head, 0.1, stall);
    bench.program();
    for (int round = 0; round < 4; ++round) {
      bench.sink.clear();
      const Image image = bench.random_image();
      std::vector<Word> expected;
      for (int i = 0; i < 8; ++i) {
        bench.sim->page_i = i % 2 == 1;
        const std::vector<Word> packet = bench.queue(image, 0.3);
        expected.insert(expected.end(), packet.begin(), packet.end());
        bench.sim.run_until([&] { return bench.source.idle() && bench.sim->busy_o == 0; });
        // The page filled next is free once the readout of the image before has ended.
        bench.sim.run_until([&] { return bench.done == 8 * round + i; });
        bench.sim->readout_page_i = i % 2 == 1;
        bench.ask();
      }
      bench.sim.run_until([&] { return bench.done == 8 * round + 8; });
      REQUIRE(bench.sink.items() == expected);
      REQUIRE(bench.mvms == bench.expected_mvms);
    }
  }
}

/// Calibration vectors make sums and no scores; one gain of a pass reaches every row block.
template <class Model>
void calibration(Head head) {
  HeadBench<Model> bench(head, 0.2, 0.2);
  bench.program();
  for (int round = 0; round < 5; ++round) {
    bench.run(bench.random_image(), 0.3);
    measure_layer(bench.sim, bench.model, 0, 5, bench.random);
    const unsigned gain = 100 + static_cast<unsigned>(bench.random.below(500));
    ask_calibration(bench.sim,
                    {.target = target_of(bench.model, 0, 0), .gain = gain, .gain_write = true});
    for (int block = 0; block < head.shape.row_blocks(); ++block) {
      bench.model.converter(0, block).gain = gain;
    }
    ask_calibration(bench.sim, {.target = {.layer = 1}, .measure = true});
    CHECK(bench.sim->conv_o == 0);
  }
  bench.run(bench.random_image(), 0.3);
}

}  // namespace

#define FOR_EVERY_SHAPE(run) \
  run<Vhead_a>(head_a);      \
  run<Vhead_b>(head_b);      \
  run<Vhead_c>(head_c)

TEST_CASE("head reads out one page while another is filled", "[aimc]") { pages<Vhead_e>(head_b); }
TEST_CASE("head packets equal the scores for every pooling and mode", "[aimc]") {
  FOR_EVERY_SHAPE(images);
}
TEST_CASE("head gives a tie to the lowest class", "[aimc]") { FOR_EVERY_SHAPE(ties); }
TEST_CASE("head is measured for a calibration pass", "[aimc][calibration]") {
  FOR_EVERY_SHAPE(calibration);
}
TEST_CASE("head keeps its pace", "[aimc]") { FOR_EVERY_SHAPE(timing); }
TEST_CASE("head answers for its own cells only", "[aimc]") {
  FOR_EVERY_SHAPE(programming);
  programming<Vhead_d>(head_d);
}
TEST_CASE("the largest head fills its score memory", "[aimc]") {
  HeadBench<Vhead_d> bench(head_d, 0.0, 0.1);
  bench.program();
  bench.run({256, 2, 2, true, 1000}, 0.3);
  bench.run({2, 64, 0, true, 1024}, 0.3);
  bench.run({2, 64, 0, false, 1024}, 1.0);
}
TEST_CASE("head starts afresh after clear and reset", "[aimc]") {
  FOR_EVERY_SHAPE(clear_and_reset);
}
