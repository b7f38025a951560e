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

Head::Head(const Matrix& matrix, int array_rows, int array_cols, const Kernels& kernels,
           ConverterShape converter)
    : synapses_(matrix, array_rows, array_cols, kernels), bias_(matrix.bias) {
  if (converter != ConverterShape{}) other_.emplace(matrix, array_rows, array_cols, converter);
}

std::vector<std::int32_t> Head::running_scores(const ActiveRows& pooled) const {
  if (other_) return add_up(pooled, other_->quarters(pooled), bias_.size(), 1);
  return add_up(pooled, synapses_.code_sums(pooled), synapses_.code_distance(), 4);
}

template <class Sum>
std::vector<std::int32_t> Head::add_up(const ActiveRows& pooled, const std::vector<Sum>& sums,
                                       std::size_t distance, int unit) const {
  const std::size_t classes = bias_.size();
  const auto steps = static_cast<std::size_t>(pooled.steps());
  std::vector<std::int32_t> running(steps * classes, 0);
  const Sum* sum = sums.data();
  for (int n = 0; n < pooled.tokens(); ++n) {
    for (std::size_t t = 0; t < steps; ++t, sum += distance) {
      std::int32_t* const score = running.data() + t * classes;
      for (std::size_t c = 0; c < classes; ++c) score[c] += unit * sum[c] + bias_[c];
    }
  }
  for (std::size_t i = classes; i < running.size(); ++i) running[i] += running[i - classes];
  return running;
}

}  // namespace xpike::reference
