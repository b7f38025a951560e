// SPDX-License-Identifier: Apache-2.0
// The safetensors container: 8 bytes of header length, a JSON header, then raw little-endian data.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/file_io.hpp"

namespace xpike {

enum class DataType : std::uint8_t { kI8, kU8, kI16, kU16, kI32 };

std::string_view to_text(DataType type);  // name in a safetensors header
std::size_t byte_size(DataType type);
// Bytes of an array, or nothing if the product does not fit 64 bits.
std::optional<std::uint64_t> shape_bytes(std::span<const std::uint64_t> shape, DataType type);

struct RawTensor {
  DataType type = DataType::kI8;
  std::vector<std::uint64_t> shape;
  Bytes data;
  bool operator==(const RawTensor&) const = default;
};

struct SafeTensors {
  std::map<std::string, std::string> metadata;
  std::map<std::string, RawTensor> tensors;
  bool operator==(const SafeTensors&) const = default;
};

// Parses a whole file. Throws Error(place, field, ...) unless every rule of the format holds:
// header inside the file and of sane size, no duplicate names, known types, shapes that match
// their bytes, tensors that cover the data exactly, without holes or overlaps.
SafeTensors parse_safetensors(std::span<const std::uint8_t> file, std::string_view place);

// The bytes of a file. Tensors are laid out in name order, behind a header padded to 8 bytes.
Bytes safetensors_bytes(const SafeTensors& contents);

}  // namespace xpike
