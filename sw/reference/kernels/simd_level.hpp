// SPDX-License-Identifier: Apache-2.0
// Which vector instructions the reference uses.
#pragma once

#include <string_view>
#include <vector>

#include "reference/kernels/kernels.hpp"

namespace xpike::reference {

// Levels that this build has and this processor runs, the fastest last: "portable" always, then
// "avx2" and "avx512" on x86-64.
std::vector<const Kernels*> available_kernels();

// One of them by name; throws Error(place, "name", ...) that lists them.
const Kernels& kernels_by_name(std::string_view name, std::string_view place);

// The fastest one, or the one that the environment variable XPIKE_SIMD names. Throws Error if that
// is none of the available ones.
const Kernels& default_kernels();

}  // namespace xpike::reference
