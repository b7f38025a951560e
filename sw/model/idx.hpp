// SPDX-License-Identifier: Apache-2.0
// The IDX format of the MNIST files: two zero bytes, a type code, the number of dimensions, one
// 32-bit big-endian side per dimension, then the data in C order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "model/npy.hpp"

namespace xpike {

// Parses a whole file of unsigned bytes with `rank` dimensions, 1 to 3, gzip-compressed or not.
// Throws Error(place, field, ...) for other types and ranks, and where the data is not exactly
// what the sides say. Nothing is allocated or unpacked beyond what the sides say.
NpyArray parse_idx(std::span<const std::uint8_t> file, std::size_t rank, std::string_view place);

}  // namespace xpike
