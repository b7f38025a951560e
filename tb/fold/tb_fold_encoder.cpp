// SPDX-License-Identifier: Apache-2.0
// Input of a folded chip: packets in, rows of spikes out, against docs/numerics.md section 4; with
// random lanes that keep it waiting, bad packets, clears and resets in the middle.
#include <Vfold_encoder_a.h>
#include <Vfold_encoder_b.h>
#include <Vfold_encoder_c.h>
#include <Vfold_encoder_d.h>
#include <Vfold_encoder_e.h>

#include <catch2/catch.hpp>
#include <vector>

#include "core/input_model.hpp"
#include "core/ports.hpp"
#include "fold/fold_bench.hpp"
#include "lib/stream.hpp"

namespace {

using namespace xpike::tb;

// Tokens, rows, time steps of CMakeLists.txt.
template <class Model>
constexpr EncoderShape ShapeOf{};
template <>
constexpr EncoderShape ShapeOf<Vfold_encoder_a>{.tokens = 10, .rows = 21, .steps = 5, .leap = 1};
template <>
constexpr EncoderShape ShapeOf<Vfold_encoder_b>{.tokens = 4, .rows = 70, .steps = 9, .leap = 1};
template <>
constexpr EncoderShape ShapeOf<Vfold_encoder_c>{.tokens = 1, .rows = 1, .steps = 1, .leap = 1};
template <>
constexpr EncoderShape ShapeOf<Vfold_encoder_d>{.tokens = 64, .rows = 3, .steps = 64, .leap = 1};
template <>
constexpr EncoderShape ShapeOf<Vfold_encoder_e>{.tokens = 2, .rows = 1024, .steps = 64, .leap = 1};

template <class Model>
class FoldEncoderBench : private Agent {
 public:
  static constexpr EncoderShape shape = ShapeOf<Model>;

  FoldEncoderBench(unsigned stream, double gap, bool slow)
      : random(stream),
        source_({.set_valid = [this](bool v) { sim->in_valid_i = v; },
                 .ready = [this] { return sim->in_ready_o != 0; },
                 .set_data =
                     [this](const PacketBeat& beat) {
                       sim->in_data_i = beat.data[0];
                       sim->in_last_i = beat.last;
                     }},
                random, gap),
        server_({.draw = [this] { return sim->draw_o != 0; },
                 .first = [this] { return unsigned{sim->draw_lane_o}; },
                 .set_busy = [this](bool busy) { sim->draw_busy_i = busy; },
                 .set_word = [this](unsigned, std::uint32_t word) { sim->bytes_i = word; }},
                random, 1, slow) {
    sim->clr_i = 0;
    sim->start_i = 0;
    sim->release_i = 0;
    sim->in_valid_i = 0;
    sim.reset();
    sim.attach(source_);
    sim.attach(server_);
    sim.attach(*this);
  }

  void choose_settings(bool spikes) {
    input_.choose_settings(spikes);
    EncoderSettings& s = input_.settings;
    // Registers refuse position rows that do not exist.
    s.position = s.position && s.position_base + s.n_tokens <= shape.rows;
    if (shape.tokens * shape.steps > 1000) {  // all of one, a few of the other
      if (s.n_tokens > 4 && s.steps > 4) (random.chance(0.5) ? s.n_tokens : s.steps) = 3;
    }
    const auto noise = [&](unsigned width) { return static_cast<unsigned>(random.bits(width)); };
    set_fields(sim->ctrl_i, Ctrl{.n_tokens = s.n_tokens,
                                 .steps = s.steps,
                                 .depth = noise(5),  // like all of other parts: of no effect
                                 .causal = random.chance(0.5),
                                 .pooling = noise(2),
                                 .anytime = random.chance(0.5),
                                 .k_input = s.exponent,
                                 .input_rows = s.rows,
                                 .input_spikes = s.spikes,
                                 .position_enable = s.position,
                                 .position_base = s.position_base,
                                 .classes = noise(11),
                                 .seed = noise(32),
                                 .image = noise(32)});
    for (unsigned f = 0; f < shape.rows; ++f) set_bits(sim->binary_i, f, 1, s.binary[f]);
  }
  void choose_settings() { choose_settings(random.chance(0.5)); }

  std::vector<PacketBeat> random_packet() { return input_.random_packet(); }
  void send(const std::vector<PacketBeat>& beats) {
    for (const PacketBeat& beat : beats) source_.push(beat);
    sim.run_until([this] { return source_.idle(); });
  }
  void send_good() {
    send(random_packet());
    sim.tick();
    REQUIRE(sim->full_o == 1);
  }

  void seed() {
    input_.settings.lanes = random_states(random, input_.settings.lanes.size());
    server_.seed(input_.settings.lanes);
  }
  void start(unsigned token, unsigned step) {
    REQUIRE(sim->busy_o == 0);
    put(sim->token_i, token);
    put(sim->step_i, step);
    rows_.clear();
    sim->start_i = 1;
    sim.tick();
    sim->start_i = 0;
    REQUIRE(sim->busy_o == 1);
  }

