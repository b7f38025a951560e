// SPDX-License-Identifier: Apache-2.0
// The CRC against zlib's.
#include <Vcrc32.h>

#include <catch2/catch.hpp>
#include <vector>

#include "host/program_packet.hpp"
#include "lib/random.hpp"
#include "lib/sim.hpp"

TEST_CASE("the CRC of words is that of their bytes", "[crc32]") {
  xpike::tb::Random random(1);
  xpike::tb::Sim<Vcrc32> sim;
  std::vector<std::uint32_t> words;
  std::uint32_t crc = 0;
  for (int i = 0; i < 2000; ++i) {
    if (i % 100 == 0) {
      crc = 0;
      words.clear();
    }
    words.push_back(i % 7 == 0 ? 0U : static_cast<std::uint32_t>(random.bits(32)));
    sim->crc_i = crc;
    sim->data_i = words.back();
    sim.eval();
    crc = sim->crc_o;
    REQUIRE(crc == xpike::tb::crc_of(words));
  }
}
