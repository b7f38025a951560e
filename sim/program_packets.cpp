// SPDX-License-Identifier: Apache-2.0
#include "program_packets.hpp"

#include <zlib.h>

#include <array>
#include <cstddef>
#include <xpike/registers.hpp>

namespace xpike::sim {

namespace {

constexpr std::size_t kMaxRecord = 32767;  // words
constexpr std::uint32_t kCountLsb = 16;
constexpr std::uint32_t kIncrement = 1U << 31U;

// Windows count by themselves; everything else is written once.
bool is_window(std::uint16_t address) {
  return address == regs::cell_data.address || address == regs::neuron.address;
}

// The record that begins at writes[0]: as many writes as it can hold. Returns how many.
std::size_t add_record(std::vector<std::uint32_t>& packet, std::span<const RegisterWrite> writes) {
  const std::uint16_t first = writes[0].address;
  const bool window = is_window(first);
  std::size_t count = 1;
  while (count < writes.size() && count < kMaxRecord) {
    const std::uint16_t expected = window ? first : static_cast<std::uint16_t>(first + count);
    const std::uint16_t address = writes[count].address;
    if (address != expected || (!window && (is_window(address) || address == regs::target.address)))
      break;
    ++count;
  }
  packet.push_back(first | static_cast<std::uint32_t>(count) << kCountLsb |
                   (window ? 0 : kIncrement));
  for (const RegisterWrite& write : writes.first(count)) packet.push_back(write.value);
  return count;
}

}  // namespace

std::uint32_t crc32_of(std::span<const std::uint32_t> words) {
  uLong crc = 0;
  for (const std::uint32_t word : words) {
    const std::array<Bytef, 4> bytes{static_cast<Bytef>(word), static_cast<Bytef>(word >> 8U),
                                     static_cast<Bytef>(word >> 16U),
                                     static_cast<Bytef>(word >> 24U)};
    crc = crc32(crc, bytes.data(), bytes.size());
  }
  return static_cast<std::uint32_t>(crc);
}

std::vector<std::vector<std::uint32_t>> program_packets(std::span<const RegisterWrite> writes) {
  std::vector<std::vector<std::uint32_t>> packets;
  while (!writes.empty()) {
    if (packets.empty() || writes[0].address == regs::target.address) packets.emplace_back();
    writes = writes.subspan(add_record(packets.back(), writes));
  }
  for (std::vector<std::uint32_t>& packet : packets) packet.push_back(crc32_of(packet));
  return packets;
}

}  // namespace xpike::sim
