// SPDX-License-Identifier: Apache-2.0
// The UART bridge, request by request: what it executes, what it refuses, what it does only once.
#include <algorithm>

#include "host/uart_bench.hpp"

using namespace xpike;
using namespace xpike::tb;

namespace {

/// The bridge works: a write and what reads it back.
void require_usable(UartBench& bench) {
  bench.synchronize(7);
  const std::size_t before = bench.core.writes.size();
  const auto words = bench.random_words(3);
  const UartReply written = bench.ask({.opcode = XPIKE_UART_OP_WRITE,
                                       .increment = true,
                                       .sequence = 8,
                                       .address = 0x18,
                                       .words = words});
  REQUIRE(written.cause() == XPIKE_UART_CAUSE_OK);
  REQUIRE(written.count() == 3);
  REQUIRE(written.words.empty());
  REQUIRE(bench.core.writes.size() == before + 3);
  const UartReply read = bench.ask({.opcode = XPIKE_UART_OP_READ,
                                    .increment = true,
                                    .sequence = 9,
                                    .address = 0x18,
                                    .count = 3});
  REQUIRE(read.cause() == XPIKE_UART_CAUSE_OK);
  REQUIRE(read.words == words);
}

void require_nothing_done(const UartBench& bench) {
  CHECK(bench.core.writes.empty());
  CHECK(bench.core.inputs.empty());
  CHECK(bench.core.refused == 0);
}

}  // namespace

TEST_CASE("all bits of an address reach the core", "[uart]") {
  UartBench bench(20);
  bench.synchronize();
  for (std::uint32_t bit = 0; bit < 16; ++bit) {
    const UartReply reply = bench.ask({.opcode = XPIKE_UART_OP_READ,
                                       .sequence = (bit + 1) % 16,
                                       .address = 1U << bit,
                                       .count = 1});
    const bool refused = (1U << bit) >= CoreMock::kRefusedFrom;
    CHECK(reply.cause() == (refused ? XPIKE_UART_CAUSE_REFUSED : XPIKE_UART_CAUSE_OK));
    CHECK(bench.core.last_address == 1U << bit);
  }
}

TEST_CASE("registers are written and read, in every number of words", "[uart]") {
  UartBench bench(1);
  bench.synchronize();
  std::uint32_t sequence = 0;
  for (const std::uint32_t count : {1U, 2U, 3U, 31U, 61U, 62U}) {
    for (const bool increment : {false, true}) {
      const auto words = bench.random_words(count);
      const auto address = static_cast<std::uint32_t>(bench.random.below(0x100));
      bench.core.writes.clear();
      sequence = (sequence + 1) % 16;
      const UartReply written = bench.ask({.opcode = XPIKE_UART_OP_WRITE,
                                           .increment = increment,
                                           .sequence = sequence,
                                           .address = address,
                                           .words = words});
      CHECK(written.cause() == XPIKE_UART_CAUSE_OK);
      CHECK(written.sequence() == sequence);
      CHECK(written.opcode() == XPIKE_UART_OP_WRITE);
      CHECK(written.count() == count);
      REQUIRE(bench.core.writes.size() == count);
      for (std::uint32_t i = 0; i < count; ++i) {
        CHECK(bench.core.writes[i] == std::pair(address + (increment ? i : 0), words[i]));
      }
      sequence = (sequence + 1) % 16;
      const UartReply read = bench.ask({.opcode = XPIKE_UART_OP_READ,
                                        .increment = true,
                                        .sequence = sequence,
                                        .address = 0x10,
                                        .count = count});
      CHECK(read.cause() == XPIKE_UART_CAUSE_OK);
      REQUIRE(read.words.size() == count);
      for (std::uint32_t i = 0; i < count; ++i) {
        CHECK(read.words[i] == bench.core.registers[0x10 + i]);
      }
    }
  }
  const auto before = bench.core.registers[CoreMock::kCounting];
  const UartReply read = bench.ask({.opcode = XPIKE_UART_OP_READ,
                                    .sequence = (sequence + 1) % 16,
                                    .address = CoreMock::kCounting,
                                    .count = 5});
  for (std::uint32_t i = 0; i < 5; ++i) CHECK(read.words.at(i) == before + i);
}

