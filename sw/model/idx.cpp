// SPDX-License-Identifier: Apache-2.0
#include "model/idx.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "model/error.hpp"
#include "model/gzip.hpp"

namespace xpike {
namespace {

constexpr std::uint8_t kUnsignedBytes = 0x08;

constexpr std::size_t header_bytes(std::size_t rank) { return 4 + 4 * rank; }

std::vector<std::size_t> parse_sides(std::span<const std::uint8_t> file, std::size_t rank,
                                     std::string_view place) {
  if (file.size() < 4 || file[0] != 0 || file[1] != 0) {
    throw Error(place, "magic", "is not an IDX file");
  }
  if (file[2] != kUnsignedBytes) {
    throw Error(place, "type", fmt::format("code {:#04x} is not 0x08, unsigned bytes", file[2]));
  }
  if (file[3] != rank) {
    throw Error(place, "shape", fmt::format("{} dimensions instead of {}", file[3], rank));
  }
  if (file.size() < header_bytes(rank)) throw Error(place, "header", "file is truncated");
  std::vector<std::size_t> sides;
  for (std::size_t at = 4; at < header_bytes(rank); at += 4) {
    std::size_t side = 0;
    for (std::size_t i = 0; i < 4; ++i) side = side << 8 | file[at + i];
    sides.push_back(side);
  }
  return sides;
}

// Bytes of a whole file, within the limit of all files.
std::size_t file_bytes(const std::vector<std::size_t>& sides, std::string_view place) {
  const auto data = shape_bytes(sides, DataType::kU8);
  if (data && *data <= kMaxFileBytes) return header_bytes(sides.size()) + *data;
  throw Error(place, "shape",
              fmt::format("({}) is more than {} bytes", fmt::join(sides, ", "), kMaxFileBytes));
}

}  // namespace

NpyArray parse_idx(std::span<const std::uint8_t> file, std::size_t rank, std::string_view place) {
  Bytes unpacked;
  if (is_gzip(file)) {
    const Bytes start = gunzip_start(file, header_bytes(rank), place);
    unpacked = gunzip(file, file_bytes(parse_sides(start, rank, place), place), place);
    file = unpacked;
  }
  const std::vector<std::size_t> sides = parse_sides(file, rank, place);
  if (file.size() != file_bytes(sides, place)) {
    throw Error(place, "shape",
                fmt::format("({}) does not match {} data bytes", fmt::join(sides, ", "),
                            file.size() - header_bytes(rank)));
  }
  const auto data = file.subspan(header_bytes(rank));
  return {DataType::kU8, sides, Bytes(data.begin(), data.end())};
}

}  // namespace xpike
