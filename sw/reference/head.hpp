// SPDX-License-Identifier: Apache-2.0
// Classification head (docs/numerics.md, section 9).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "model/network.hpp"
#include "model/spike_tensor.hpp"
#include "reference/active_rows.hpp"
#include "reference/faults.hpp"
#include "reference/plain_matrix.hpp"
#include "reference/synaptic_matrix.hpp"

namespace xpike::reference {

// The tokens that contribute to the scores: the head multiplies no others.
SpikeTensor pooled_tokens(Pooling pooling, const SpikeTensor& input);

// Index of the largest score, the lowest one on ties.
int best_class(std::span<const std::int32_t> scores);

class Head {
 public:
  Head(const Matrix& matrix, int array_rows, int array_cols, const Kernels& kernels,
       ConverterShape converter = {});

  // Running scores [step][class] of the pooled tokens.
  std::vector<std::int32_t> running_scores(const ActiveRows& pooled) const;

 private:
  // Sums [token-step][distance], of which one counts `unit`.
  template <class Sum>
  std::vector<std::int32_t> add_up(const ActiveRows& pooled, const std::vector<Sum>& sums,
                                   std::size_t distance, int unit) const;

  SynapticMatrix synapses_;
  std::optional<PlainMatrix> other_;  // with converters of another shape
  std::vector<std::int16_t> bias_;
};

}  // namespace xpike::reference
