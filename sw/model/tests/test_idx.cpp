// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <string>

#include "damage.hpp"
#include "gzip_bytes.hpp"
#include "model/error.hpp"
#include "model/gzip.hpp"
#include "model/idx.hpp"

using namespace xpike;

namespace {

// Two images of 1 x 3 pixels.
const Bytes kImages{0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 10, 11, 12, 253, 254, 255};
// Labels 7, 2, 1, 0, 4, as Python's gzip.compress(..., mtime=0) packs them.
const Bytes kPackedLabels{0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0x63,
                          0x60, 0xE0, 0x60, 0x64, 0x60, 0x60, 0x60, 0x65, 0x67, 0x62, 0x64,
                          0x60, 0x01, 0x00, 0xFF, 0xE7, 0x3E, 0x14, 0x0D, 0x00, 0x00, 0x00};

std::string refusal(const Bytes& file, std::size_t rank = 3) {
  try {
    parse_idx(file, rank, "f");
  } catch (const Error& error) {
    return error.what();
  }
  return "accepted";
}

Bytes with(Bytes file, std::size_t at, std::uint8_t value) {
  file.at(at) = value;
  return file;
}

Bytes start_of(const Bytes& file, std::size_t length) {
  return {file.begin(), file.begin() + static_cast<std::ptrdiff_t>(length)};
}

Bytes and_byte(Bytes file) {
  file.push_back(0);
  return file;
}

}  // namespace

TEST_CASE("a file of images is read", "[idx]") {
  const NpyArray array = parse_idx(kImages, 3, "f");
  CHECK(array.type == DataType::kU8);
  CHECK(array.shape == std::vector<std::size_t>{2, 1, 3});
  CHECK(array.data == Bytes{10, 11, 12, 253, 254, 255});
  CHECK(parse_idx(gzip_bytes(kImages), 3, "f") == array);
}

TEST_CASE("a compressed file of labels from another program is read", "[idx]") {
  CHECK_FALSE(is_gzip(kImages));
  CHECK(is_gzip(kPackedLabels));
  const NpyArray array = parse_idx(kPackedLabels, 1, "f");
  CHECK(array.shape == std::vector<std::size_t>{5});
  CHECK(array.data == Bytes{7, 2, 1, 0, 4});
}

TEST_CASE("sides are 32 bits, most significant byte first", "[idx]") {
  Bytes file{0, 0, 8, 1, 0, 0x01, 0x02, 0x03};
  file.resize(8 + 0x010203, 9);
  CHECK(parse_idx(file, 1, "f").shape == std::vector<std::size_t>{0x010203});
}

TEST_CASE("foreign and broken IDX files are refused by name", "[idx]") {
  CHECK(refusal({}) == "f: magic: is not an IDX file");
  CHECK(refusal({0, 0, 8}) == "f: magic: is not an IDX file");
  CHECK(refusal({0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0}) == "f: magic: is not an IDX file");
  CHECK(refusal(with(kImages, 2, 0x0D)) == "f: type: code 0x0d is not 0x08, unsigned bytes");
  CHECK(refusal(kImages, 1) == "f: shape: 3 dimensions instead of 1");
  CHECK(refusal(start_of(kImages, 15)) == "f: header: file is truncated");
  CHECK(refusal(start_of(kImages, 21)) == "f: shape: (2, 1, 3) does not match 5 data bytes");
  CHECK(refusal(and_byte(kImages)) == "f: shape: (2, 1, 3) does not match 7 data bytes");
  CHECK(refusal({0, 0, 8, 1, 0x40, 0, 0, 0}, 1) ==
        "f: shape: (1073741824) does not match 0 data bytes");
  CHECK(refusal({0, 0, 8, 1, 0x40, 0, 0, 1}, 1) ==
        "f: shape: (1073741825) is more than 1073741824 bytes");
  // the product is 2^64 and would wrap to 0
  CHECK(refusal({0, 0, 8, 3, 0x80, 0, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 4}) ==
        "f: shape: (2147483648, 2147483648, 4) is more than 1073741824 bytes");
}

TEST_CASE("broken compressed files are refused by name", "[idx][gzip]") {
  const Bytes packed = gzip_bytes(kImages);
  CHECK(refusal(start_of(packed, 2)) == "f: gzip: file is truncated");
  CHECK(refusal(start_of(packed, packed.size() - 1)) == "f: gzip: file is truncated");
  CHECK(refusal(with(packed, packed.size() - 8, packed[packed.size() - 8] ^ 1)) ==
        "f: gzip: is damaged");                                                 // CRC
  CHECK(refusal(with(packed, packed.size() - 1, 1)) == "f: gzip: is damaged");  // length
  CHECK(refusal(with(packed, 2, 7)) == "f: gzip: is damaged");                  // method
  CHECK(refusal(and_byte(packed)) == "f: gzip: 1 bytes follow the compressed data");
  CHECK(refusal(gzip_bytes(and_byte(kImages))) == "f: gzip: holds more than 22 bytes");
  CHECK(refusal(gzip_bytes(start_of(kImages, 21))) ==
        "f: shape: (2, 1, 3) does not match 5 data bytes");
  CHECK(refusal(gzip_bytes(gzip_bytes(kImages))) == "f: magic: is not an IDX file");
}

TEST_CASE("contents are unpacked no further than the header says", "[idx][gzip]") {
  Bytes bomb = kImages;
  bomb.resize(100 << 20);  // packs to some 100 kB
  CHECK(refusal(gzip_bytes(bomb)) == "f: gzip: holds more than 22 bytes");
  CHECK(gunzip_start(gzip_bytes(bomb), 3, "f") == Bytes{0, 0, 8});
  CHECK(gunzip_start(gzip_bytes({5, 6}), 3, "f") == Bytes{5, 6});
  CHECK(gunzip(gzip_bytes({}), 0, "f").empty());
}

TEST_CASE("no damaged IDX file gets past the parser unseen", "[idx][damage]") {
  const auto parse = [](const Bytes& bytes) {
    const NpyArray array = parse_idx(bytes, 3, "damaged");
    REQUIRE(array.data.size() == array.shape[0] * array.shape[1] * array.shape[2]);
  };
  const DamageCount cut = truncate_everywhere(kImages, parse);
  CHECK(cut.accepted == 0);
  CHECK(cut.refused == static_cast<int>(kImages.size()));
  CHECK(flip_bits(kImages, 0, 16, parse).accepted == 0);
  const DamageCount scribbled = scribble(kImages, 20000, parse);
  CHECK(scribbled.refused + scribbled.accepted == 20000);
}

TEST_CASE("no damaged compressed file gets past the parser unseen", "[idx][gzip][damage]") {
  const Bytes packed = gzip_bytes(kImages);
  const NpyArray valid = parse_idx(packed, 3, "f");
  const auto parse = [&](const Bytes& bytes) {
    const NpyArray array = parse_idx(bytes, 3, "damaged");
    REQUIRE(array == valid);
  };
  CHECK(truncate_everywhere(packed, parse).accepted == 0);
  // Time, hints and the system (bytes 4 to 9) may be anything, so may the last bits before the CRC.
  CHECK(flip_bits(packed, 10, packed.size() - 9, parse).accepted == 0);
  CHECK(flip_bits(packed, packed.size() - 8, packed.size(), parse).accepted == 0);
  const DamageCount scribbled = scribble(packed, 5000, parse);
  CHECK(scribbled.refused > scribbled.accepted);
}
