// SPDX-License-Identifier: Apache-2.0
// Input and result port of the host interface, and the scan of cells.
#include <Vcell_scan.h>
#include <Vinput_port_1.h>
#include <Vinput_port_4.h>
#include <Vresult_port.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <vector>

#include "lib/bits.hpp"
#include "lib/random.hpp"
#include "lib/sim.hpp"
#include "lib/stream.hpp"

using namespace xpike::tb;

namespace {

struct Beat {
  std::vector<std::uint32_t> words;
  bool last;
  bool operator==(const Beat&) const = default;
};

template <class Model>
constexpr std::size_t WordsOf = 1;
template <>
constexpr std::size_t WordsOf<Vinput_port_4> = 4;

template <class Model>
struct InputBench {
  static constexpr std::size_t Words = WordsOf<Model>;

  InputBench(unsigned stream, bool words)
      : random(stream),
        source({.set_valid = [this](bool v) { sim->s_valid_i = v; },
                .ready = [this] { return sim->s_ready_o != 0; },
                .set_data =
                    [this](const Beat& b) {
                      for (std::size_t i = 0; i < Words; ++i) {
                        set_bits(sim->s_data_i, 32 * i, 32, b.words[i]);
                      }
                      sim->s_last_i = b.last;
                    }},
               random, 0.3),
        sink({.valid = [this] { return sim->in_valid_o != 0; },
              .set_ready = [this](bool r) { sim->in_ready_i = r; },
              .data =
                  [this] {
                    Beat beat{{}, sim->in_last_o != 0};
                    for (std::size_t i = 0; i < Words; ++i) {
                      beat.words.push_back(
                          static_cast<std::uint32_t>(get_bits(sim->in_data_o, 32 * i, 32)));
                    }
                    return beat;
                  }},
             random, 0.3) {
    sim->clr_i = 0;
    sim->words_i = words;
    sim->s_valid_i = 0;
    sim->word_we_i = 0;
    sim->in_ready_i = 0;
    sim.reset();
    sim.attach(source);
    sim.attach(sink);
  }

  std::vector<Beat> random_packet(std::size_t beats) {
    std::vector<Beat> packet(beats);
    for (Beat& beat : packet) {
      for (std::size_t i = 0; i < Words; ++i) {
        beat.words.push_back(static_cast<std::uint32_t>(random.bits(32)));
      }
      beat.last = &beat == &packet.back();
    }
    return packet;
  }

  void clear() {
    sim->clr_i = 1;
    sim.tick();
    sim->clr_i = 0;
  }

  /// A word through the registers, when there is room.
  void write(std::uint32_t word, bool last) {
    sim.eval();
    sim.run_until([&] { return sim->room_o != 0; });
    sim->word_we_i = 1;
    sim->word_i = word;
    sim->word_last_i = last;
    sim.tick();
    sim->word_we_i = 0;
    sim.eval();
  }

  Sim<Model> sim;
  Random random;
  StreamSource<Beat> source;
  StreamSink<Beat> sink;
};

}  // namespace

#define EVERY_PORT Vinput_port_1, Vinput_port_4

TEMPLATE_TEST_CASE("beats of the stream pass", "[input_port]", EVERY_PORT) {
  InputBench<TestType> bench(1, false);
  std::vector<Beat> expected;
  for (int i = 0; i < 100; ++i) {
    for (const Beat& beat : bench.random_packet(1 + bench.random.below(6))) {
      bench.source.push(beat);
      expected.push_back(beat);
    }
  }
  bench.sim.run_until([&] { return bench.source.idle(); });
  CHECK(bench.sink.items() == expected);
  CHECK(bench.sim->open_o == 0);
  CHECK(bench.sim->room_o == 0);
}

TEMPLATE_TEST_CASE("words become beats, filled up with zeros at the end", "[input_port]",
                   EVERY_PORT) {
  InputBench<TestType> bench(2, true);
  std::vector<Beat> expected;
  for (int i = 0; i < 100; ++i) {
    const std::size_t words = 1 + bench.random.below(10);
    for (std::size_t w = 0; w < words; ++w) {
      const auto word = static_cast<std::uint32_t>(bench.random.bits(32));
      if (w % bench.Words == 0)
        expected.push_back({std::vector<std::uint32_t>(bench.Words, 0), false});
      expected.back().words[w % bench.Words] = word;
      expected.back().last = w + 1 == words;
      bench.write(word, w + 1 == words);
      CHECK(bench.sim->open_o == 1);
    }
  }
  bench.sim.run_until([&] { return bench.sink.items().size() == expected.size(); });
  bench.sim.eval();
  CHECK(bench.sink.items() == expected);
  CHECK(bench.sim->open_o == 0);
}

