// SPDX-License-Identifier: Apache-2.0
#include <Vinput_encoder_a.h>
#include <Vinput_encoder_b.h>
#include <Vinput_encoder_c.h>
#include <Vinput_encoder_d.h>
#include <Vinput_encoder_e.h>

#include <catch2/catch.hpp>
#include <type_traits>

#include "core/input_encoder_bench.hpp"

namespace {

using namespace xpike::tb;

template <class Model>
constexpr EncoderShape ShapeOf{};
template <>
constexpr EncoderShape ShapeOf<Vinput_encoder_a>{.tokens = 8, .rows = 16, .steps = 12, .leap = 32};
template <>
constexpr EncoderShape ShapeOf<Vinput_encoder_b>{
    .tokens = 21, .rows = 9, .steps = 6, .leap = 1, .words = 2};
template <>
constexpr EncoderShape ShapeOf<Vinput_encoder_c>{
    .tokens = 10, .rows = 70, .steps = 9, .leap = 8, .words = 16};
template <>
constexpr EncoderShape ShapeOf<Vinput_encoder_d>{.tokens = 256, .rows = 2, .steps = 5, .leap = 1};
template <>
constexpr EncoderShape ShapeOf<Vinput_encoder_e>{
    .tokens = 2, .rows = 1024, .steps = 64, .leap = 31, .words = 4};

template <class Model>
using Bench = EncoderBench<Model, ShapeOf<Model>>;

/// A beat of a good intensity packet turned bad; which fault, the number says.
PacketBeat spoil(PacketBeat beat, unsigned fault, std::size_t w) {
  std::uint32_t& word = beat.data[w];
  switch (fault) {
    case 0:
      word = (word & ~0x1FFU) | 257;
      break;
    case 1:
      word = (word & ~0x1FF0000U) | (511U << 16U);
      break;
    case 2:
      word |= 0x200;
      break;
    case 3:
      word |= 0x8000'0000U;
      break;
    default:
      beat.last = !beat.last;  // too short, or no end where it should be
  }
  return beat;
}

}  // namespace

TEMPLATE_TEST_CASE("spikes follow the definition for random packets, settings and stalls",
                   "[input_encoder]", Vinput_encoder_a, Vinput_encoder_b, Vinput_encoder_c,
                   Vinput_encoder_d, Vinput_encoder_e) {
  for (const double stall : {0.0, 0.5, 0.9}) {
    Bench<TestType> bench(stall == 0.0 ? 0.0 : 0.3, stall);
    for (int run = 0; run < 12; ++run) {
      bench.choose_settings();
      bench.send_packet();
      bench.run_and_check();
    }
    CHECK(bench.errors() == 0);
  }
}

TEMPLATE_TEST_CASE("a calibration pass borrows the bank between two runs",
                   "[input_encoder][calibration]", Vinput_encoder_a, Vinput_encoder_b) {
  const unsigned lanes = std::is_same_v<TestType, Vinput_encoder_a> ? 2 : 7;  // CMakeLists.txt
  Bench<TestType> bench(0.2, 0.2);
  for (int run = 0; run < 5; ++run) {
    bench.choose_settings();
    bench.calibrate(lanes, 20);
    bench.send_packet();
    bench.run_and_check();
  }
}

TEMPLATE_TEST_CASE("one token-step per cycle, tokens included, from two cycles after start",
                   "[input_encoder]", Vinput_encoder_a, Vinput_encoder_b, Vinput_encoder_c) {
  Bench<TestType> bench(0.0, 0.0);
  for (const bool spikes : {false, true}) {
    bench.choose_settings(spikes);
    bench.send_packet();
    const auto cycles = bench.run_and_check();
    CHECK(cycles == bench.settings().n_tokens * bench.settings().steps + 2);
  }
}

TEMPLATE_TEST_CASE("a packet waits while another is in use", "[input_encoder]", Vinput_encoder_a,
                   Vinput_encoder_b, Vinput_encoder_c) {
  Bench<TestType> bench(0.1, 0.3);
  bench.choose_settings();
  bench.send_packet();
  bench.wait_full();
  const auto sent = bench.beats_sent();
  const auto first = bench.expected();
  bench.send_packet();  // same settings, other intensities
  bench.sim.tick(50);
  CHECK(bench.beats_sent() == sent);
  bench.run_and_check(first);
  bench.run_and_check();
}