  /// All token-steps of the packet. `cycles`: what each of them must take, 0 for any.
  void encode(std::uint64_t cycles = 0) {
    seed();
    const std::vector<TokenStep> expected = input_.predict(input_.image());
    for (const TokenStep& item : expected) {
      start(item.token, item.step);
      const auto begin = sim.cycles();
      sim.run_until([this] { return sim->busy_o == 0; });
      if (cycles != 0) REQUIRE(sim.cycles() - begin == cycles);
      REQUIRE(rows_ == item.bits);
      sim.tick(random.below(3));
      REQUIRE(rows_.size() == shape.rows);
    }
    for (const unsigned draws : server_.draws()) {
      REQUIRE(draws == (input_.settings.spikes ? 0 : expected.size()));
    }
  }
  void release() {
    REQUIRE(sim->full_o == 1);
    sim->release_i = 1;
    sim.tick();
    sim->release_i = 0;
    REQUIRE(sim->full_o == 0);
  }
  unsigned errors() const { return errors_; }
  void forget() {
    source_.clear();
    sim->in_valid_i = 0;
  }

  Sim<Model> sim{20'000'000};
  Random random;

 private:
  void drive() override {}
  void sample() override {
    errors_ += sim->packet_error_o;
    if (sim->bit_we_o == 0) return;
    REQUIRE(sim->bit_row_o == rows_.size());
    rows_.push_back(sim->bit_o != 0);
  }

  StreamSource<PacketBeat> source_;
  DrawServer server_;
  InputModel input_{shape, random};
  std::vector<bool> rows_;
  unsigned errors_ = 0;
};

}  // namespace

TEMPLATE_TEST_CASE("a folded chip encodes its input as the definition says", "[fold]",
                   Vfold_encoder_a, Vfold_encoder_b, Vfold_encoder_c, Vfold_encoder_d,
                   Vfold_encoder_e) {
  for (const bool slow : {false, true}) {
    FoldEncoderBench<TestType> bench(251, slow ? 0.4 : 0.0, slow);
    for (int run = 0; run < (bench.shape.rows > 1000 ? 4 : 12); ++run) {
      bench.choose_settings();
      bench.send_good();
      bench.encode();
      if (run % 4 == 0) bench.encode();  // a packet can be read again
      bench.release();
    }
    CHECK(bench.errors() == 0);
  }
}

TEMPLATE_TEST_CASE("a row of a folded chip's input takes three cycles, a draw four", "[fold]",
                   Vfold_encoder_a, Vfold_encoder_b, Vfold_encoder_c) {
  FoldEncoderBench<TestType> bench(252, 0.0, false);
  for (const bool spikes : {false, true}) {
    bench.choose_settings(spikes);
    bench.send_good();
    bench.encode(3 * bench.shape.rows + (spikes ? 0 : 4 * ((bench.shape.rows + 3) / 4)));
    bench.release();
  }
}

TEMPLATE_TEST_CASE("a bad packet of a folded chip gives one error, and the next is good", "[fold]",
                   Vfold_encoder_a, Vfold_encoder_b) {
  FoldEncoderBench<TestType> bench(253, 0.2, false);
  for (unsigned round = 1; round <= 30; ++round) {
    bench.choose_settings();
    auto beats = bench.random_packet();
    if (round % 3 == 0) {
      beats.back().last = false;  // too long
      beats.push_back({{0}, true});
    } else if (round % 3 == 1 && beats.size() > 1) {
      beats.pop_back();  // too short
      beats.back().last = true;
    } else {
      bench.choose_settings(false);
      beats = bench.random_packet();
      beats[bench.random.below(beats.size())].data[0] |= 0x200;  // no intensity
    }
    bench.send(beats);
    bench.sim.tick(3);
    REQUIRE(bench.errors() == round);
    REQUIRE(bench.sim->full_o == 0);
    bench.choose_settings();
    bench.send_good();
    bench.encode();
    bench.release();
  }
}

TEMPLATE_TEST_CASE("a clear or a reset ends packet and encoding of a folded chip", "[fold]",
                   Vfold_encoder_a, Vfold_encoder_b, Vfold_encoder_c) {
  FoldEncoderBench<TestType> bench(254, 0.1, true);
  for (int round = 0; round < 40; ++round) {
    bench.choose_settings();
    if (round % 3 == 0) {
      auto beats = bench.random_packet();
      beats.resize(1 + bench.random.below(beats.size()));  // the beginning of a packet
      if (beats.size() > 1) beats.pop_back();
      bench.send(beats);
    } else {
      bench.send_good();
      bench.seed();
      bench.start(0, 0);
      bench.sim.tick(bench.random.below(3 * bench.shape.rows));
    }
    abandon(bench.sim, round % 2 == 0);
    bench.forget();
    REQUIRE(bench.sim->busy_o == 0);
    REQUIRE(bench.sim->full_o == 0);
    REQUIRE(bench.sim->bit_we_o == 0);
    bench.choose_settings();
    bench.send_good();
    bench.encode();
    bench.release();
  }
}
