// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <string>

#include "damage.hpp"
#include "model/error.hpp"
#include "model/safetensors.hpp"

using namespace xpike;

namespace {

Bytes file_of(const std::string& header, std::size_t data_bytes) {
  Bytes file(8, 0);
  for (std::size_t i = 0; i < 8; ++i) file[i] = static_cast<std::uint8_t>(header.size() >> (8 * i));
  file.insert(file.end(), header.begin(), header.end());
  for (std::size_t i = 0; i < data_bytes; ++i) file.push_back(static_cast<std::uint8_t>(i));
  return file;
}

std::string refusal(const Bytes& file) {
  try {
    parse_safetensors(file, "f");
  } catch (const Error& error) {
    return error.what();
  }
  return "accepted";
}

std::string refusal(const std::string& header, std::size_t data_bytes) {
  return refusal(file_of(header, data_bytes));
}

const std::string kTwo =
    R"({"__metadata__":{"a":"b"},"x":{"dtype":"I8","shape":[2],"data_offsets":[0,2]},)"
    R"("y":{"dtype":"U16","shape":[1,3],"data_offsets":[2,8]}})";

}  // namespace

TEST_CASE("a hand-made safetensors file is read", "[safetensors]") {
  const SafeTensors contents = parse_safetensors(file_of(kTwo, 8), "f");
  CHECK(contents.metadata.at("a") == "b");
  CHECK(contents.tensors.at("x").data == Bytes{0, 1});
  CHECK(contents.tensors.at("y").type == DataType::kU16);
  CHECK(contents.tensors.at("y").shape == std::vector<std::uint64_t>{1, 3});
  CHECK(contents.tensors.at("y").data == Bytes{2, 3, 4, 5, 6, 7});
}

TEST_CASE("safetensors survive a round trip", "[safetensors]") {
  SafeTensors contents;
  contents.metadata = {{"key", "text \"quoted\""}, {"other", ""}};
  contents.tensors["b"] = {DataType::kI16, {2, 1}, {1, 2, 3, 4}};
  contents.tensors["a"] = {DataType::kI8, {}, {255}};
  contents.tensors["empty"] = {DataType::kI32, {0, 7}, {}};
  CHECK(parse_safetensors(safetensors_bytes(contents), "f") == contents);
  CHECK(parse_safetensors(safetensors_bytes({}), "f") == SafeTensors{});
}

TEST_CASE("broken headers are refused by name", "[safetensors]") {
  CHECK(refusal(Bytes{1, 2, 3}) == "f: header: file is shorter than 8 bytes");
  CHECK(refusal(Bytes(8, 0xFF)) == "f: header: length 18446744073709551615 exceeds the file");
  CHECK(refusal(Bytes{9, 0, 0, 0, 0, 0, 0, 0, '{', '}'}) == "f: header: length 9 exceeds the file");
  CHECK(refusal("", 0) == "f: header: does not start with '{'");
  CHECK(refusal(" {}", 0) == "f: header: does not start with '{'");
  CHECK(refusal("{", 0).find("f: header: is not valid JSON") == 0);
  CHECK(refusal("{}x", 0).find("f: header: is not valid JSON") == 0);
  CHECK(refusal(R"({"x":1e999})", 0).find("f: header: is not valid JSON") == 0);
  CHECK(refusal(R"({"x":NaN})", 0).find("f: header: is not valid JSON") == 0);
  CHECK(refusal(R"({"x":1})", 0) == "f: x: is not an object");
  CHECK(refusal(R"({"x":{},"x":{}})", 0) == "f: header: key 'x' appears twice");
  CHECK(refusal(R"({"__metadata__":{"a":1}})", 0) == "f: __metadata__.a: is not a string");
  CHECK(refusal("{\"x\":" + std::string(5000, '[') + std::string(5000, ']') + "}", 0) ==
        "f: header: JSON is nested deeper than 4 levels");
}

