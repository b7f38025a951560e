// SPDX-License-Identifier: Apache-2.0
// Stage: vectors and mux-step spikes against the matrix model, under gaps, stalls, clear and reset;
// throughput and latency in cycles.
#include <Vstage_a.h>
#include <Vstage_b.h>
#include <Vstage_c.h>
#include <Vstage_d.h>

#include <catch2/catch.hpp>
#include <deque>

#include "aimc/calibration_checks.hpp"
#include "aimc/cell_checks.hpp"
#include "aimc/matrix_model.hpp"
#include "aimc/ports.hpp"
#include "lib/stream.hpp"

using namespace xpike::tb;

namespace {

// See CMakeLists.txt.
constexpr Shape shape_a{16, 32, 2, 5, 32, 16, 4, 1};  // FF1 of configuration nano
constexpr Shape shape_b{13, 13, 2, 6, 5, 6, 6, 1};    // one mux step of one cycle, three row blocks
constexpr Shape shape_c{30, 50, 3, 4, 24, 20, 5, 3};  // three-cycle converters
constexpr Shape shape_d{9, 11, 1, 0, 16, 7, 3, 2};    // columns not a multiple of the converters

struct Input {
  Bits bits;
  unsigned tag;
  int layer;
};
struct Output {
  Bits bits;
  unsigned tag;
  bool operator==(const Output&) const = default;
};

template <class Model>
struct StageBench : Agent {
  StageBench(Shape shape, double gap, double stall)
      : model(shape),
        source({.set_valid = [this](bool v) { offer(v); },
                .ready = [this] { return sim->in_ready_o != 0; },
                .set_data = [this](const Input& x) { drive_input(x); }},
               random, gap),
        sink({.valid = [this] { return sim->out_valid_o != 0; },
              .set_ready = [this](bool r) { sim->out_ready_i = r ? 1 : 0; },
              .data = [this] { return output(); }},
             random, stall) {
    set_par(sim->par_i, {});
    set_cell(sim->cell_i, {});
    sim.attach(source);
    sim.attach(sink);
    sim.attach(*this);
    sim.reset();
  }

  void program(bool converters = true) {
    model.randomize(random);
    program_parameters(sim, model, converters);
    program_cells(sim, model);
  }

  /// Queues all time steps of a token and computes what must come out.
  void token(unsigned number, int time_steps, int layer, double density) {
    for (int t = 0; t < time_steps; ++t) {
      const Input input{random_bits(random, model.shape().inputs, density),
                        number << 8U | static_cast<unsigned>(t), layer};
      expected.push_back({model.spikes(layer, input.bits, t == 0), input.tag});
      source.push(input);
    }
  }

  void finish() {
    sim.run_until([&] { return source.idle() && sim->busy_o == 0; });
    sim.tick(10);
    REQUIRE(sim->busy_o == 0);
    REQUIRE(sink.items() == expected);
    REQUIRE(steps.size() == expected.size());
    REQUIRE(steps == expected);
    sink.clear();
    expected.clear();
    steps.clear();
    accepted.clear();
    delivered.clear();
  }

  void forget() {
    source.clear();
    sink.clear();
    expected.clear();
    steps.clear();
    next_step = 0;
  }

  void drive() override {}
  void sample() override {
    const Shape& shape = model.shape();
    if (sim->in_valid_i != 0 && sim->in_ready_o != 0) {
      accepted.push_back(sim.cycles());
    }
    if (sim->out_valid_o != 0 && sim->out_ready_i != 0) {
      delivered.push_back(sim.cycles());
    }
    conversions += sim->conv_o;
    if (sim->step_valid_o == 0) {
      return;
    }
    // Mux steps come in order; lanes without a neuron are silent; the tag is that of the vector.
    REQUIRE(int{sim->step_index_o} == next_step);
    if (next_step == 0) {
      steps.push_back({Bits(static_cast<std::size_t>(shape.outputs), 0), sim->step_tag_o});
    }
    REQUIRE(steps.back().tag == sim->step_tag_o);
    for (int block = 0; block < shape.row_blocks(); ++block) {
      for (int lane = 0; lane < shape.converters; ++lane) {
        const bool spike = get_bits(sim->step_bits_o,
                                    static_cast<std::size_t>(block * shape.converters + lane)) != 0;
        const int column = next_step * shape.converters + lane;
        if (column < shape.columns(block)) {
          steps.back().bits[static_cast<std::size_t>(block * shape.cols + column)] = spike ? 1 : 0;
        } else {
          REQUIRE_FALSE(spike);
        }
      }
    }
    next_step = (next_step + 1) % shape.mux_steps();
  }

  // Between vectors the data inputs carry noise.
  void offer(bool valid) {
    sim->in_valid_i = valid ? 1 : 0;
    if (!valid) {
      drive_input({random_bits(random, model.shape().inputs, 0.5),
                   static_cast<unsigned>(random.below(65536)), random.between(0, 15)});
    }
  }
  void drive_input(const Input& x) {
    set_vector(sim->in_bits_i, x.bits);
    sim->in_tag_i = static_cast<IData>(x.tag);
    sim->layer_i = static_cast<CData>(x.layer);
  }
  Output output() {
    Output result{Bits(static_cast<std::size_t>(model.shape().outputs)), sim->out_tag_o};
    for (std::size_t i = 0; i < result.bits.size(); ++i) {
      result.bits[i] = static_cast<std::uint8_t>(get_bits(sim->out_bits_o, i));
    }
    return result;
  }