TEMPLATE_TEST_CASE("a bad packet gives one error, is dropped whole, and the next is good",
                   "[input_encoder]", Vinput_encoder_a, Vinput_encoder_b, Vinput_encoder_c) {
  Bench<TestType> bench(0.2, 0.2);
  for (unsigned round = 0; round < 60; ++round) {
    bench.choose_settings();
    const auto& s = bench.settings();
    auto beats = bench.random_packet();
    auto* victim = &beats[bench.random.below(beats.size())];
    if (round % 8 == 7) {
      victim = &beats.back();
    }
    constexpr unsigned Spikes = 32 * ShapeOf<TestType>.words;  // of a beat
    const unsigned last_row = (s.rows - 1) % Spikes;
    // A spike of a row that does not exist.
    if (s.spikes && round % 8 < 4 && last_row != Spikes - 1) {
      const auto step_beats = (s.rows + Spikes - 1) / Spikes;
      const auto step = bench.random.below(beats.size() / step_beats);
      victim = &beats[step * step_beats + step_beats - 1];
      const auto row = static_cast<unsigned>(
          bench.random.between(static_cast<int>(last_row) + 1, static_cast<int>(Spikes) - 1));
      victim->data[row / 32] |= 1U << (row % 32);
    } else {
      *victim = spoil(*victim, s.spikes || round % 8 >= 4 ? 4 : round % 8,
                      bench.random.below(victim->data.size()));
    }
    auto& bad = *victim;
    const bool short_packet = bad.last && &bad != &beats.back();
    if (short_packet) {
      beats.resize(static_cast<std::size_t>(&bad - beats.data()) + 1);
    }
    // A long packet ends some time; a short one stays short.
    while (!beats.back().last || (!short_packet && bench.random.chance(0.1))) {
      beats.back().last = false;
      const auto word = static_cast<std::uint32_t>(bench.random.word());
      beats.push_back({std::vector<std::uint32_t>(ShapeOf<TestType>.words, word), true});
      if (bench.random.chance(0.7)) {
        beats.back().data.assign(ShapeOf<TestType>.words, 0x0001'0001);
        break;
      }
    }
    const auto before = bench.errors();
    bench.send_beats(beats);
    bench.sim.run_until([&] { return bench.all_sent(); });
    bench.sim.tick(3);
    REQUIRE(bench.errors() == before + 1);
    REQUIRE(bench.sim->full_o == 0);
    bench.send_packet();
    bench.run_and_check();
    REQUIRE(bench.errors() == before + 1);
  }
}

TEMPLATE_TEST_CASE("the half word after an odd number of rows must be 0", "[input_encoder]",
                   Vinput_encoder_a, Vinput_encoder_b, Vinput_encoder_c) {
  Bench<TestType> bench(0.0, 0.0);
  bench.choose_settings(false);
  bench.settings().rows = 3;
  bench.settings().n_tokens = 2;
  bench.apply();
  auto beats = bench.random_packet();
  constexpr unsigned Intensities = 2 * ShapeOf<TestType>.words;  // of a beat
  beats[3 / Intensities].data[3 % Intensities / 2] |= 1U << 16U;
  bench.send_beats(beats);
  bench.sim.tick(10);
  CHECK(bench.errors() == 1);
  CHECK(bench.sim->full_o == 0);
}

TEMPLATE_TEST_CASE("clear and reset abandon packet and run", "[input_encoder]", Vinput_encoder_a,
                   Vinput_encoder_b, Vinput_encoder_c) {
  for (unsigned round = 0; round < 24; ++round) {
    Bench<TestType> bench(0.2, 0.5, round);
    bench.choose_settings();
    bench.send_packet();
    if (round % 3 == 0) {
      bench.sim.tick(bench.random.below(20));  // in the middle of the packet, perhaps
    } else {
      bench.wait_full();
      bench.start();
      bench.sim.tick(bench.random.below(20));
    }
    bench.abandon(round % 2 == 0);
    REQUIRE(bench.sim->full_o == 0);
    REQUIRE(bench.sim->out_valid_o == 0);
    bench.choose_settings();
    bench.send_packet();
    bench.run_and_check();
  }
}
