// SPDX-License-Identifier: Apache-2.0
// Program packets of docs/host.md, for benches; the CRC is zlib's.
#pragma once

#include <zlib.h>

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace xpike::tb {

/// CRC-32 of words, the low byte of each first.
inline std::uint32_t crc_of(std::span<const std::uint32_t> words) {
  uLong crc = 0;
  for (const std::uint32_t word : words) {
    const std::array<Bytef, 4> bytes{static_cast<Bytef>(word), static_cast<Bytef>(word >> 8U),
                                     static_cast<Bytef>(word >> 16U),
                                     static_cast<Bytef>(word >> 24U)};
    crc = crc32(crc, bytes.data(), bytes.size());
  }
  return static_cast<std::uint32_t>(crc);
}

inline std::uint32_t record_head(std::uint32_t address, std::size_t words, bool increment) {
  return address | static_cast<std::uint32_t>(words) << 16U | (increment ? 1U << 31U : 0U);
}

inline void add_record(std::vector<std::uint32_t>& packet, std::uint32_t address, bool increment,
                       std::span<const std::uint32_t> words) {
  packet.push_back(record_head(address, words.size(), increment));
  packet.insert(packet.end(), words.begin(), words.end());
}

}  // namespace xpike::tb
