// SPDX-License-Identifier: Apache-2.0
// A line to a chip that answers each frame of the driver with whatever bytes a function makes of
// it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "driver/xpk_uart.h"

namespace xpike {

class ReplyLine {
 public:
  using Bytes = std::vector<std::uint8_t>;
  using Words = std::vector<std::uint32_t>;

  /// `answer` gets the words of a request; what it returns is on the line then.
  explicit ReplyLine(std::function<Bytes(const Words&)> answer) : answer_(std::move(answer)) {}
  ReplyLine(const ReplyLine&) = delete;
  ReplyLine& operator=(const ReplyLine&) = delete;

  xpk_uart_line line() { return {.context = this, .send = send, .receive = receive}; }
  std::size_t requests() const { return requests_; }

  static Bytes frame_of(const Words& words) {
    Bytes bytes(XPK_FRAME_BYTES);
    bytes.resize(xpk_frame_encode(words.data(), words.size(), bytes.data()));
    return bytes;
  }

 private:
  static int send(void* context, const std::uint8_t* bytes, std::size_t count) {
    auto& self = *static_cast<ReplyLine*>(context);
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t words = xpk_frame_decode(&self.arriving_, bytes[i]);
      if (words == 0) continue;
      ++self.requests_;
      const Bytes reply = self.answer_(Words(self.arriving_.words, self.arriving_.words + words));
      self.waiting_.insert(self.waiting_.end(), reply.begin(), reply.end());
    }
    return 0;
  }
  static long receive(void* context, std::uint8_t* bytes, std::size_t room, unsigned) {
    Bytes& waiting = static_cast<ReplyLine*>(context)->waiting_;
    const std::size_t count = std::min(room, waiting.size());
    std::copy_n(waiting.begin(), count, bytes);
    waiting.erase(waiting.begin(), waiting.begin() + static_cast<std::ptrdiff_t>(count));
    return static_cast<long>(count);
  }

  std::function<Bytes(const Words&)> answer_;
  xpk_frame arriving_{};
  Bytes waiting_;
  std::size_t requests_ = 0;
};

/// The first word of the reply to a request that was done: version, opcode, sequence number, count.
inline std::uint32_t good_reply(std::uint32_t request) {
  return (request & 0xFFFFU) | XPIKE_UART_VERSION << XPIKE_LSB_UART_REPLY_VERSION;
}

}  // namespace xpike
