// SPDX-License-Identifier: Apache-2.0
#include "model/npy.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "model/error.hpp"

namespace xpike {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr std::size_t kPreamble = 10;  // magic, version, header length
constexpr std::size_t kMaxRank = 8;

struct Descriptor {
  std::string_view text;
  DataType type;
};
// Of two descriptors of one type, files are written with the first.
constexpr std::array<Descriptor, 6> kDescriptors{{{"|u1", DataType::kU8},
                                                  {"|i1", DataType::kI8},
                                                  {"<i2", DataType::kI16},
                                                  {"<u2", DataType::kU16},
                                                  {"<i4", DataType::kI32},
                                                  {"|b1", DataType::kU8}}};

// Reads the Python dictionary of a header: {'descr': '<i4', 'fortran_order': False, 'shape': (2,)}.
class HeaderParser {
 public:
  HeaderParser(std::string_view text, std::string_view place) : text_(text), place_(place) {}

  NpyArray parse() {
    NpyArray array;
    bool seen_type = false;
    bool seen_order = false;
    bool seen_shape = false;
    expect('{');
    while (!accept('}')) {
      const std::string_view key = quoted();
      expect(':');
      if (key == "descr" && !std::exchange(seen_type, true)) {
        array.type = type(quoted());
      } else if (key == "fortran_order" && !std::exchange(seen_order, true)) {
        if (word() != "False") throw Error(place_, "fortran_order", "only C order is supported");
      } else if (key == "shape" && !std::exchange(seen_shape, true)) {
        array.shape = tuple();
      } else {
        throw Error(place_, "header", fmt::format("key '{}' is unknown or appears twice", key));
      }
      if (!accept(',') && next() != '}') fail();
    }
    skip_blanks();
    if (!text_.empty() || !seen_type || !seen_order || !seen_shape) fail();
    return array;
  }

 private:
  [[noreturn]] void fail() const { throw Error(place_, "header", "is not a .npy header"); }
  void skip_blanks() {
    const std::size_t blanks = text_.find_first_not_of(" \n");
    text_.remove_prefix(std::min(blanks, text_.size()));
  }
  char next() {
    skip_blanks();
    return text_.empty() ? '\0' : text_.front();
  }
  bool accept(char c) {
    if (next() != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  void expect(char c) {
    if (!accept(c)) fail();
  }
  std::string_view take(std::size_t count) {
    const std::string_view part = text_.substr(0, count);
    text_.remove_prefix(part.size());
    return part;
  }
  std::string_view quoted() {
    const char quote = next();
    if (quote != '\'' && quote != '"') fail();
    text_.remove_prefix(1);
    const std::size_t length = text_.find(quote);
    if (length == std::string_view::npos) fail();
    const std::string_view part = take(length);
    text_.remove_prefix(1);
    return part;
  }
  std::string_view word() {
    skip_blanks();
    return take(std::min(text_.find_first_of(",} \n"), text_.size()));
  }
  std::vector<std::size_t> tuple() {
    std::vector<std::size_t> sides;
    expect('(');
    while (!accept(')')) {
      sides.push_back(number());
      if (sides.size() > kMaxRank) throw Error(place_, "shape", "has too many dimensions");
      if (!accept(',') && next() != ')') fail();
    }
    return sides;
  }
  std::size_t number() {
    skip_blanks();
    const std::size_t digits = std::min(text_.find_first_not_of("0123456789"), text_.size());
    if (digits == 0 || digits > 12) fail();
    std::size_t value = 0;
    for (const char digit : take(digits))
      value = value * 10 + static_cast<std::size_t>(digit - '0');
    return value;
  }
  DataType type(std::string_view text) const {
    const auto found = std::ranges::find(kDescriptors, text, &Descriptor::text);
    if (found != kDescriptors.end()) return found->type;
    throw Error(
        place_, "descr",
        fmt::format("type '{}' is not bool, uint8, int8, int16, uint16 or int32, little-endian",
                    text));
  }

  std::string_view text_;
  std::string_view place_;
};

}  // namespace

std::int32_t NpyArray::value(std::size_t index) const {
  const std::uint8_t* at = data.data() + index * byte_size(type);
  switch (type) {
    case DataType::kU8:
      return at[0];
    case DataType::kI8:
      return static_cast<std::int8_t>(at[0]);
    case DataType::kU16:
      return at[0] | at[1] << 8;
    case DataType::kI16:
      return static_cast<std::int16_t>(at[0] | at[1] << 8);
    case DataType::kI32:
      break;
  }
  std::uint32_t value = 0;
  for (std::size_t i = 4; i-- > 0;) value = value << 8 | at[i];
  return static_cast<std::int32_t>(value);
}

NpyArray parse_npy(std::span<const std::uint8_t> file, std::string_view place) {
  const std::string_view text(reinterpret_cast<const char*>(file.data()), file.size());
  if (text.substr(0, kMagic.size()) != kMagic) throw Error(place, "magic", "is not a .npy file");
  if (file.size() < kPreamble) throw Error(place, "header", "file is truncated");
  if (file[6] != 1 || file[7] != 0) {
    throw Error(place, "version", fmt::format("{}.{} is not 1.0", file[6], file[7]));
  }
  const auto length = static_cast<std::size_t>(file[8] | file[9] << 8);
  if (length > file.size() - kPreamble) throw Error(place, "header", "file is truncated");
  NpyArray array = HeaderParser(text.substr(kPreamble, length), place).parse();
  const auto data = file.subspan(kPreamble + length);
  const auto expected = shape_bytes(array.shape, array.type);
  if (!expected || *expected != data.size()) {
    throw Error(place, "shape",
                fmt::format("({}) of {} does not match {} data bytes", fmt::join(array.shape, ", "),
                            to_text(array.type), data.size()));
  }
  array.data.assign(data.begin(), data.end());
  return array;
}

Bytes npy_bytes(const NpyArray& array) {
  const auto descriptor = std::ranges::find(kDescriptors, array.type, &Descriptor::type);
  std::string header =
      fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}{}), }}", descriptor->text,
                  fmt::join(array.shape, ", "), array.shape.size() == 1 ? "," : "");
  // The data starts at a multiple of 64 bytes; the last header byte is a line feed.
  header.append(63 - (kPreamble + header.size()) % 64, ' ');
  header += '\n';
  Bytes file;
  file.reserve(kPreamble + header.size() + array.data.size());
  for (const char c : kMagic) file.push_back(static_cast<std::uint8_t>(c));
  file.push_back(1);  // version 1.0
  file.push_back(0);
  file.push_back(static_cast<std::uint8_t>(header.size()));
  file.push_back(static_cast<std::uint8_t>(header.size() >> 8));
  for (const char c : header) file.push_back(static_cast<std::uint8_t>(c));
  file.insert(file.end(), array.data.begin(), array.data.end());
  return file;
}

}  // namespace xpike
