// SPDX-License-Identifier: Apache-2.0
// Model files: one safetensors file per network (docs/numerics.md, section 10).
#pragma once

#include <filesystem>
#include <span>
#include <string_view>

#include "model/file_io.hpp"
#include "model/network.hpp"

namespace xpike {

// Reads and checks a model file. Throws Error(path, field, ...) for whatever is missing, unknown,
// misshapen or out of range.
Network load_model(const std::filesystem::path& path);

// The same for bytes in memory; place names them in errors.
Network parse_model(std::span<const std::uint8_t> file, std::string_view place);

// Writes a model file atomically. Throws Error if the network is faulty or holds devices, which
// the format has no place for.
void save_model(const Network& network, const std::filesystem::path& path);
Bytes model_bytes(const Network& network);

}  // namespace xpike