TEST_CASE("broken tensors are refused by name", "[safetensors]") {
  const auto entry = [](const std::string& dtype, const std::string& shape,
                        const std::string& offsets) {
    return R"({"x":{"dtype":")" + dtype + R"(","shape":)" + shape + R"(,"data_offsets":)" +
           offsets + "}}";
  };
  CHECK(refusal(entry("I8", "[4]", "[0,4]"), 4) == "accepted");
  CHECK(refusal(entry("F32", "[1]", "[0,4]"), 4) ==
        "f: x: type 'F32' is not I8, U8, I16, U16 or I32");
  CHECK(refusal(entry("I8", "[4]", "[0,4]"), 3) ==
        "f: x.data_offsets: [0, 4] is outside the 3 data bytes");
  CHECK(refusal(entry("I8", "[4]", "[4,0]"), 4) ==
        "f: x.data_offsets: [4, 0] is outside the 4 data bytes");
  CHECK(refusal(entry("I8", "[4]", "[0]"), 4) == "f: x.data_offsets: is not a pair");
  CHECK(refusal(entry("I8", "[4]", "[-1,3]"), 4) == "f: x.data_offsets: is not a size");
  CHECK(refusal(entry("I16", "[3]", "[0,4]"), 4) ==
        "f: x.shape: [3] of I16 does not match 4 bytes");
  CHECK(refusal(entry("I8", "[2.0]", "[0,2]"), 2) == "f: x.shape: is not a size");
  CHECK(refusal(entry("I8", "7", "[0,2]"), 2) == "f: x.shape: is not a list");
  CHECK(refusal(entry("I8", "[1,1,1,1,1,1,1,1,1]", "[0,1]"), 1) == "f: x: has too many dimensions");
  // 2^32 * 2^32 wraps to 0 bytes in 64 bits.
  CHECK(refusal(entry("I8", "[4294967296,4294967296]", "[0,0]"), 0) ==
        "f: x.shape: [4294967296, 4294967296] of I8 does not match 0 bytes");
  CHECK(refusal(R"({"x":{"dtype":"I8","shape":[1]}})", 0) == "f: x.data_offsets: is missing");
  CHECK(refusal(entry("I8", "[4]", "[0,4]"), 5) == "f: data: 1 bytes belong to no tensor");
}

TEST_CASE("overlaps and holes are refused", "[safetensors]") {
  const auto two = [](const std::string& first, const std::string& second) {
    return R"({"x":{"dtype":"I8","shape":[2],"data_offsets":)" + first +
           R"(},"y":{"dtype":"I8","shape":[2],"data_offsets":)" + second + "}}";
  };
  CHECK(refusal(two("[0,2]", "[2,4]"), 4) == "accepted");
  CHECK(refusal(two("[2,4]", "[0,2]"), 4) == "accepted");
  CHECK(refusal(two("[0,2]", "[1,3]"), 3) == "f: y.data_offsets: overlaps another tensor");
  CHECK(refusal(two("[0,2]", "[0,2]"), 2) == "f: y.data_offsets: overlaps another tensor");
  CHECK(refusal(two("[0,2]", "[3,5]"), 5) == "f: y.data_offsets: leaves a hole before it");
}

TEST_CASE("control characters of a file never reach a message", "[safetensors]") {
  CHECK(refusal(R"({"a\nb":1})", 0) == "f: a?b: is not an object");
}

TEST_CASE("no damaged safetensors file gets past the parser unseen", "[safetensors][damage]") {
  const auto parse = [](const Bytes& bytes) { parse_safetensors(bytes, "damaged"); };
  const Bytes valid = file_of(kTwo, 8);
  const DamageCount cut = truncate_everywhere(valid, parse);
  CHECK(cut.accepted == 0);
  CHECK(cut.refused == static_cast<int>(valid.size()));
  const DamageCount flipped = flip_bits(valid, 0, valid.size() - 8, parse);
  CHECK(flipped.refused > flipped.accepted);
  const DamageCount scribbled = scribble(valid, 20000, parse);
  CHECK(scribbled.refused + scribbled.accepted == 20000);
}
