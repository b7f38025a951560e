// SPDX-License-Identifier: Apache-2.0
// The driver before a chip that is nothing but registers. Before the simulated chip it is tested in
// tb/host.
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "driver/tests/mock_chip.hpp"
#include "driver/xpk_mmap.h"

using namespace xpike;
using Catch::Matchers::Contains;

namespace {

struct Opened {
  Opened() {
    const xpk_transport transport = chip.transport();
    REQUIRE(xpk_open(&device, &transport) == XPK_OK);
    device.poll_limit = 100;
    chip.writes.clear();
  }
  MockChip chip;
  xpk_device device{};
};

constexpr xpk_run_options kRun{3, 2, 5, 77, 88, false, true};

}  // namespace

TEST_CASE("a chip is found by its identification", "[driver]") {
  MockChip chip;
  const xpk_transport transport = chip.transport();
  xpk_device device{};
  SECTION("another chip") {
    chip.registers[XPIKE_REG_ID] = 0xFFFFFFFF;
    CHECK(xpk_open(&device, &transport) == XPK_NO_CHIP);
    CHECK_THAT(xpk_error_text(&device), Contains("0xffffffff"));
  }
  SECTION("another register map") {
    chip.registers[XPIKE_REG_VERSION] = 2;
    CHECK(xpk_open(&device, &transport) == XPK_NO_CHIP);
  }
  SECTION("a link that is dead") {
    chip.accesses_left = 5;
    CHECK(xpk_open(&device, &transport) == XPK_TRANSPORT);
  }
  SECTION("the right one") {
    CHECK(xpk_open(&device, &transport) == XPK_OK);
    CHECK(device.shape[XPK_ARRAY_COLS] == 16);
    CHECK(chip.registers[XPIKE_REG_HOST_MODE] == XPIKE_MASK_HOST_MODE_WORDS);
  }
}

TEST_CASE("packets of intensities: two rows in a word, tokens in whole beats", "[driver]") {
  Opened opened;
  // 3 tokens of 5 rows: 3 words each, filled up to beats of 2.
  REQUIRE(xpk_input_words(&opened.device, &kRun) == 12);
  std::vector<std::uint16_t> values;
  for (std::uint16_t v = 0; v < 15; ++v) values.push_back(static_cast<std::uint16_t>(256 - v));
  std::vector<std::uint32_t> packet(12, 0xFFFFFFFF);
  REQUIRE(xpk_make_packet(&opened.device, &kRun, values.data(), packet.data()) == XPK_OK);
  CHECK(packet == std::vector<std::uint32_t>{256 | 255 << 16, 254 | 253 << 16, 252, 0,
                                             251 | 250 << 16, 249 | 248 << 16, 247, 0,
                                             246 | 245 << 16, 244 | 243 << 16, 242, 0});
  values[7] = 257;
  CHECK(xpk_make_packet(&opened.device, &kRun, values.data(), packet.data()) == XPK_SIZE);
}

TEST_CASE("packets of spikes: a bit per row, time steps in a token", "[driver]") {
  Opened opened;
  xpk_run_options run = kRun;
  run.spikes = true;
  REQUIRE(xpk_input_words(&opened.device, &run) == 12);  // 3 tokens x 2 steps x 1 beat
  std::vector<std::uint16_t> values(30, 0);
  values[0] = 1;       // token 0, step 0, row 0
  values[9] = 1;       // token 0, step 1, row 4
  values[25 + 1] = 1;  // token 2, step 1, row 1
  std::vector<std::uint32_t> packet(12, 0xFFFFFFFF);
  REQUIRE(xpk_make_packet(&opened.device, &run, values.data(), packet.data()) == XPK_OK);
  CHECK(packet == std::vector<std::uint32_t>{1, 0, 16, 0, 0, 0, 0, 0, 0, 0, 2, 0});
  values[3] = 2;
  CHECK(xpk_make_packet(&opened.device, &run, values.data(), packet.data()) == XPK_SIZE);
}

TEST_CASE("a run configures, starts, sends and takes the result", "[driver]") {
  Opened opened;
  opened.chip.registers[XPIKE_REG_MODE] = 1;          // causal: stays
  opened.chip.registers[XPIKE_REG_INPUT] = 0x100038;  // k_input, positions: stay
  opened.chip.results = {1, 2, 3, 4, 5, 6, 7, 8, 3};
  std::vector<std::uint32_t> packet(12);
  for (std::uint32_t i = 0; i < 12; ++i) packet[i] = 100 + i;
  std::vector<std::uint32_t> result(9);
  REQUIRE(xpk_run(&opened.device, &kRun, packet.data(), 12, result.data(), 9) == XPK_OK);
  CHECK(result == std::vector<std::uint32_t>{1, 2, 3, 4, 5, 6, 7, 8, 3});
  CHECK(opened.chip.registers[XPIKE_REG_N_TOKENS] == 3);
  CHECK(opened.chip.registers[XPIKE_REG_STEPS] == 2);
  CHECK(opened.chip.registers[XPIKE_REG_SEED] == 77);
  CHECK(opened.chip.registers[XPIKE_REG_IMAGE] == 88);
  CHECK(opened.chip.registers[XPIKE_REG_MODE] == (1 | XPIKE_MASK_MODE_ANYTIME));
  CHECK(opened.chip.registers[XPIKE_REG_INPUT] == (5 << XPIKE_LSB_INPUT_ROWS | 0x18));
  std::vector<std::uint32_t> sent;
  for (const auto& [address, word] : opened.chip.writes) {
    if (address == XPIKE_REG_INPUT_WORD) sent.push_back(word);
    if (address == XPIKE_REG_INPUT_LAST) {
      sent.push_back(word);
      CHECK(sent == packet);
    }
  }
  CHECK(sent.size() == 12);
}

