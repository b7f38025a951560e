// SPDX-License-Identifier: Apache-2.0
// NumPy's .npy format, version 1.0: integer arrays of up to 32 bits, little-endian, C order;
// booleans are read as uint8.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "model/file_io.hpp"
#include "model/safetensors.hpp"

namespace xpike {

struct NpyArray {
  DataType type = DataType::kU8;
  std::vector<std::size_t> shape;
  Bytes data;  // little-endian, C order

  std::size_t size() const { return data.size() / byte_size(type); }
  std::int32_t value(std::size_t index) const;
  bool operator==(const NpyArray&) const = default;
};

// Parses a whole file. Throws Error(place, field, ...) for other versions, types or orders, and
// where the data is not exactly what the shape says.
NpyArray parse_npy(std::span<const std::uint8_t> file, std::string_view place);

// The bytes of a file, as NumPy would write it.
Bytes npy_bytes(const NpyArray& array);

}  // namespace xpike
