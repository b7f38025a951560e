// SPDX-License-Identifier: Apache-2.0
// Beats of random packets, good and bad, against the packet format of docs/architecture.md.
#include <Vinput_receiver.h>
#include <Vinput_receiver_16.h>
#include <Vinput_receiver_2.h>
#include <Vinput_receiver_pages.h>

#include <catch2/catch.hpp>
#include <cstdint>
#include <utility>
#include <vector>

#include "lib/bits.hpp"
#include "lib/random.hpp"
#include "lib/sim.hpp"

namespace {

using namespace xpike::tb;

struct Settings {
  bool spikes;
  unsigned rows, n_tokens, steps;
};

using Beat = std::vector<std::uint32_t>;

struct Place {
  unsigned token, step, index;
  Beat legal;  // bits that a beat here may have, intensities up to 256 apart
};

/// Where the beats of a good packet belong, in their order.
std::vector<Place> places(const Settings& s, unsigned words) {
  const unsigned per_word = s.spikes ? 32 : 2;
  std::vector<Place> list;
  for (unsigned n = 0; n < s.n_tokens; ++n) {
    for (unsigned t = 0; t < (s.spikes ? s.steps : 1); ++t) {
      for (unsigned first = 0; first < s.rows; first += per_word * words) {
        Place place{n, t, first / (per_word * words), {}};
        for (unsigned w = 0; w < words; ++w) {
          const unsigned row = first + w * per_word;
          std::uint32_t legal = 0;
          for (unsigned i = 0; i < per_word && row + i < s.rows; ++i) {
            legal |= s.spikes ? 1U << i : 0x1FFU << (16 * i);
          }
          place.legal.push_back(legal);
        }
        list.push_back(std::move(place));
      }
    }
  }
  return list;
}

template <class Model>
constexpr unsigned WordsOf = 1;
template <>
constexpr unsigned WordsOf<Vinput_receiver_2> = 2;
template <>
constexpr unsigned WordsOf<Vinput_receiver_16> = 16;

template <class Model>
class ReceiverBench {
 public:
  explicit ReceiverBench(unsigned stream) : random(stream) {
    sim->clr_i = 0;
    sim->release_i = 0;
    sim->in_valid_i = 0;
    sim.reset();
  }

  void configure(const Settings& s) {
    s_ = s;
    places_ = places(s, Words);
    sim->spikes_i = s.spikes;
    sim->rows_i = static_cast<SData>(s.rows);
    sim->n_tokens_i = static_cast<SData>(s.n_tokens);
    sim->steps_i = static_cast<CData>(s.steps);
  }

  Beat legal_beat(const Place& place) {
    Beat beat;
    for (const std::uint32_t legal : place.legal) {
      const auto word = static_cast<std::uint32_t>(random.word()) & legal;
      // 257..511 are no intensities.
      const auto half = [](std::uint32_t value) { return value > 256 ? 256 : value; };
      beat.push_back(s_.spikes ? word : half(word & 0x1FF) | half(word >> 16U) << 16U);
    }
    return beat;
  }
  Beat noise() {
    Beat beat(Words);
    for (auto& word : beat) word = static_cast<std::uint32_t>(random.word());
    return beat;
  }

  /// Offers a beat until it is taken, and checks its place. What was wrong shows a cycle later.
  void send(const Beat& data, bool last, const Place* place) {
    while (random.chance(0.3)) {
      idle();
    }
    sim->in_valid_i = 1;
    put(data);
    sim->in_last_i = last;
    sim.eval();
    REQUIRE(sim->in_ready_o == 1);
    REQUIRE(sim->we_o == (place != nullptr));
    if (place != nullptr) {
      REQUIRE(sim->we_token_o == place->token);
      REQUIRE(sim->we_step_o == place->step);
      REQUIRE(sim->we_index_o == place->index);
    }
    sim.tick();
    errors += sim->packet_error_o;
    sim->in_valid_i = 0;
  }

  void idle() {
    sim->in_valid_i = 0;
    put(noise());
    sim->in_last_i = random.chance(0.5);
    sim.eval();
    REQUIRE(sim->we_o == 0);
    sim.tick();
    errors += sim->packet_error_o;
  }

  /// A whole good packet.
  void send_good(bool other_full = false) {
    for (const Place& place : places_) {
      REQUIRE(sim->full_o == other_full);
      send(legal_beat(place), &place == &places_.back(), &place);
    }
    REQUIRE(sim->full_o == 1);
  }

  /// The packet in memory stays until its release; nothing is taken meanwhile.
  void release() {
    for (int i = 0; i < 3; ++i) {
      sim->in_valid_i = 1;
      sim.eval();
      REQUIRE(sim->in_ready_o == 0);
      REQUIRE(sim->we_o == 0);
      sim.tick();
      REQUIRE(sim->full_o == 1);
    }
    sim->in_valid_i = 0;
    sim->release_i = 1;
    sim.tick();
    sim->release_i = 0;
    REQUIRE(sim->full_o == 0);
  }