TEMPLATE_TEST_CASE("a clear drops the rest of a packet of the stream", "[input_port][reset]",
                   EVERY_PORT) {
  for (unsigned round = 0; round < 60; ++round) {
    InputBench<TestType> bench(100 + round, false);
    const auto first = bench.random_packet(20);
    const auto second = bench.random_packet(3);
    for (const Beat& beat : first) bench.source.push(beat);
    bench.sim.tick(bench.random.below(30));
    const std::size_t before = bench.source.sent();
    bench.clear();
    const std::size_t sent = bench.source.sent();  // up to the end of the cycle of the clear
    bench.sink.clear();
    for (const Beat& beat : second) bench.source.push(beat);
    bench.sim.run_until([&] { return bench.source.idle(); });
    bench.sim.tick(5);
    std::vector<Beat> expected;
    if (sent == 0) expected = first;
    expected.insert(expected.end(), second.begin(), second.end());
    REQUIRE(before <= sent);
    CHECK(bench.sink.items() == expected);
  }
}

TEMPLATE_TEST_CASE("a clear forgets words that have no beat yet", "[input_port][reset]",
                   EVERY_PORT) {
  InputBench<TestType> bench(3, true);
  for (int round = 0; round < 20; ++round) {
    bench.write(0xFFFFFFFFU, false);
    bench.clear();
    bench.sink.clear();
    bench.sim.eval();
    CHECK(bench.sim->open_o == 0);
    bench.write(7, true);
    bench.sim.run_until([&] { return bench.sink.items().size() == 1; });
    std::vector<std::uint32_t> words(bench.Words, 0);
    words[0] = 7;
    CHECK(bench.sink.items()[0] == Beat{words, true});
  }
}

namespace {

struct Word {
  std::uint32_t data;
  bool last, cut;
  bool operator==(const Word&) const = default;
};

struct ResultBench {
  ResultBench(unsigned stream, bool words)
      : random(stream),
        source({.set_valid = [this](bool v) { sim->out_valid_i = v; },
                .ready = [this] { return sim->out_ready_o != 0; },
                .set_data =
                    [this](const Word& w) {
                      sim->out_data_i = w.data;
                      sim->out_last_i = w.last;
                    }},
               random, 0.3),
        sink({.valid = [this,
                        words] { return words ? sim->word_valid_o != 0 : sim->m_valid_o != 0; },
              .set_ready =
                  [this, words](bool r) {
                    if (words) sim->word_re_i = r;
                    if (!words) sim->m_ready_i = r;
                  },
              .data =
                  [this] {
                    return Word{sim->m_data_o, sim->m_last_o != 0, sim->m_cut_o != 0};
                  }},
             random, 0.4) {
    sim->clr_i = 0;
    sim->words_i = words;
    sim->out_valid_i = 0;
    sim->m_ready_i = 0;
    sim->word_re_i = 0;
    sim.reset();
    sim.attach(source);
    sim.attach(sink);
  }

  void push(int words) {
    for (int i = 0; i < words; ++i) {
      source.push({static_cast<std::uint32_t>(random.bits(32)), i + 1 == words, false});
    }
  }

  Sim<Vresult_port> sim;
  Random random;
  StreamSource<Word> source;
  StreamSink<Word> sink;
};

}  // namespace

TEST_CASE("result packets leave by the stream or by words", "[result_port]") {
  for (const bool words : {false, true}) {
    ResultBench bench(words ? 5 : 4, words);
    std::vector<Word> expected;
    for (int p = 0; p < 100; ++p) {
      const std::size_t count = 1 + bench.random.below(6);
      for (std::size_t i = 0; i < count; ++i) {
        expected.push_back(
            {static_cast<std::uint32_t>(bench.random.bits(32)), i + 1 == count, false});
        bench.source.push(expected.back());
      }
    }
    while (bench.sink.items().size() < expected.size()) {
      bench.sim.tick();
      // The other way stays closed.
      REQUIRE((words ? bench.sim->m_valid_o : bench.sim->word_valid_o) == 0);
    }
    CHECK(bench.sink.items() == expected);
    CHECK(bench.sim->open_o == 0);
  }
}

