// SPDX-License-Identifier: Apache-2.0
// Frames of the UART: what is sent, and what is made of anything that arrives.
#include <array>
#include <catch2/catch.hpp>
#include <cstdint>
#include <random>
#include <span>
#include <vector>

#include "driver/xpk_frame.h"

namespace {

using Words = std::vector<std::uint32_t>;
using Bytes = std::vector<std::uint8_t>;

/// Words of 32 bits; the standard's generator has its own type for them.
class Generator {
 public:
  explicit Generator(unsigned seed) : engine_(seed) {}
  std::uint32_t operator()() { return static_cast<std::uint32_t>(engine_()); }

 private:
  std::mt19937 engine_;
};

Bytes encode(const Words& words) {
  Bytes bytes(XPK_FRAME_BYTES);
  bytes.resize(xpk_frame_encode(words.data(), words.size(), bytes.data()));
  return bytes;
}

/// Every good frame among the bytes.
std::vector<Words> decode(xpk_frame& frame, std::span<const std::uint8_t> bytes) {
  std::vector<Words> frames;
  for (const std::uint8_t byte : bytes) {
    if (const std::size_t words = xpk_frame_decode(&frame, byte); words != 0) {
      frames.emplace_back(frame.words, frame.words + words);
    }
  }
  return frames;
}

}  // namespace

TEST_CASE("a frame has flags, escapes and a CRC", "[driver][uart]") {
  // CRC-32 of 01 00 00 00 is 0x99f8b879, of 7e 7d 00 00 0xf68df3b0 (zlib).
  CHECK(encode({1}) == Bytes{0x7E, 1, 0, 0, 0, 0x79, 0xB8, 0xF8, 0x99, 0x7E});
  const Bytes escaped = encode({0x00007D7E});
  CHECK(escaped == Bytes{0x7E, 0x7D, 0x5E, 0x7D, 0x5D, 0, 0, 0xB0, 0xF3, 0x8D, 0xF6, 0x7E});
  xpk_frame frame{};
  CHECK(decode(frame, escaped) == std::vector<Words>{{0x00007D7E}});
}

TEST_CASE("frames come through, whatever their words", "[driver][uart]") {
  Generator random(1);
  xpk_frame frame{};
  for (std::size_t count = 1; count <= XPK_FRAME_WORDS; ++count) {
    Words words(count);
    for (auto& word : words) word = random() % 2 == 0 ? 0x7E7D7E7D : random();
    const Bytes bytes = encode(words);
    CHECK(bytes.size() <= XPK_FRAME_BYTES);
    CHECK(decode(frame, bytes) == std::vector<Words>{words});
  }
  const Words longest(XPK_FRAME_WORDS, 0x7E7E7E7E);
  CHECK(decode(frame, encode(longest)) == std::vector<Words>{longest});
}

TEST_CASE("no damaged frame comes through, and the next good one does", "[driver][uart]") {
  Generator random(2);
  xpk_frame frame{};
  const Words good{0x12345678, 0x7E7D7E7D, 9};
  for (int round = 0; round < 20'000; ++round) {
    Words words(1 + random() % 5);
    for (auto& word : words) word = random();
    Bytes bytes = encode(words);
    const std::size_t at = 1 + random() % (bytes.size() - 2);
    switch (random() % 4) {
      case 0:
        bytes[at] ^= static_cast<std::uint8_t>(1U << random() % 8);
        break;
      case 1:
        bytes.erase(bytes.begin() + static_cast<std::ptrdiff_t>(at));
        break;
      case 2:
        bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                     static_cast<std::uint8_t>(random()));
        break;
      default:
        bytes.resize(at);
    }
    for (const Words& seen : decode(frame, bytes)) {
      // Damage may turn an escape of the same byte into another way to write it; never the words.
      CHECK(seen == words);
    }
    CHECK(decode(frame, encode(good)) == std::vector<Words>{good});
  }
}

TEST_CASE("bytes without end or meaning leave the memory alone", "[driver][uart]") {
  Generator random(3);
  struct {
    xpk_frame frame;
    std::array<std::uint32_t, 8> behind;
  } memory{};
  for (auto& word : memory.behind) word = 0xA5A5A5A5;
  for (const int filler : {0x00, 0x7D, 0xFF}) {
    CHECK(decode(memory.frame, Bytes{0x7E}).empty());
    CHECK(decode(memory.frame, Bytes(10'000, static_cast<std::uint8_t>(filler))).empty());
    CHECK(decode(memory.frame, Bytes{0x7E}).empty());
  }
  for (int i = 0; i < 1'000'000; ++i) {
    (void)xpk_frame_decode(&memory.frame, static_cast<std::uint8_t>(random()));
  }
  for (const auto word : memory.behind) CHECK(word == 0xA5A5A5A5);
  const Words good{1, 2};
  CHECK(decode(memory.frame, encode(good)) == std::vector<Words>{good});
}
