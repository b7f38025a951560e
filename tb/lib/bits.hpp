// SPDX-License-Identifier: Apache-2.0
// Fields of flat vector ports, `x[lsb +: width]`, for every port type of Verilator:
// an unsigned integer up to 64 bits wide, VlWide (32-bit words) above.
#pragma once

#include <verilated.h>

#include <cstddef>
#include <cstdint>

namespace xpike::tb {

namespace detail {

template <class Port>
bool get_bit(const Port& port, std::size_t index) {
  return ((port >> index) & 1U) != 0;
}
template <std::size_t Words>
bool get_bit(const VlWide<Words>& port, std::size_t index) {
  return ((port.at(index / 32) >> (index % 32)) & 1U) != 0;
}
template <class Port>
void set_bit(Port& port, std::size_t index, bool value) {
  const auto mask = std::uint64_t{1} << index;
  port = static_cast<Port>(value ? (port | mask) : (port & ~mask));
}
template <std::size_t Words>
void set_bit(VlWide<Words>& port, std::size_t index, bool value) {
  const auto mask = std::uint32_t{1} << (index % 32);
  auto& word = port.at(index / 32);
  word = value ? (word | mask) : (word & ~mask);
}

}  // namespace detail

/// port[lsb +: width], width in 1..64.
template <class Port>
std::uint64_t get_bits(const Port& port, std::size_t lsb, std::size_t width = 1) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < width; ++i) {
    value |= static_cast<std::uint64_t>(detail::get_bit(port, lsb + i)) << i;
  }
  return value;
}

/// port[lsb +: width] = value, width in 1..64; higher bits of value are ignored.
template <class Port>
void set_bits(Port& port, std::size_t lsb, std::size_t width, std::uint64_t value) {
  for (std::size_t i = 0; i < width; ++i) {
    detail::set_bit(port, lsb + i, ((value >> i) & 1U) != 0);
  }
}

}  // namespace xpike::tb