  MatrixModel model;
  Sim<Model> sim{3'000'000};
  Random random{21};
  StreamSource<Input> source;
  StreamSink<Output> sink;
  std::vector<Output> expected;
  std::vector<Output> steps;  // assembled from the mux-step port
  std::vector<std::uint64_t> accepted, delivered;
  std::uint64_t conversions = 0;
  int next_step = 0;
};

template <class Model>
void random_streams(Shape shape) {
  for (const auto& [gap, stall] :
       {std::pair{0.0, 0.0}, {0.0, 0.6}, {0.7, 0.0}, {0.5, 0.5}, {0.1, 0.95}}) {
    StageBench<Model> bench(shape, gap, stall);
    for (int round = 0; round < 2; ++round) {
      bench.program();
      for (unsigned token = 0; token < 24; ++token) {
        bench.token(token * 9 % 256, bench.random.between(1, 8),
                    bench.random.between(0, shape.layers - 1),
                    bench.random.chance(0.1) ? 1.0 : 0.3);
      }
      bench.finish();
    }
  }
}

template <class Model>
void timing(Shape shape) {
  StageBench<Model> bench(shape, 0.0, 0.0);
  bench.program();
  const auto period = static_cast<std::uint64_t>(shape.period());
  const std::uint64_t latency_bound = period + 6;
  bench.token(3, 40, 0, 0.3);
  const std::uint64_t conversions = bench.conversions;
  bench.sim.run_until([&] { return bench.sink.items().size() == 40; });
  for (std::size_t i = 0; i < 40; ++i) {
    CHECK(bench.accepted[i] - bench.accepted[0] == i * period);
    CHECK(bench.delivered[i] - bench.accepted[i] <= latency_bound);
    CHECK(bench.delivered[i] - bench.accepted[i] == period + 4);  // as documented
  }
  CHECK(bench.conversions - conversions == 40 * period);
  bench.finish();
}

template <class Model>
void clear_and_reset(Shape shape) {
  for (const bool reset : {false, true}) {
    StageBench<Model> bench(shape, 0.2, 0.4);
    bench.program();
    for (int round = 0; round < 30; ++round) {
      bench.token(1, 8, 0, 0.3);
      bench.sim.tick(bench.random.below(static_cast<std::uint64_t>(6 * shape.period())));
      if (reset) {
        bench.sim.reset();
        bench.forget();
        for (int layer = 0; layer < shape.layers; ++layer) {
          for (int block = 0; block < shape.row_blocks(); ++block) {
            bench.model.converter(layer, block) = Converter{};
          }
        }
        program_parameters(bench.sim, bench.model, false);
      } else {
        bench.sim->clr_i = 1;
        bench.sim.tick();
        bench.sim->clr_i = 0;
        bench.forget();
      }
      CHECK(bench.sim->busy_o == 0);
      CHECK(bench.sim->out_valid_o == 0);
      bench.token(2, bench.random.between(1, 5), bench.random.between(0, shape.layers - 1), 0.3);
      bench.finish();
    }
  }
}

/// Every cell of every row block answers through the one port; foreign accesses do not.
template <class Model>
void read_back(Shape shape) {
  StageBench<Model> bench(shape, 0.0, 0.0);
  bench.program();
  access_elsewhere(bench.sim, bench.model, bench.random, 1000);
  read_cells(bench.sim, bench.model, bench.random, 500);
  bench.token(255, 64, 0, 0.3);
  bench.finish();
}

/// Calibration vectors make sums and no spikes; tokens before and after are as ever.
template <class Model>
void calibration(Shape shape) {
  StageBench<Model> bench(shape, 0.2, 0.2);
  bench.program();
  for (int round = 0; round < 6; ++round) {
    bench.token(1, 6, bench.random.between(0, shape.layers - 1), 0.3);
    bench.finish();
    const std::uint64_t conversions = bench.conversions;
    for (int layer = 0; layer < shape.layers; ++layer) {
      measure_layer(bench.sim, bench.model, layer, 5, bench.random);
    }
    CHECK(bench.conversions == conversions);  // those of token-steps alone
    // A layer of others is not measured.
    ask_calibration(bench.sim,
                    {.target = {.layer = static_cast<unsigned>(shape.layers)}, .measure = true});
    CHECK(bench.sim->conv_o == 0);
    CHECK(bench.sim->out_valid_o == 0);
  }
}

}  // namespace

#define FOR_EVERY_SHAPE(run) \
  run<Vstage_a>(shape_a);    \
  run<Vstage_b>(shape_b);    \
  run<Vstage_c>(shape_c);    \
  run<Vstage_d>(shape_d)

TEST_CASE("stage loses, changes and duplicates nothing under gaps and stalls", "[aimc]") {
  FOR_EVERY_SHAPE(random_streams);
}
TEST_CASE("stage accepts a vector per period, and answers in time", "[aimc]") {
  FOR_EVERY_SHAPE(timing);
}
TEST_CASE("stage starts afresh after clear and reset", "[aimc]") {
  FOR_EVERY_SHAPE(clear_and_reset);
}
TEST_CASE("stage measures its layers for a calibration pass", "[aimc][calibration]") {
  FOR_EVERY_SHAPE(calibration);
}
TEST_CASE("stage reads back its cells", "[aimc]") { FOR_EVERY_SHAPE(read_back); }
