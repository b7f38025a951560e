// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <string>

#include "damage.hpp"
#include "model/error.hpp"
#include "model/npy.hpp"

using namespace xpike;

namespace {

Bytes file_of(const std::string& header, const Bytes& data, std::uint8_t version = 1) {
  const std::string start = "\x93NUMPY";
  Bytes file(start.begin(), start.end());
  file.push_back(version);
  file.push_back(0);
  file.push_back(static_cast<std::uint8_t>(header.size()));
  file.push_back(static_cast<std::uint8_t>(header.size() >> 8));
  file.insert(file.end(), header.begin(), header.end());
  file.insert(file.end(), data.begin(), data.end());
  return file;
}

std::string refusal(const Bytes& file) {
  try {
    parse_npy(file, "f");
  } catch (const Error& error) {
    return error.what();
  }
  return "accepted";
}

// numpy.save of numpy.array([[1, -2, 300]], dtype='<i2')
const std::string kHeader = "{'descr': '<i2', 'fortran_order': False, 'shape': (1, 3), }   \n";
const Bytes kData{1, 0, 0xFE, 0xFF, 0x2C, 0x01};

}  // namespace

TEST_CASE("a file in NumPy's layout is read", "[npy]") {
  const NpyArray array = parse_npy(file_of(kHeader, kData), "f");
  CHECK(array.type == DataType::kI16);
  CHECK(array.shape == std::vector<std::size_t>{1, 3});
  REQUIRE(array.size() == 3);
  CHECK(array.value(0) == 1);
  CHECK(array.value(1) == -2);
  CHECK(array.value(2) == 300);
}

TEST_CASE("booleans are read as uint8 and written as that", "[npy]") {
  const std::string header = "{'descr': '|b1', 'fortran_order': False, 'shape': (3,), }   \n";
  const NpyArray array = parse_npy(file_of(header, {0, 1, 1}), "f");
  CHECK(array == NpyArray{DataType::kU8, {3}, {0, 1, 1}});
  CHECK(parse_npy(npy_bytes(array), "f") == array);
  const Bytes bytes = npy_bytes(array);
  CHECK(std::string(bytes.begin(), bytes.end()).find("'|u1'") != std::string::npos);
}

TEST_CASE("every type keeps its extremes", "[npy]") {
  const auto value = [](DataType type, const Bytes& data) {
    return NpyArray{type, {1}, data}.value(0);
  };
  CHECK(value(DataType::kU8, {255}) == 255);
  CHECK(value(DataType::kI8, {0x80}) == -128);
  CHECK(value(DataType::kU16, {0xFF, 0xFF}) == 65535);
  CHECK(value(DataType::kI16, {0x00, 0x80}) == -32768);
  CHECK(value(DataType::kI32, {0x00, 0x00, 0x00, 0x80}) == -2147483647 - 1);
  CHECK(value(DataType::kI32, {0x04, 0x03, 0x02, 0x01}) == 0x01020304);
}

TEST_CASE("arrays survive a round trip and start at a multiple of 64", "[npy]") {
  for (const NpyArray& array :
       {NpyArray{DataType::kU8, {2, 3}, {1, 2, 3, 4, 5, 6}},
        NpyArray{DataType::kI32, {1}, {9, 8, 7, 6}}, NpyArray{DataType::kI16, {}, {1, 2}},
        NpyArray{DataType::kU16, {0, 5}, {}},
        NpyArray{DataType::kI8, {1, 1, 1, 1, 1, 1, 1, 1}, {7}}}) {
    const Bytes file = npy_bytes(array);
    CHECK(parse_npy(file, "f") == array);
    CHECK((file.size() - array.data.size()) % 64 == 0);
    CHECK(file[file.size() - array.data.size() - 1] == '\n');
  }
}

TEST_CASE("foreign and broken files are refused by name", "[npy]") {
  const auto header = [](const std::string& text) { return refusal(file_of(text, kData)); };
  CHECK(refusal({}) == "f: magic: is not a .npy file");
  CHECK(refusal({'P', 'K', 3, 4, 0, 0, 0, 0, 0, 0}) == "f: magic: is not a .npy file");
  CHECK(refusal(file_of(kHeader, kData, 2)) == "f: version: 2.0 is not 1.0");
  CHECK(header("{'descr': '>i2', 'fortran_order': False, 'shape': (1, 3), }")
            .find("f: descr: type '>i2'") == 0);
  CHECK(header("{'descr': '|O', 'fortran_order': False, 'shape': (1, 3), }")
            .find("f: descr: type '|O'") == 0);
  CHECK(header("{'descr': '<i2', 'fortran_order': True, 'shape': (1, 3), }") ==
        "f: fortran_order: only C order is supported");
  CHECK(header("{'descr': '<i2', 'fortran_order': False, 'shape': (1, 4), }") ==
        "f: shape: (1, 4) of I16 does not match 6 data bytes");
  CHECK(header("{'descr': '<i2', 'fortran_order': False, 'shape': (-1, 3), }") ==
        "f: header: is not a .npy header");
  CHECK(header("{'descr': '<i2', 'fortran_order': False}") == "f: header: is not a .npy header");
  CHECK(header("{'descr': '<i2', 'descr': '<i2', 'fortran_order': False, 'shape': (3,)}") ==
        "f: header: key 'descr' is unknown or appears twice");
  CHECK(header("{'descr': '<i2', 'fortran_order': False, 'shape': (3,)} x") ==
        "f: header: is not a .npy header");
  CHECK(header("{'descr': '<i2', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,3)}") ==
        "f: shape: has too many dimensions");
  // 4294967296^2 bytes wrap to 0 in 64 bits
  CHECK(refusal(file_of(
            "{'descr': '|u1', 'fortran_order': False, 'shape': (4294967296, 4294967296)}", {})) ==
        "f: shape: (4294967296, 4294967296) of U8 does not match 0 data bytes");
}

TEST_CASE("no damaged .npy file gets past the parser unseen", "[npy][damage]") {
  const auto parse = [](const Bytes& bytes) {
    const NpyArray array = parse_npy(bytes, "damaged");
    for (std::size_t i = 0; i < array.size(); ++i) static_cast<void>(array.value(i));
  };
  const Bytes valid = file_of(kHeader, kData);
  const DamageCount cut = truncate_everywhere(valid, parse);
  CHECK(cut.accepted == 0);
  const DamageCount flipped = flip_bits(valid, 0, valid.size() - kData.size(), parse);
  CHECK(flipped.refused > flipped.accepted);
  const DamageCount scribbled = scribble(valid, 20000, parse);
  CHECK(scribbled.refused + scribbled.accepted == 20000);
}
