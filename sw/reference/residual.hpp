// SPDX-License-Identifier: Apache-2.0
// Residual unit (docs/numerics.md, section 8).
#pragma once

#include <cstdint>

#include "model/network.hpp"
#include "model/spike_tensor.hpp"

namespace xpike::reference {

// Combines 64 features at once: x is the stream that is carried on, branch the new result.
constexpr std::uint64_t residual(Residual kind, std::uint64_t x, std::uint64_t branch) {
  switch (kind) {
    case Residual::kOr:
      return x | branch;
    case Residual::kXor:
      return x ^ branch;
    case Residual::kIand:
      break;
  }
  return x & ~branch;
}

SpikeTensor residual(Residual kind, const SpikeTensor& x, const SpikeTensor& branch);

}  // namespace xpike::reference
