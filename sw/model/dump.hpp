// SPDX-License-Identifier: Apache-2.0
// Dumps of every tensor of an image (docs/numerics.md, section 10).
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "model/engine.hpp"
#include "model/npy.hpp"

namespace xpike {

// Name of the folder of one image: "img00000".
std::string dump_folder(std::uint32_t image_number);

// Array [step][token][feature] of a spike tensor; heads > 0 splits the token axis into
// [head][token], for the scores.
NpyArray npy_of(const SpikeTensor& spikes, int heads = 0);

// int32 array of the given shape.
NpyArray npy_of(std::span<const std::int32_t> values, std::vector<std::size_t> shape);

// Writes the .npy files of one image into `folder`, which exists already.
void write_dump(const Tensors& tensors, const std::filesystem::path& folder);

}  // namespace xpike
