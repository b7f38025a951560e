// SPDX-License-Identifier: Apache-2.0
// The UART transport before chips that keep the rules of docs/host.md, and chips that do not.
#include <array>
#include <catch2/catch.hpp>
#include <cstdint>
#include <string>

#include "driver/tests/reply_line.hpp"

using namespace xpike;

namespace {

using Words = ReplyLine::Words;

std::uint32_t opcode_of(std::uint32_t head) { return head & XPIKE_MASK_UART_REQUEST_OPCODE; }
std::uint32_t count_of(std::uint32_t head) {
  return (head & XPIKE_MASK_UART_REQUEST_COUNT) >> XPIKE_LSB_UART_REQUEST_COUNT;
}

/// A session with a chip that does `missing` words less than it is asked for, and says OK.
struct Session {
  explicit Session(std::uint32_t missing)
      : line([missing](const Words& request) {
          const std::uint32_t count = count_of(request[0]);
          const std::uint32_t done = count < missing ? 0 : count - missing;
          Words reply{(good_reply(request[0]) & ~XPIKE_MASK_UART_REPLY_COUNT) |
                      done << XPIKE_LSB_UART_REPLY_COUNT};
          if (opcode_of(request[0]) == XPIKE_UART_OP_READ) reply.resize(1 + done, 0xABCD);
          return ReplyLine::frame_of(reply);
        }) {
    const xpk_uart_line functions = line.line();
    REQUIRE(xpk_uart_open(&uart, &functions, &transport) == 0);
  }

  ReplyLine line;
  xpk_uart uart{};
  xpk_transport transport{};
};

}  // namespace

TEST_CASE("a chip that does all it is asked for is taken at its word", "[driver][uart]") {
  Session session(0);
  std::array<std::uint32_t, 3> words{};
  CHECK(session.transport.read_many(&session.uart, XPIKE_REG_STATUS, words.data(), words.size()) ==
        0);
  CHECK(words == std::array<std::uint32_t, 3>{0xABCD, 0xABCD, 0xABCD});
  CHECK(session.transport.write(&session.uart, XPIKE_REG_SEED, words.data(), 1) == 0);
  CHECK(session.transport.write(&session.uart, XPIKE_REG_INPUT_WORD, words.data(), 3) == 0);
  CHECK(session.transport.write(&session.uart, XPIKE_REG_INPUT_LAST, words.data(), 1) == 0);
}

TEST_CASE("a chip that says OK to words it has not done is not believed", "[driver][uart]") {
  Session session(1);
  std::array<std::uint32_t, 3> words{1, 2, 3};
  const auto fails = [&](int status) {
    CHECK(status != 0);
    CHECK(std::string(session.transport.failure(&session.uart)).find("words") != std::string::npos);
  };
  fails(session.transport.read_many(&session.uart, XPIKE_REG_STATUS, words.data(), words.size()));
  fails(session.transport.write(&session.uart, XPIKE_REG_SEED, words.data(), 1));
  const std::size_t before = session.line.requests();
  fails(session.transport.write(&session.uart, XPIKE_REG_INPUT_WORD, words.data(), 1));
  fails(session.transport.write(&session.uart, XPIKE_REG_INPUT_LAST, words.data(), 1));
  CHECK(session.line.requests() == before + 2);  // once each, and not for ever
}