TEST_CASE("done comes with the last word that the core hands over", "[result_port]") {
  ResultBench bench(6, false);
  struct Counter : Agent {
    explicit Counter(Sim<Vresult_port>& s) : sim(s) { sim.attach(*this); }
    void drive() override {}
    void sample() override { done += sim->done_o; }
    Sim<Vresult_port>& sim;
    unsigned done = 0;
  } counter(bench.sim);
  bench.push(3);
  bench.push(1);
  bench.sim.run_until([&] { return bench.source.idle(); });
  bench.sim.tick(3);
  CHECK(counter.done == 2);
}

TEST_CASE("a packet that a clear cuts off is ended with a mark", "[result_port][reset]") {
  for (unsigned round = 0; round < 100; ++round) {
    ResultBench bench(100 + round, round % 2 == 1);
    bench.push(12);
    bench.sim.tick(bench.random.below(25));
    bench.sim->clr_i = 1;
    bench.sim.tick();
    bench.sim->clr_i = 0;
    const std::size_t sent = bench.source.sent();
    bench.source.clear();  // so does the core
    bench.push(2);
    bench.sim.run_until([&] { return bench.source.idle(); });
    bench.sim.run_until([&] { return bench.sim->open_o == 0; });
    // The words that had left the core, the mark if that was a part of a packet, the next packet.
    std::size_t expected = sent + 2;
    const bool cut = sent > 0 && sent < 12;
    if (cut) ++expected;
    const auto& items = bench.sink.items();
    REQUIRE(items.size() == expected);
    for (std::size_t i = 0; i < items.size(); ++i) {
      CHECK(items[i].cut == (cut && i == sent));
      CHECK(items[i].last ==
            ((cut && i == sent) || i + 1 == items.size() || (sent == 12 && i == 11)));
    }
  }
}

TEST_CASE("a scan reads as many cells as asked for, and stops at a refusal", "[cell_scan]") {
  Random random(7);
  Sim<Vcell_scan> sim;
  sim->clr_i = 0;
  sim->start_i = 0;
  sim->bus_ready_i = 0;
  sim->bus_rvalid_i = 0;
  sim->bus_error_i = 0;
  sim.reset();
  for (int round = 0; round < 100; ++round) {
    const auto cells = static_cast<unsigned>(random.below(30));
    const unsigned refuse = random.chance(0.3) ? 1 + static_cast<unsigned>(random.below(30)) : 0;
    const unsigned clear_after =
        random.chance(0.2) ? static_cast<unsigned>(random.below(10)) : 1000;
    sim->start_i = 1;
    sim->cells_i = cells;
    sim.tick();
    sim->start_i = 0;
    unsigned asked = 0;
    unsigned refused = 0;
    bool open = false;
    bool cleared = false;
    for (int i = 0; i < 300; ++i) {
      sim->bus_ready_i = !open && random.chance(0.6);
      sim->bus_rvalid_i = open && random.chance(0.5);
      sim->bus_error_i = open ? asked == refuse : random.chance(0.5);
      sim->clr_i = !cleared && asked == clear_after;
      cleared = cleared || sim->clr_i != 0;
      sim.eval();
      if (cells > 0 && i == 0) REQUIRE(sim->active_o == 1);
      refused += sim->refused_o;
      if (sim->bus_rvalid_i != 0) open = false;
      if (sim->bus_valid_o != 0 && sim->bus_ready_i != 0) {
        REQUIRE_FALSE(open);
        open = true;
        ++asked;
      }
      sim.tick();
    }
    REQUIRE(sim->active_o == 0);
    if (cleared) {
      REQUIRE(asked <= clear_after + 1);
    } else {
      REQUIRE(asked == (refuse == 0 ? cells : std::min(cells, refuse)));
      REQUIRE(refused == (refuse != 0 && refuse <= cells ? 1 : 0));
    }
  }
}

TEST_CASE("a scan counts to the largest array and beyond", "[cell_scan]") {
  Sim<Vcell_scan> sim;
  sim->clr_i = 0;
  sim->bus_ready_i = 1;
  sim->bus_error_i = 0;
  sim.reset();
  for (const unsigned cells : {65536U, 0x1AAAAU, 0x15555U}) {
    sim->start_i = 1;
    sim->cells_i = cells;
    sim->bus_rvalid_i = 0;
    sim.tick();
    sim->start_i = 0;
    unsigned asked = 0;
    for (bool active = true; active;) {
      sim.eval();
      const bool ask = sim->bus_valid_o != 0;
      asked += ask ? 1 : 0;
      sim.tick();
      sim->bus_rvalid_i = ask;
      sim.eval();
      active = sim->active_o != 0;
    }
    REQUIRE(asked == cells);
  }
}
