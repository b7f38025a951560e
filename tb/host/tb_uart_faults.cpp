// SPDX-License-Identifier: Apache-2.0
// The UART bridge on a bad line: bits turned over, bytes lost, doubled, made up, stop bits missing,
// in both directions. A host that repeats until it is answered gets everything done exactly once.
#include <cstdio>

#include "host/uart_bench.hpp"

using namespace xpike;
using namespace xpike::tb;

namespace {

/// A host that does what docs/host.md says, and nothing clever.
class Host {
 public:
  Host(UartBench& bench, double chance) : bench_(bench), chance_(chance) {}

  UartReply ask(UartRequest request) {
    request.sequence = request.opcode == XPIKE_UART_OP_SYNC ? sequence_ : ++sequence_ % 16;
    sequence_ = request.sequence;
    for (int tries = 0; tries < 1000; ++tries) {
      send(frame_of(request));
      while (const auto reply = wait()) {
        if (reply->cause() >= XPIKE_UART_CAUSE_CRC) {
          REQUIRE(reply->cause() != XPIKE_UART_CAUSE_UNSYNCED);
          break;
        }
        if (reply->sequence() == request.sequence && reply->opcode() == request.opcode)
          return *reply;
      }
      ++repeats;
    }
    FAIL("no answer");
    return {};
  }

  unsigned frames = 0;
  unsigned faults = 0;
  unsigned repeats = 0;

 private:
  bool strikes() {
    const bool hit = bench_.random.chance(chance_);
    faults += hit ? 1 : 0;
    return hit;
  }

  void send(const Bytes& line) {
    ++frames;
    for (const std::uint8_t byte : line) {
      if (!strikes()) {
        bench_.sender.send(byte);
        continue;
      }
      switch (bench_.random.below(6)) {
        case 0:  // bits
          bench_.sender.send(byte, static_cast<unsigned>(bench_.random.bits(10)));
          break;
        case 1:  // lost
          break;
        case 2:  // doubled
          bench_.sender.send(byte);
          bench_.sender.send(byte);
          break;
        case 3:  // no stop bit
          bench_.sender.send(byte, 1U << 9U);
          bench_.sender.hold(true, 1.0);
          break;
        case 4:  // a pause
          bench_.sender.hold(true, static_cast<double>(bench_.random.below(kSilence / 2)));
          bench_.sender.send(byte);
          break;
        default:  // noise
          for (auto n = bench_.random.below(40); n > 0; --n) {
            bench_.sender.send(static_cast<std::uint8_t>(bench_.random.bits(8)));
          }
          bench_.sender.send(byte);
      }
    }
  }

  /// The next reply that arrives whole.
  std::optional<UartReply> wait() {
    auto& bytes = bench_.receiver.bytes;
    for (std::uint64_t waited = 0; waited < 4 * kSilence; bench_.sender.idle() ? ++waited : 0) {
      const std::size_t before = bytes.size();
      bench_.sim.tick();
      if (bytes.size() <= before) continue;
      waited = 0;
      if (strikes()) {
        switch (bench_.random.below(3)) {
          case 0:
            bytes.back() ^= static_cast<std::uint8_t>(1U << bench_.random.below(8));
            break;
          case 1:
            bytes.pop_back();
            break;
          default:
            bytes.push_back(static_cast<std::uint8_t>(bench_.random.bits(8)));
        }
      }
      if (!bytes.empty() && bytes.back() == 0x7E) {
        if (auto reply = take_reply(bytes)) return reply;
      }
    }
    return std::nullopt;
  }

