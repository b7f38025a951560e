// SPDX-License-Identifier: Apache-2.0
// The benchmarks of the kernels. Names are "subject/shape/level"; the counter items_per_second
// counts what the subject's comment says.
#pragma once

#include <filesystem>

#include "reference/kernels/kernels.hpp"

namespace xpike::bench {

// Each registers its benchmarks for one level of vector instructions.
void register_arrays(const reference::Kernels& kernels);
void register_attention(const reference::Kernels& kernels);
void register_streams(const reference::Kernels& kernels);

// Whole images of the shipped models in root/models (one whose data is absent is left out) and of a
// random layer of a vision transformer's size.
void register_networks(const std::filesystem::path& root, const reference::Kernels& kernels);

}  // namespace xpike::bench
