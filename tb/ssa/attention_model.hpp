// SPDX-License-Identifier: Apache-2.0
// Stochastic attention of one head in plain integers, straight from docs/numerics.md section 7.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace xpike::tb {

using Bits = std::vector<std::uint8_t>;  // one 0 or 1 each
using Bytes = std::vector<std::uint8_t>;
using Numbers = std::vector<unsigned>;  // random numbers of bank A

/// Fields of a layer that attention looks at.
struct LayerFields {
  int k_s = 0;
  int k_a = 0;
  bool row_exponent = false;
  int row_offset = 0;

  /// The packed struct xpk_pkg::layer_t; the residual codes are filled with `residuals` (4 bits).
  std::uint32_t packed(unsigned residuals = 0) const {
    return (residuals & 15U) << 13U | (static_cast<unsigned>(row_offset) & 15U) << 9U |
           (row_exponent ? 1U : 0U) << 8U | static_cast<unsigned>(k_a) << 4U |
           static_cast<unsigned>(k_s);
  }
};

struct AttentionModel {
  int physical = 0;  // N, more than the side of a tile for long sequences
  int tokens = 0;    // n_tokens
  bool causal = false;
  LayerFields layer;

  /// S[i * N + j] of one time step. q and k: [column][token], N bits per column.
  Bits scores(const std::vector<Bits>& q, const std::vector<Bits>& k, const Bytes& bytes) const {
    const auto n = static_cast<std::size_t>(physical);
    Bits s(n * n, 0);
    for (int i = 0; i < tokens; ++i) {
      for (int j = 0; j < tokens && (j <= i || !causal); ++j) {
        int count = 0;
        for (std::size_t d = 0; d < q.size(); ++d) {
          count += q[d][at(i)] & k[d][at(j)];
        }
        const int random = bytes[at((i + j) % physical)] % (1 << layer.k_s);
        s[at(i) * n + at(j)] = count > random ? 1 : 0;
      }
    }
    return s;
  }

  /// Column of A: N bits.
  Bits output(const Bits& s, const Bits& v, const Numbers& numbers) const {
    const auto n = static_cast<std::size_t>(physical);
    Bits a(n, 0);
    for (int i = 0; i < tokens; ++i) {
      int sum = 0;
      for (int j = 0; j < tokens; ++j) {
        sum += s[at(i) * n + at(j)] & v[at(j)];
      }
      const int random = static_cast<int>(numbers[at(i)]) % (1 << output_exponent(i));
      a[at(i)] = sum > random ? 1 : 0;
    }
    return a;
  }

  int largest_k_a() const { return physical > 256 ? 10 : 8; }

  int output_exponent(int i) const {
    if (!layer.row_exponent) {
      return layer.k_a;
    }
    int exponent = layer.row_offset;
    for (int keys = 1; keys < i + 1; keys *= 2) {
      ++exponent;
    }
    return std::clamp(exponent, 0, largest_k_a());
  }

 private:
  static std::size_t at(int index) { return static_cast<std::size_t>(index); }
};

/// Smallest k with 2^k >= x.
inline int log2_up(int x) {
  int k = 0;
  while ((1 << k) < x) {
    ++k;
  }
  return k;
}

}  // namespace xpike::tb
