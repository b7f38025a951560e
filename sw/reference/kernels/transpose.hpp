// SPDX-License-Identifier: Apache-2.0
// Transposition of 64 x 64 bits, for every level: swaps ever smaller blocks beside the diagonal.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "reference/kernels/kernels.hpp"

namespace xpike::reference {

template <class V>
void transpose(const std::uint64_t* in, std::uint64_t* out) {
  std::memcpy(out, in, 64 * sizeof(std::uint64_t));
  std::uint64_t mask = 0x00000000FFFFFFFFU;
  for (unsigned j = 32; j != 0; j >>= 1, mask ^= mask << j) {
    for (unsigned block = 0; block < 64; block += 2 * j) {
      for (unsigned row = block; row < block + j; ++row) {
        const std::uint64_t swap = ((out[row] >> j) ^ out[row + j]) & mask;
        out[row] ^= swap << j;
        out[row + j] ^= swap;
      }
    }
  }
}

}  // namespace xpike::reference
