// SPDX-License-Identifier: Apache-2.0
#include "reference/head.hpp"

#include <algorithm>

namespace xpike::reference {

int best_class(std::span<const std::int32_t> scores) {
  return static_cast<int>(std::ranges::max_element(scores) - scores.begin());
}

Head::Head(const Matrix& matrix, Pooling pooling, int array_rows, int array_cols)
    : synapses_(matrix, array_rows, array_cols), pooling_(pooling), bias_(matrix.bias) {}

std::vector<std::int32_t> Head::running_scores(const SpikeTensor& input) const {
  const auto classes = static_cast<std::size_t>(synapses_.out());
  std::vector<int> sums(classes);
  std::vector<std::int32_t> score(classes, 0);
  std::vector<std::int32_t> running;
  for (int t = 0; t < input.steps(); ++t) {
    for (int n = 0; n < input.tokens(); ++n) {
      if (!is_pooled(pooling_, n, input.tokens())) continue;
      synapses_.code_sums(input.row(t, n), sums);
      for (std::size_t c = 0; c < classes; ++c) score[c] += 4 * sums[c] + bias_[c];
    }
    running.insert(running.end(), score.begin(), score.end());
  }
  return running;
}

}  // namespace xpike::reference
