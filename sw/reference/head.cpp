// SPDX-License-Identifier: Apache-2.0
#include "reference/head.hpp"

#include <algorithm>

namespace xpike::reference {

SpikeTensor pooled_tokens(Pooling pooling, const SpikeTensor& input) {
  if (pooling == Pooling::kAll) return input;
  const int token = pooling == Pooling::kFirst ? 0 : input.tokens() - 1;
  SpikeTensor one(input.steps(), 1, input.features());
  for (int t = 0; t < input.steps(); ++t) {
    std::ranges::copy(input.row(t, token), one.row(t, 0).begin());
  }
  return one;
}

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
  const SpikeTensor pooled = pooled_tokens(pooling_, input);
  for (int t = 0; t < pooled.steps(); ++t) {
    for (int n = 0; n < pooled.tokens(); ++n) {
      synapses_.code_sums(pooled.row(t, n), sums);
      for (std::size_t c = 0; c < classes; ++c) score[c] += 4 * sums[c] + bias_[c];
    }
    running.insert(running.end(), score.begin(), score.end());
  }
  return running;
}

}  // namespace xpike::reference