TEST_CASE("input words arrive in order, the last one marked", "[uart]") {
  UartBench bench(2);
  bench.synchronize();
  std::vector<std::pair<std::uint32_t, bool>> expected;
  for (std::uint32_t sequence = 1; sequence < 12; ++sequence) {
    const bool last = sequence % 3 == 0;
    const auto words = bench.random_words(1 + bench.random.below(62));
    for (const auto word : words) expected.emplace_back(word, false);
    expected.back().second = last;
    const UartReply reply =
        bench.ask({.opcode = last ? XPIKE_UART_OP_INPUT_LAST : XPIKE_UART_OP_INPUT,
                   .sequence = sequence,
                   .words = words});
    CHECK(reply.cause() == XPIKE_UART_CAUSE_OK);
    CHECK(reply.count() == words.size());
  }
  CHECK(bench.core.inputs == expected);
}

TEST_CASE("a core that takes no more input words stalls the request", "[uart]") {
  UartBench bench(3);
  bench.synchronize();
  const auto words = bench.random_words(20);
  bench.core.input_room = 13;
  const UartReply reply =
      bench.ask({.opcode = XPIKE_UART_OP_INPUT_LAST, .sequence = 1, .words = words});
  CHECK(reply.cause() == XPIKE_UART_CAUSE_STALLED);
  CHECK(reply.count() == 13);
  REQUIRE(bench.core.inputs.size() == 13);
  // Nothing is left behind; the host sends the rest when there is room.
  bench.core.input_room = 100;
  bench.sim.tick(5 * kSilence);
  REQUIRE(bench.core.inputs.size() == 13);
  const UartReply rest = bench.ask({.opcode = XPIKE_UART_OP_INPUT_LAST,
                                    .sequence = 2,
                                    .words = {words.begin() + 13, words.end()}});
  CHECK(rest.cause() == XPIKE_UART_CAUSE_OK);
  REQUIRE(bench.core.inputs.size() == 20);
  for (std::size_t i = 0; i < 20; ++i) {
    CHECK(bench.core.inputs[i] == std::pair(words[i], i == 19));
  }
}

TEST_CASE("result words are taken when asked for, a packet at a time", "[uart]") {
  UartBench bench(4);
  bench.synchronize();
  const UartReply none = bench.ask({.opcode = XPIKE_UART_OP_RESULT, .sequence = 1, .count = 62});
  CHECK(none.cause() == XPIKE_UART_CAUSE_OK);
  CHECK(none.count() == 0);
  const auto words = bench.random_words(200);
  for (std::size_t i = 0; i < words.size(); ++i) {
    bench.core.results.emplace_back(words[i], i % 50 == 49);
  }
  std::vector<std::uint32_t> got;
  for (std::uint32_t sequence = 2; got.size() < words.size(); sequence = (sequence + 1) % 16) {
    const auto wanted = static_cast<std::uint32_t>(1 + bench.random.below(62));
    const UartRequest request{
        .opcode = XPIKE_UART_OP_RESULT, .sequence = sequence, .count = wanted};
    const UartReply reply = bench.ask(request);
    REQUIRE(reply.cause() == XPIKE_UART_CAUSE_OK);
    REQUIRE(reply.words.size() == reply.count());
    REQUIRE(reply.count() <= wanted);
    got.insert(got.end(), reply.words.begin(), reply.words.end());
    CHECK(reply.last() == (!reply.words.empty() && got.size() % 50 == 0));
    // Until the next request the same words can be had again.
    const UartReply again = bench.ask(request);
    CHECK(again.head == reply.head);
    CHECK(again.words == reply.words);
  }
  CHECK(got == words);
}

TEST_CASE("a request is executed once, however often it comes", "[uart]") {
  UartBench bench(5);
  bench.synchronize(3);
  const UartRequest write{.opcode = XPIKE_UART_OP_WRITE,
                          .sequence = 4,
                          .address = 0x30,
                          .words = bench.random_words(5)};
  const UartReply first = bench.ask(write);
  for (int i = 0; i < 3; ++i) {
    const UartReply again = bench.ask(write);
    CHECK(again.head == first.head);
    CHECK(bench.core.writes.size() == 5);
  }
  const UartRequest read{
      .opcode = XPIKE_UART_OP_READ, .sequence = 5, .address = CoreMock::kCounting, .count = 9};
  const UartReply answer = bench.ask(read);
  // Damaged and foreign frames in between leave the answer alone.
  Bytes damaged = frame_of(read);
  damaged[3] ^= 0x10U;
  bench.send(damaged);
  REQUIRE(bench.wait_reply()->cause() == XPIKE_UART_CAUSE_CRC);
  bench.send(framed(with_crc(Bytes(100, 0x55))));
  REQUIRE(bench.wait_reply()->cause() != XPIKE_UART_CAUSE_OK);
  const UartReply again = bench.ask(read);
  CHECK(again.head == answer.head);
  CHECK(again.words == answer.words);
  // The same content with another number is another request.
  UartRequest next = read;
  next.sequence = 6;
  CHECK(bench.ask(next).words.at(0) == answer.words.at(8) + 1);
  // SYNC is always executed.
  bench.synchronize(6);
  bench.synchronize(6);
}

