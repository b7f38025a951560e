// SPDX-License-Identifier: Apache-2.0
// The UART transport of the driver, before a chip that answers anything. Each input is tried twice:
// as the bytes that are on the line after a request, and as what is wrong with replies that
// otherwise fit their request, checksum included.
#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include "driver/tests/reply_line.hpp"
#include "fuzz/check.hpp"

using namespace xpike;

namespace {

using Bytes = ReplyLine::Bytes;
using Words = ReplyLine::Words;

// Gives the input away, piece by piece.
class Supply {
 public:
  explicit Supply(std::span<const std::uint8_t> bytes) : left_(bytes) {}
  bool empty() const { return left_.empty(); }
  std::uint8_t byte() {
    if (left_.empty()) return 0;
    const std::uint8_t value = left_[0];
    left_ = left_.subspan(1);
    return value;
  }
  Bytes bytes(std::size_t count) {
    const auto piece = left_.first(std::min(count, left_.size()));
    left_ = left_.subspan(piece.size());
    return {piece.begin(), piece.end()};
  }

 private:
  std::span<const std::uint8_t> left_;
};

// A byte says how many follow.
Bytes raw(Supply& supply, const Words&) { return supply.bytes(supply.byte()); }

// Four bits say what is changed in the reply of a good chip: the first word, the words that it
// carries, their number, and whether it comes at all.
Bytes mended(Supply& supply, const Words& request) {
  const std::uint8_t changes = supply.byte();
  const std::uint32_t opcode = request[0] & XPIKE_MASK_UART_REQUEST_OPCODE;
  const bool brings = opcode == XPIKE_UART_OP_READ || opcode == XPIKE_UART_OP_RESULT;
  Words reply{good_reply(request[0])};
  if (brings) {
    const std::uint32_t count =
        (request[0] & XPIKE_MASK_UART_REQUEST_COUNT) >> XPIKE_LSB_UART_REQUEST_COUNT;
    reply.resize(1 + count, 0x5EED'5EED);
  }
  if ((changes & 1U) != 0) {
    for (unsigned b = 0; b < 32; b += 8) reply[0] ^= std::uint32_t{supply.byte()} << b;
  }
  if ((changes & 2U) != 0) {
    const std::uint32_t count = supply.byte() % XPK_FRAME_WORDS;
    reply[0] = (reply[0] & ~XPIKE_MASK_UART_REPLY_COUNT) | count << XPIKE_LSB_UART_REPLY_COUNT;
    if (brings) reply.resize(1 + count);
  }
  if ((changes & 4U) != 0) reply.resize(1 + supply.byte() % XPK_FRAME_WORDS);
  if ((changes & 8U) != 0) return {};
  return ReplyLine::frame_of(reply);
}

// Some of everything that a driver asks for.
void session(std::span<const std::uint8_t> input, Bytes (*answer)(Supply&, const Words&)) {
  constexpr std::uint32_t Canary = 0xCAFE'F00D;
  constexpr std::size_t Most = 2000;  // requests; each is sent at most 8 times
  Supply supply(input);
  ReplyLine line([&](const Words& request) {
    fuzz::require(request.size() <= XPK_FRAME_WORDS, "a request fits into a frame");
    return answer(supply, request);
  });
  const xpk_uart_line functions = line.line();
  xpk_uart uart{};
  xpk_transport transport{};
  const auto judged = [&](int status) {
    if (status != 0) fuzz::require(fuzz::is_one_line(uart.error), "a failure has one line of text");
    return status == 0;
  };
  if (!judged(xpk_uart_open(&uart, &functions, &transport))) return;
  while (!supply.empty()) {
    std::array<std::uint32_t, 130> words{};
    words.back() = Canary;
    const std::size_t count = 1 + supply.byte() % (words.size() - 1);
    constexpr std::array<std::uint32_t, 6> Reads{XPIKE_REG_STATUS,      XPIKE_REG_CELL_DATA,
                                                 XPIKE_REG_RESULT_WORD, XPIKE_REG_HOST_STATUS,
                                                 XPIKE_REG_CAUSE,       XPIKE_REG_WINDOW_CRC};
    constexpr std::array<std::uint32_t, 6> Writes{XPIKE_REG_CONTROL,    XPIKE_REG_CELL_DATA,
                                                  XPIKE_REG_INPUT_WORD, XPIKE_REG_INPUT_LAST,
                                                  XPIKE_REG_VERIFY,     XPIKE_REG_CAUSE};
    const std::uint8_t kind = supply.byte();
    const bool writes = (kind & 1U) != 0;
    const std::uint32_t address = (writes ? Writes : Reads)[kind / 2U % Reads.size()];
    std::fill_n(words.begin(), count, kind);
    judged(writes ? transport.write(&uart, address, words.data(), count)
                  : transport.read_many(&uart, address, words.data(), count));
    fuzz::require(words.back() == Canary, "nothing is written behind the words asked for");
    fuzz::require(uart.result_first <= uart.result_end && uart.result_end <= XPIKE_UART_MAX_WORDS,
                  "result words lie within their buffer");
    fuzz::require(line.requests() <= Most * 8 * (1 + input.size()), "a request ends");
  }
}

// What the decoder takes for a frame is one.
void decode(std::span<const std::uint8_t> input) {
  xpk_frame frame{};
  for (const std::uint8_t byte : input) {
    const std::size_t words = xpk_frame_decode(&frame, byte);
    if (words == 0) continue;
    fuzz::require(words <= XPK_FRAME_WORDS, "a frame has no more words than it may");
    const Words content(frame.words, frame.words + words);
    xpk_frame again{};
    std::size_t seen = 0;
    for (const std::uint8_t back : ReplyLine::frame_of(content)) {
      if (const std::size_t got = xpk_frame_decode(&again, back); got != 0) seen = got;
    }
    fuzz::require(seen == words && std::equal(content.begin(), content.end(), again.words),
                  "a frame that is sent again is the same");
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto input = fuzz::bytes(data, size);
  decode(input);
  session(input, raw);
  session(input, mended);
  return 0;
}
