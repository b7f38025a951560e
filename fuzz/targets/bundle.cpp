// SPDX-License-Identifier: Apache-2.0
// Bundles of the driver, before a chip that is nothing but registers. Mutations break the
// checksums, so each input is also tried with head and checksums set right.
#include <algorithm>
#include <cstring>
#include <vector>

#include "driver/tests/mock_chip.hpp"
#include "fuzz/check.hpp"

using namespace xpike;

namespace {

using Words = std::vector<std::uint32_t>;

constexpr std::size_t kMaxWords = 4096;

void load(const Words& words) {
  MockChip chip;
  const xpk_transport transport = chip.transport();
  xpk_device device{};
  fuzz::require(xpk_open(&device, &transport) == XPK_OK, "the chip opens");
  device.poll_limit = 4;
  chip.writes.clear();
  const int status = xpk_load(&device, words.data(), words.size(), words.size() % 2 == 0);
  if (status != XPK_OK) fuzz::require(fuzz::is_one_line(xpk_error_text(&device)), "one line");
  if (status == XPK_BUNDLE || status == XPK_SHAPE) {
    fuzz::require(chip.writes.empty(), "nothing is written before all is checked");
  }
}

// What the format demands, around whatever the input has inside.
void mend(Words& words) {
  const MockChip chip;
  words[0] = XPK_BUNDLE_MAGIC;
  words[1] = XPK_BUNDLE_VERSION;
  words[2] = static_cast<std::uint32_t>(words.size());
  for (std::uint32_t i = 0; i < XPIKE_COUNT_SHAPE; ++i) {
    words[XPK_BUNDLE_SHAPE + i] = chip.registers.at(XPIKE_REG_SHAPE + i);
  }
  const std::size_t end = words.size() - 1;
  for (std::size_t place = XPK_BUNDLE_HEAD; place < end;) {
    const std::size_t length = words[place];
    if (length == 0 || length > end - place - 1) break;
    words[place + length] = xpk_crc32(0, &words[place + 1], length - 1);
    place += 1 + length;
  }
  words[end] = xpk_crc32(0, words.data(), end);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Words words(std::min(size / 4, kMaxWords));
  if (words.empty()) return 0;
  std::memcpy(words.data(), data, 4 * words.size());
  load(words);
  if (words.size() > XPK_BUNDLE_HEAD) {
    mend(words);
    load(words);
  }
  return 0;
}
