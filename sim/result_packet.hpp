// SPDX-License-Identifier: Apache-2.0
// Result packets (docs/architecture.md) as results of an engine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "model/engine.hpp"

namespace xpike::sim {

/// Scores and class of a packet with `steps` scores per class. Throws Error for another length.
void unpack_result(std::span<const std::uint32_t> words, std::size_t classes, std::size_t steps,
                   Result& result);

}  // namespace xpike::sim