TEST_CASE("runs that cannot be are refused before the chip is touched", "[driver]") {
  Opened opened;
  std::vector<std::uint32_t> packet(12);
  std::vector<std::uint32_t> result(9);
  const auto refused = [&](const xpk_run_options& run, std::size_t words, std::size_t results) {
    CHECK(xpk_run(&opened.device, &run, packet.data(), words, result.data(), results) == XPK_SIZE);
    CHECK(opened.chip.writes.empty());
  };
  refused(kRun, 11, 9);
  refused(kRun, 12, 8);
  xpk_run_options run = kRun;
  run.tokens = 9;
  refused(run, 12, 9);
  run = kRun;
  run.rows = 0;
  refused(run, 12, 9);
  run = kRun;
  run.steps = 5;
  refused(run, 12, 9);
}

TEST_CASE("what goes wrong in a run is reported", "[driver]") {
  Opened opened;
  std::vector<std::uint32_t> packet(12);
  std::vector<std::uint32_t> result(9);
  const auto run = [&] {
    return xpk_run(&opened.device, &kRun, packet.data(), 12, result.data(), 9);
  };
  SECTION("no result") { CHECK(run() == XPK_TIMEOUT); }
  SECTION("a result that is too short") {
    opened.chip.results = {1, 2, 3};
    CHECK(run() == XPK_SIZE);
  }
  SECTION("a refused access") {
    opened.chip.registers[XPIKE_REG_CAUSE] = XPIKE_MASK_CAUSE_CORE;
    CHECK(run() == XPK_REFUSED);
    CHECK(opened.chip.registers[XPIKE_REG_CAUSE] == 0);
  }
  SECTION("a link that dies, at any moment") {
    for (std::int64_t accesses = 0; accesses < 60; ++accesses) {
      Opened fresh;
      fresh.chip.results = {1, 2, 3, 4, 5, 6, 7, 8, 3};
      fresh.chip.accesses_left = accesses;
      const int status = xpk_run(&fresh.device, &kRun, packet.data(), 12, result.data(), 9);
      if (status == XPK_OK) {
        CHECK(accesses > 40);  // the whole run fits
      } else {
        REQUIRE(status == XPK_TRANSPORT);
      }
    }
  }
}

TEST_CASE("event counters are read as 64 bits", "[driver]") {
  Opened opened;
  opened.chip.registers[XPIKE_REG_EVENTS + 2 * XPIKE_EVENT_CYCLES] = 5;
  opened.chip.registers[XPIKE_REG_EVENTS + 2 * XPIKE_EVENT_CYCLES + 1] = 3;
  std::uint64_t counts[XPIKE_EVENTS];
  REQUIRE(xpk_events(&opened.device, counts) == XPK_OK);
  CHECK(counts[XPIKE_EVENT_CYCLES] == (std::uint64_t{3} << 32U | 5U));
}

TEST_CASE("memory-mapped registers: word address times four, from the offset on", "[driver]") {
  char path[] = "/tmp/xpk_mmap_XXXXXX";
  const int file = mkstemp(path);
  REQUIRE(file >= 0);
  const auto page = static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  REQUIRE(ftruncate(file, static_cast<off_t>(page + XPK_MMAP_BYTES)) == 0);
  xpk_mmap map{};
  xpk_transport transport{};
  CHECK(xpk_mmap_open(&map, "/nonexistent/device", 0, &transport) == -1);
  xpk_mmap_close(&map);
  REQUIRE(xpk_mmap_open(&map, path, page, &transport) == 0);
  const std::uint32_t words[] = {1, 2, 0x12345678};
  CHECK(transport.write(transport.context, XPIKE_REG_SEED, words, 3) == 0);
  std::uint32_t seen = 0;
  const auto place = static_cast<off_t>(page + 4 * XPIKE_REG_SEED);
  REQUIRE(pread(file, &seen, sizeof seen, place) == sizeof seen);
  CHECK(seen == 0x12345678);
  seen = 99;
  const auto last = static_cast<off_t>(page + XPK_MMAP_BYTES - 4);
  REQUIRE(pwrite(file, &seen, sizeof seen, last) == sizeof seen);
  std::uint32_t word = 0;
  CHECK(transport.read(transport.context, 0xFFFF, &word) == 0);
  CHECK(word == 99);
  // A file of zeros is no chip.
  xpk_device device{};
  CHECK(xpk_open(&device, &transport) == XPK_NO_CHIP);
  xpk_mmap_close(&map);
  close(file);
  std::remove(path);
}
