// SPDX-License-Identifier: Apache-2.0
// Frames of the UART bridge, as the documentation has them; nothing is shared with the driver.
#pragma once

#include <xpike_regs.h>
#include <zlib.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <vector>

namespace xpike::tb {

using Bytes = std::vector<std::uint8_t>;

struct UartRequest {
  std::uint32_t opcode = 0;
  bool increment = false;
  std::uint32_t sequence = 0;
  std::uint32_t address = 0;
  std::uint32_t count = 0;             // of READ and RESULT
  std::vector<std::uint32_t> words{};  // of the others

  std::uint32_t head() const {
    const auto number = words.empty() ? count : static_cast<std::uint32_t>(words.size());
    return opcode | (increment ? 8U : 0U) | sequence << 4U | number << 8U | address << 16U;
  }
};

struct UartReply {
  std::uint32_t head = 0;
  std::vector<std::uint32_t> words;

  std::uint32_t opcode() const { return head & 7U; }
  std::uint32_t sequence() const { return head >> 4U & 15U; }
  std::uint32_t count() const { return head >> 8U & 63U; }
  std::uint32_t cause() const { return head >> 16U & 15U; }
  bool last() const { return (head >> 20U & 1U) != 0; }
  std::uint32_t version() const { return head >> 24U; }
};

/// Content and CRC.
inline Bytes with_crc(Bytes bytes) {
  const auto crc =
      static_cast<std::uint32_t>(crc32(0, bytes.data(), static_cast<uInt>(bytes.size())));
  for (unsigned i = 0; i < 4; ++i) bytes.push_back(static_cast<std::uint8_t>(crc >> 8 * i));
  return bytes;
}

inline Bytes content_of(std::uint32_t head, std::span<const std::uint32_t> words) {
  Bytes bytes;
  const auto add = [&bytes](std::uint32_t word) {
    for (unsigned i = 0; i < 4; ++i) bytes.push_back(static_cast<std::uint8_t>(word >> 8 * i));
  };
  add(head);
  for (const std::uint32_t word : words) add(word);
  return bytes;
}

/// What goes over the line.
inline Bytes framed(const Bytes& content) {
  Bytes line{0x7E};
  for (const std::uint8_t byte : content) {
    if (byte == 0x7E || byte == 0x7D) {
      line.push_back(0x7D);
      line.push_back(byte ^ 0x20U);
    } else {
      line.push_back(byte);
    }
  }
  line.push_back(0x7E);
  return line;
}

inline Bytes frame_of(const UartRequest& request) {
  return framed(with_crc(content_of(request.head(), request.words)));
}

/// Takes the next whole frame from the line, damaged ones left out.
inline std::optional<UartReply> take_reply(std::deque<std::uint8_t>& line) {
  for (;;) {
    while (!line.empty() && line.front() != 0x7E) line.pop_front();
    std::size_t end = 1;
    while (end < line.size() && line[end] != 0x7E) ++end;
    if (end >= line.size()) return std::nullopt;
    Bytes content;
    bool escaped = false;
    for (std::size_t i = 1; i < end; ++i) {
      if (line[i] == 0x7D) {
        escaped = true;
        continue;
      }
      content.push_back(escaped ? line[i] ^ 0x20U : line[i]);
      escaped = false;
    }
    line.erase(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(end));
    if (content.size() < 8 || content.size() % 4 != 0) continue;
    const Bytes body(content.begin(), content.end() - 4);
    if (with_crc(body) != content) continue;
    UartReply reply;
    for (std::size_t i = 0; i < body.size(); i += 4) {
      std::uint32_t word = 0;
      for (std::size_t k = 0; k < 4; ++k) word |= std::uint32_t{body[i + k]} << 8 * k;
      if (i == 0) {
        reply.head = word;
      } else {
        reply.words.push_back(word);
      }
    }
    return reply;
  }
}

}  // namespace xpike::tb
