// SPDX-License-Identifier: Apache-2.0
// Classification head (docs/numerics.md, section 9).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/network.hpp"
#include "model/spike_tensor.hpp"
#include "reference/synaptic_matrix.hpp"

namespace xpike::reference {

// Whether token n of n_tokens contributes to the scores.
constexpr bool is_pooled(Pooling pooling, int n, int n_tokens) {
  switch (pooling) {
    case Pooling::kFirst:
      return n == 0;
    case Pooling::kLast:
      return n == n_tokens - 1;
    case Pooling::kAll:
      break;
  }
  return true;
}

// Index of the largest score, the lowest one on ties.
int best_class(std::span<const std::int32_t> scores);

class Head {
 public:
  Head(const Matrix& matrix, Pooling pooling, int array_rows, int array_cols);

  // Running scores [step][class].
  std::vector<std::int32_t> running_scores(const SpikeTensor& input) const;

 private:
  SynapticMatrix synapses_;
  Pooling pooling_;
  std::vector<std::int16_t> bias_;
};

}  // namespace xpike::reference
