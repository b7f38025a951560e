// SPDX-License-Identifier: Apache-2.0
// Register writes as program packets of the host interface (docs/host.md).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "register_recorder.hpp"

namespace xpike::sim {

/// CRC-32 (IEEE 802.3) of words, the low byte of each first.
std::uint32_t crc32_of(std::span<const std::uint32_t> words);

/// Packets that make these writes, in order. Each ends with its CRC. The address TARGET begins a
/// new packet, so that one holds an array or the neurons of a row block.
std::vector<std::vector<std::uint32_t>> program_packets(std::span<const RegisterWrite> writes);

}  // namespace xpike::sim
