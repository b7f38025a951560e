// SPDX-License-Identifier: Apache-2.0
// Bundles, good and damaged.
#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "driver/tests/mock_chip.hpp"

using namespace xpike;
using Catch::Matchers::Contains;

namespace {

using Words = std::vector<std::uint32_t>;

Words record(std::uint32_t address, bool increment, const Words& words) {
  Words out{address | static_cast<std::uint32_t>(words.size()) << XPK_RECORD_COUNT_LSB |
            (increment ? XPK_RECORD_INCREMENT : 0)};
  out.insert(out.end(), words.begin(), words.end());
  return out;
}

Words packet(const std::vector<Words>& records) {
  Words out;
  for (const Words& r : records) out.insert(out.end(), r.begin(), r.end());
  out.push_back(xpk_crc32(0, out.data(), out.size()));
  return out;
}

void seal(Words& bundle) {
  bundle[2] = static_cast<std::uint32_t>(bundle.size());
  bundle.back() = xpk_crc32(0, bundle.data(), bundle.size() - 1);
}

Words bundle_of(const MockChip& chip, const std::vector<Words>& packets) {
  Words out{XPK_BUNDLE_MAGIC, XPK_BUNDLE_VERSION, 0};
  for (std::uint32_t i = 0; i < XPIKE_COUNT_SHAPE; ++i) {
    out.push_back(chip.registers.at(XPIKE_REG_SHAPE + i));
  }
  out.push_back(static_cast<std::uint32_t>(packets.size()));
  for (const Words& p : packets) {
    out.push_back(static_cast<std::uint32_t>(p.size()));
    out.insert(out.end(), p.begin(), p.end());
  }
  out.push_back(0);
  seal(out);
  return out;
}

Words small_bundle(const MockChip& chip) {
  return bundle_of(
      chip, {packet({record(XPIKE_REG_TARGET, true, {5, 0}),
                     record(XPIKE_REG_CELL_DATA, false, {10, 11, 12})}),
             packet({record(XPIKE_REG_TARGET, true, {6}), record(XPIKE_REG_COLUMN, true, {0}),
                     record(XPIKE_REG_NEURON, false, {20, 21}),
                     record(XPIKE_REG_CONVERTER, true, {30})})});
}

struct Opened {
  Opened() {
    const xpk_transport transport = chip.transport();
    REQUIRE(xpk_open(&device, &transport) == XPK_OK);
    chip.writes.clear();
  }
  int load(const Words& words, bool verify = false) {
    return xpk_load(&device, words.data(), words.size(), verify);
  }
  MockChip chip;
  xpk_device device{};
};

}  // namespace

TEST_CASE("a bundle becomes its writes, in order", "[bundle]") {
  for (const bool verify : {false, true}) {
    Opened opened;
    REQUIRE(opened.load(small_bundle(opened.chip), verify) == XPK_OK);
    std::vector<std::pair<std::uint32_t, std::uint32_t>> expected{
        {XPIKE_REG_TARGET, 5},     {XPIKE_REG_CELL_ADDRESS, 0}, {XPIKE_REG_CELL_DATA, 10},
        {XPIKE_REG_CELL_DATA, 11}, {XPIKE_REG_CELL_DATA, 12},   {XPIKE_REG_TARGET, 6},
        {XPIKE_REG_COLUMN, 0},     {XPIKE_REG_NEURON, 20},      {XPIKE_REG_NEURON, 21},
        {XPIKE_REG_CONVERTER, 30}};
    if (verify) {
      expected.insert(expected.begin() + 5, {{XPIKE_REG_TARGET, 5}, {XPIKE_REG_CELL_ADDRESS, 0}});
    }
    std::erase_if(opened.chip.writes, [](const auto& write) {
      return write.first < XPIKE_REG_TARGET || write.first > XPIKE_REG_CONVERTER;
    });
    CHECK(opened.chip.writes == expected);
  }
}

TEST_CASE("a bundle for another chip is refused", "[bundle]") {
  Opened opened;
  Words bundle = small_bundle(opened.chip);
  bundle[XPK_BUNDLE_SHAPE + XPK_DEPTH] = 2;
  seal(bundle);
  CHECK(opened.load(bundle) == XPK_SHAPE);
  CHECK_THAT(xpk_error_text(&opened.device), Contains("SHAPE[4] is 2, the chip's is 1"));
  CHECK(opened.chip.writes.empty());
}

TEST_CASE("no damage of a bundle reaches the chip", "[bundle]") {
  Opened opened;
  const Words good = small_bundle(opened.chip);
  for (std::size_t length = 0; length < good.size(); ++length) {
    CHECK(opened.load(Words(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(length))) ==
          XPK_BUNDLE);
  }
  for (std::size_t word = 0; word < good.size(); ++word) {
    for (unsigned bit = 0; bit < 32; ++bit) {
      Words bad = good;
      bad[word] ^= 1U << bit;
      CHECK(opened.load(bad) == XPK_BUNDLE);
      // With a CRC that is right again, what is inside is still looked at.
      seal(bad);
      const bool healed = word == 2 || word + 1 == good.size();
      const int status = opened.load(bad);
      CHECK((status == XPK_OK) == healed);
      if (healed) opened.chip.writes.clear();
    }
  }
  Words longer = good;
  longer.insert(longer.end() - 1, 7);
  seal(longer);
  CHECK(opened.load(longer) == XPK_BUNDLE);
  CHECK(opened.chip.writes.empty());
}

TEST_CASE("words that do not arrive, and cells that do not keep them, are found", "[bundle]") {
  Opened opened;
  opened.chip.lose_cell = 2;
  CHECK(opened.load(small_bundle(opened.chip)) == XPK_VERIFY);
  Opened other;
  other.chip.forget_cell = 3;
  CHECK(other.load(small_bundle(other.chip)) == XPK_OK);  // nobody has looked
  CHECK(other.load(small_bundle(other.chip), true) == XPK_VERIFY);
  CHECK_THAT(xpk_error_text(&other.device), Contains("3 cells read back differently"));
}

TEST_CASE("a bundle is read from a file", "[bundle]") {
  Opened opened;
  char path[] = "/tmp/xpk_bundle_XXXXXX";
  REQUIRE(mkstemp(path) >= 0);
  const auto write = [&](std::size_t extra) {
    std::ofstream file(path, std::ios::binary);
    for (const std::uint32_t word : small_bundle(opened.chip)) {
      for (unsigned lsb = 0; lsb < 32; lsb += 8) file.put(static_cast<char>(word >> lsb));
    }
    for (std::size_t i = 0; i < extra; ++i) file.put('x');
  };
  write(0);
  CHECK(xpk_load_file(&opened.device, path, true) == XPK_OK);
  CHECK(opened.chip.registers[XPIKE_REG_CONVERTER] == 30);
  write(1);
  CHECK(xpk_load_file(&opened.device, path, false) == XPK_BUNDLE);
  CHECK(xpk_load_file(&opened.device, "/nonexistent.xpkb", false) == XPK_BUNDLE);
  std::remove(path);
}