  UartBench& bench_;
  double chance_;
  std::uint32_t sequence_ = 0;
};

/// Random requests; the core must see each once, in order, and every answer must be its own.
void run_session(unsigned stream, double chance, double clock_error, unsigned requests) {
  UartBench bench(stream, clock_error);
  Host host(bench, chance);
  Random& random = bench.random;
  auto& core = bench.core;
  host.ask({.opcode = XPIKE_UART_OP_SYNC});
  std::map<std::uint32_t, std::uint32_t> registers;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> writes;
  std::vector<std::pair<std::uint32_t, bool>> inputs;
  std::deque<std::pair<std::uint32_t, bool>> results;

  for (unsigned i = 0; i < requests; ++i) {
    const auto count = static_cast<std::uint32_t>(1 + random.below(random.chance(0.3) ? 62 : 5));
    const auto address = static_cast<std::uint32_t>(0x40 + random.below(0x40));
    const bool increment = random.chance(0.5);
    switch (random.below(5)) {
      case 0: {
        const auto words = bench.random_words(count);
        const UartReply reply = host.ask({.opcode = XPIKE_UART_OP_WRITE,
                                          .increment = increment,
                                          .address = address,
                                          .words = words});
        REQUIRE(reply.cause() == XPIKE_UART_CAUSE_OK);
        REQUIRE(reply.count() == count);
        for (std::uint32_t k = 0; k < count; ++k) {
          writes.emplace_back(address + (increment ? k : 0), words[k]);
          registers[writes.back().first] = words[k];
        }
        break;
      }
      case 1: {
        const UartReply reply = host.ask({.opcode = XPIKE_UART_OP_READ,
                                          .increment = increment,
                                          .address = address,
                                          .count = count});
        REQUIRE(reply.cause() == XPIKE_UART_CAUSE_OK);
        REQUIRE(reply.words.size() == count);
        for (std::uint32_t k = 0; k < count; ++k) {
          const auto at = address + (increment ? k : 0);
          REQUIRE(reply.words[k] == registers[at]);
          if (at == CoreMock::kCounting) ++registers[at];
        }
        break;
      }
      case 2: {
        const bool last = random.chance(0.5);
        const auto words = bench.random_words(count);
        const UartReply reply = host.ask(
            {.opcode = last ? XPIKE_UART_OP_INPUT_LAST : XPIKE_UART_OP_INPUT, .words = words});
        REQUIRE(reply.cause() == XPIKE_UART_CAUSE_OK);
        for (const auto word : words) inputs.emplace_back(word, false);
        inputs.back().second = last;
        break;
      }
      case 3: {
        for (const auto word : bench.random_words(random.below(20))) {
          results.emplace_back(word, random.chance(0.2));
          core.results.push_back(results.back());
        }
        const UartReply reply = host.ask({.opcode = XPIKE_UART_OP_RESULT, .count = count});
        REQUIRE(reply.words.size() <= count);
        for (std::size_t k = 0; k < reply.words.size(); ++k) {
          REQUIRE(reply.words[k] == results.front().first);
          REQUIRE(results.front().second == (reply.last() && k + 1 == reply.words.size()));
          results.pop_front();
        }
        break;
      }
      default: {
        const UartReply reply = host.ask({.opcode = XPIKE_UART_OP_READ,
                                          .address = CoreMock::kRefusedFrom + address,
                                          .count = count});
        REQUIRE(reply.cause() == XPIKE_UART_CAUSE_REFUSED);
      }
    }
    REQUIRE(core.writes == writes);
    REQUIRE(core.inputs == inputs);
  }
  std::printf("uart line: %u requests, %u frames, %u faults, %u repeats, 0 wrong\n", requests,
              host.frames, host.faults, host.repeats);
  if (chance > 0) {
    CHECK(host.faults > requests / 10);
  } else {
    CHECK(host.repeats == 0);
  }
}

}  // namespace

TEST_CASE("a line without faults needs no repeats", "[uart]") {
  run_session(100, 0.0, 0.0, 300);
  run_session(101, 0.0, 0.02, 300);
  run_session(102, 0.0, -0.02, 300);
}

TEST_CASE("on a bad line everything is done exactly once", "[uart]") {
  run_session(110, 0.002, 0.0, 600);
  run_session(111, 0.01, 0.01, 600);
  run_session(112, 0.015, -0.01, 300);
}
