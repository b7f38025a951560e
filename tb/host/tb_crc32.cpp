// SPDX-License-Identifier: Apache-2.0
// The CRC against zlib's.
#include <Vcrc32.h>
#include <zlib.h>

#include <array>
#include <catch2/catch.hpp>

#include "lib/random.hpp"
#include "lib/sim.hpp"

namespace {

std::uint32_t zlib_word(std::uint32_t crc, std::uint32_t word) {
  const std::array<Bytef, 4> bytes{static_cast<Bytef>(word), static_cast<Bytef>(word >> 8U),
                                   static_cast<Bytef>(word >> 16U),
                                   static_cast<Bytef>(word >> 24U)};
  return static_cast<std::uint32_t>(crc32(crc, bytes.data(), bytes.size()));
}

}  // namespace

TEST_CASE("the CRC of words is that of their bytes", "[crc32]") {
  xpike::tb::Random random(1);
  Vcrc32 model;
  std::uint32_t crc = 0;
  for (int i = 0; i < 2000; ++i) {
    if (i % 100 == 0) crc = 0;
    const auto word = i % 7 == 0 ? 0U : static_cast<std::uint32_t>(random.bits(32));
    model.crc_i = crc;
    model.data_i = word;
    model.eval();
    crc = zlib_word(crc, word);
    REQUIRE(model.crc_o == crc);
  }
  model.final();
}