  const std::vector<Place>& packet() const { return places_; }
  Settings random_settings() {
    const auto between = [&](int low, int high) {
      return static_cast<unsigned>(random.between(low, high));
    };
    const bool wide = random.chance(0.1);
    return {random.chance(0.5), wide ? between(1000, 1024) : between(1, 70),
            wide ? between(1, 3) : between(1, 20), between(1, 12)};
  }

  static constexpr unsigned Words = WordsOf<Model>;
  Sim<Model> sim;
  Random random;
  unsigned errors = 0;

 private:
  void put(const Beat& beat) {
    for (unsigned w = 0; w < Words; ++w) set_bits(sim->in_data_i, 32 * w, 32, beat[w]);
  }

  Settings s_{};
  std::vector<Place> places_;
};

}  // namespace

TEMPLATE_TEST_CASE("every beat of a good packet has its place", "[input_receiver]", Vinput_receiver,
                   Vinput_receiver_2, Vinput_receiver_16) {
  ReceiverBench<TestType> bench(1);
  for (int round = 0; round < 80; ++round) {
    bench.configure(bench.random_settings());
    bench.send_good();
    bench.release();
  }
  bench.configure({false, 2, 256, 1});  // the last token, row and time step that exist
  bench.send_good();
  bench.release();
  bench.configure({true, 1024, 1, 64});
  bench.send_good();
  bench.release();
  CHECK(bench.errors == 0);
}

TEMPLATE_TEST_CASE("the first fault drops the packet up to its last beat", "[input_receiver]",
                   Vinput_receiver, Vinput_receiver_2, Vinput_receiver_16) {
  ReceiverBench<TestType> bench(2);
  for (int round = 0; round < 200; ++round) {
    const Settings s = bench.random_settings();
    bench.configure(s);
    const auto& list = bench.packet();
    const std::size_t at = bench.random.below(list.size());
    const bool end = at + 1 == list.size();
    for (std::size_t i = 0; i < at; ++i) {
      bench.send(bench.legal_beat(list[i]), false, &list[i]);
    }
    const unsigned before = bench.errors;
    Beat beat = bench.legal_beat(list[at]);
    const auto w = bench.random.below(beat.size());
    std::uint32_t& word = beat[w];
    const std::uint32_t legal = list[at].legal[w];
    bool last = end;
    if (bench.random.chance(0.5) && legal != ~0U) {  // one bit that must be 0
      unsigned bit = 0;
      do {
        bit = static_cast<unsigned>(bench.random.below(32));
      } while ((~legal >> bit & 1U) == 0);
      word |= 1U << bit;
      last = end || bench.random.chance(0.3);
    } else if (bench.random.chance(0.5) && !s.spikes) {
      word = (word & ~0x1FFU) | static_cast<unsigned>(bench.random.between(257, 511));
    } else {
      last = !end;  // too short or too long
    }
    bench.send(beat, last, &list[at]);
    REQUIRE(bench.errors == before + 1);
    REQUIRE(bench.sim->full_o == 0);
    while (!last) {
      last = bench.random.chance(0.2);
      bench.send(bench.noise(), last, nullptr);
    }
    REQUIRE(bench.errors == before + 1);
    bench.send_good();
    bench.release();
    REQUIRE(bench.errors == before + 1);
  }
}

TEMPLATE_TEST_CASE("clear and reset forget packet, fault and place", "[input_receiver]",
                   Vinput_receiver, Vinput_receiver_2, Vinput_receiver_16) {
  ReceiverBench<TestType> bench(3);
  for (int round = 0; round < 40; ++round) {
    bench.configure(bench.random_settings());
    const auto& list = bench.packet();
    const std::size_t count = bench.random.below(list.size());
    for (std::size_t i = 0; i < count; ++i) {
      bench.send(bench.legal_beat(list[i]), false, &list[i]);
    }
    if (round % 3 == 0 && count + 1 < list.size()) {
      bench.send(bench.legal_beat(list[count]), true, &list[count]);  // too short
    }
    if (round % 2 == 0) {
      bench.sim->clr_i = 1;
      bench.sim.tick();
      bench.sim->clr_i = 0;
    } else {
      bench.sim.reset();
    }
    REQUIRE(bench.sim->packet_error_o == 0);
    bench.send_good();
    bench.release();
  }
}

TEST_CASE("two pages are filled and released in turn", "[input_receiver]") {
  ReceiverBench<Vinput_receiver_pages> bench(4);
  Random& random = bench.random;
  unsigned wpage = 0;
  unsigned rpage = 0;
  unsigned held = 0;
  for (int round = 0; round < 300; ++round) {
    if (held == 0) bench.configure(bench.random_settings());
    if (held < 2 && random.chance(0.6)) {
      REQUIRE(bench.sim->we_page_o == wpage);
      bench.send_good(held == 1);
      wpage ^= 1U;
      ++held;
    } else if (held > 0) {
      REQUIRE(bench.sim->page_o == rpage);
      bench.sim->release_i = 1;
      bench.sim.tick();
      bench.sim->release_i = 0;
      rpage ^= 1U;
      --held;
    }
    bench.sim.eval();
    REQUIRE(bench.sim->full_o == (held > 0));
    REQUIRE(bench.sim->in_ready_o == (held < 2));
  }
  CHECK(bench.errors == 0);
}
