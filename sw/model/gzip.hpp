// SPDX-License-Identifier: Apache-2.0
// Reading of gzip files (RFC 1952, one member), with zlib, which checks length and CRC.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "model/file_io.hpp"

namespace xpike {

// Whether a file starts as gzip files do.
bool is_gzip(std::span<const std::uint8_t> file);

// The first `count` bytes of the contents, fewer if there are no more. What follows is not looked
// at. Throws Error(place, "gzip", ...) if the file is damaged or ends too early.
Bytes gunzip_start(std::span<const std::uint8_t> file, std::size_t count, std::string_view place);

// The whole contents, of at most `limit` bytes; memory grows with the contents, whatever the file
// promises. Throws Error(place, "gzip", ...) also if there are more, or if bytes follow the end.
Bytes gunzip(std::span<const std::uint8_t> file, std::size_t limit, std::string_view place);

}  // namespace xpike