TEST_CASE("what the core refuses ends the request, and says where", "[uart]") {
  UartBench bench(6);
  bench.synchronize();
  for (std::uint32_t good = 0; good < 4; ++good) {
    for (const std::uint32_t opcode : {XPIKE_UART_OP_WRITE, XPIKE_UART_OP_READ}) {
      bench.core.writes.clear();
      UartRequest request{.opcode = opcode,
                          .increment = true,
                          .sequence = (2 * good + opcode) % 16,
                          .address = CoreMock::kRefusedFrom - good,
                          .count = 10};
      if (opcode == XPIKE_UART_OP_WRITE) request.words = bench.random_words(10);
      const unsigned refused = bench.core.refused;
      const UartReply reply = bench.ask(request);
      CHECK(reply.cause() == XPIKE_UART_CAUSE_REFUSED);
      CHECK(reply.count() == good);
      CHECK(reply.words.size() == (opcode == XPIKE_UART_OP_READ ? good : 0));
      CHECK(bench.core.refused == refused + 1);
      CHECK(bench.core.writes.size() == (opcode == XPIKE_UART_OP_WRITE ? good : 0));
    }
  }
}

TEST_CASE("damaged and illegal frames are named, and change nothing", "[uart]") {
  UartBench bench(7);
  const UartRequest write{.opcode = XPIKE_UART_OP_WRITE,
                          .sequence = 1,
                          .address = 0x31,
                          .words = bench.random_words(4)};
  const Bytes content = with_crc(content_of(write.head(), write.words));
  std::uint32_t cause = XPIKE_UART_CAUSE_OK;
  SECTION("before the first SYNC") {
    bench.send(frame_of(write));
    cause = XPIKE_UART_CAUSE_UNSYNCED;
  }
  SECTION("behind the first SYNC") {
    bench.synchronize();
    SECTION("every bit turned over") {
      for (std::size_t bit = 0; bit < 8 * content.size(); ++bit) {
        Bytes damaged = content;
        damaged[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
        bench.send(framed(damaged));
        const auto reply = bench.wait_reply();
        REQUIRE(reply.has_value());
        REQUIRE(reply->cause() == XPIKE_UART_CAUSE_CRC);
      }
      bench.send(framed(Bytes(9, 1)));
      cause = XPIKE_UART_CAUSE_CRC;
    }
    SECTION("an escape before the flag") {
      Bytes line = frame_of(write);
      line.insert(line.end() - 1, 0x7D);
      bench.send(line);
      cause = XPIKE_UART_CAUSE_LENGTH;
    }
    SECTION("no stop bit") {
      const Bytes line = frame_of(write);
      for (std::size_t i = 0; i < line.size(); ++i) {
        bench.sender.send(line[i], i == 9 ? 1U << 9U : 0);
        if (i == 9) bench.sender.hold(true, 1.0);
      }
      cause = XPIKE_UART_CAUSE_FRAMING;
    }
    SECTION("silence") {
      const Bytes line = frame_of(write);
      bench.send(Bytes(line.begin(), line.begin() + 7));
      cause = XPIKE_UART_CAUSE_TIMEOUT;
    }
    SECTION("silence behind an escape") {
      bench.send({0x7E, 0x7D});
      cause = XPIKE_UART_CAUSE_TIMEOUT;
    }
    SECTION("no word but the CRC") {
      bench.send(framed(with_crc({})));
      cause = XPIKE_UART_CAUSE_LENGTH;
    }
    SECTION("half a word") {
      bench.send(framed(with_crc(Bytes(content.begin(), content.begin() + 10))));
      cause = XPIKE_UART_CAUSE_LENGTH;
    }
    SECTION("fewer words than announced") {
      bench.send(framed(with_crc(Bytes(content.begin(), content.begin() + 12))));
      cause = XPIKE_UART_CAUSE_LENGTH;
    }
    SECTION("more words than announced") {
      Bytes longer(content.begin(), content.end() - 4);
      longer.insert(longer.end(), 4, 0);
      bench.send(framed(with_crc(longer)));
      cause = XPIKE_UART_CAUSE_LENGTH;
    }
    SECTION("words where none belong") {
      bench.send(framed(with_crc(
          content_of(UartRequest{.opcode = XPIKE_UART_OP_READ, .sequence = 1, .count = 1}.head(),
                     write.words))));
      cause = XPIKE_UART_CAUSE_LENGTH;
    }
    SECTION("more words than a frame has") {
      bench.send(frame_of({.opcode = XPIKE_UART_OP_WRITE,
                           .sequence = 1,
                           .address = 0x31,
                           .words = bench.random_words(63)}));
      cause = XPIKE_UART_CAUSE_LENGTH;
    }
    SECTION("more words wanted than a frame has") {
      bench.send(frame_of({.opcode = XPIKE_UART_OP_READ, .sequence = 1, .count = 63}));
      cause = XPIKE_UART_CAUSE_LENGTH;
    }
    SECTION("no such opcode") {
      bench.send(frame_of({.opcode = 6, .sequence = 1}));
      REQUIRE(bench.wait_reply()->cause() == XPIKE_UART_CAUSE_REQUEST);
      bench.send(frame_of({.opcode = 7, .sequence = 1}));
      cause = XPIKE_UART_CAUSE_REQUEST;
    }
  }
  const auto reply = bench.wait_reply();
  REQUIRE(reply.has_value());
  CHECK(reply->cause() == cause);
  CHECK(reply->count() == 0);
  CHECK(reply->opcode() == 0);
  CHECK(reply->sequence() == 0);
  CHECK(reply->version() == XPIKE_UART_VERSION);
  require_nothing_done(bench);
  bench.sim.tick(2 * kSilence);  // one answer is all
  CHECK(bench.receiver.bytes.size() <= 1);
  require_usable(bench);
}

TEST_CASE("bytes outside of frames are no frames", "[uart]") {
  UartBench bench(8);
  Bytes garbage;
  for (int i = 0; i < 500; ++i) {
    const auto byte = static_cast<std::uint8_t>(bench.random.bits(8));
    if (byte != 0x7E) garbage.push_back(byte);
  }
  bench.send(garbage);
  CHECK_FALSE(bench.wait_reply(5 * kSilence).has_value());
  bench.send(Bytes(10, 0x7E));
  CHECK_FALSE(bench.wait_reply(5 * kSilence).has_value());
  require_nothing_done(bench);
  require_usable(bench);
}

TEST_CASE("a reset in the middle ends the session, and no request is done in part by a later one",
          "[uart]") {
  UartBench bench(9);
  const UartRequest write{.opcode = XPIKE_UART_OP_WRITE,
                          .sequence = 5,
                          .address = 0x31,
                          .words = bench.random_words(10)};
  const auto cycles = static_cast<unsigned>(frame_of(write).size()) * 10 * kDivider;
  for (unsigned at = 1; at < cycles + 1500; at += 97) {
    bench.synchronize(static_cast<std::uint32_t>(bench.random.below(16)));
    bench.core.writes.clear();
    bench.send(frame_of(write));
    bench.sim.tick(at);
    bench.reset();
    CHECK(bench.sim->tx_o == 1);
    bench.sim.tick(20 * kDivider);
    // Written are the first words, once, or none.
    REQUIRE(bench.core.writes.size() <= 10);
    if (at < cycles - 10 * kDivider) REQUIRE(bench.core.writes.empty());
    for (std::size_t i = 0; i < bench.core.writes.size(); ++i) {
      REQUIRE(bench.core.writes[i] == std::pair(0x31U, write.words[i]));
    }
    bench.core.writes.clear();
    // The host repeats, and learns of the reset.
    CHECK(bench.ask(write).cause() == XPIKE_UART_CAUSE_UNSYNCED);
    CHECK(bench.core.writes.empty());
  }
  require_usable(bench);
}
