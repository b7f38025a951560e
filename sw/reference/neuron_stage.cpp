// SPDX-License-Identifier: Apache-2.0
#include "reference/neuron_stage.hpp"

#include <algorithm>

#include "reference/lif.hpp"

namespace xpike::reference {

NeuronStage::NeuronStage(const Matrix& matrix, int array_rows, int array_cols)
    : synapses_(matrix, array_rows, array_cols), bias_(matrix.bias), threshold_(matrix.threshold) {}

SpikeTensor NeuronStage::run(const SpikeTensor& input) const {
  const auto width = static_cast<std::size_t>(synapses_.out());
  SpikeTensor output(input.steps(), input.tokens(), synapses_.out());
  std::vector<int> sums(width);
  std::vector<int> membrane(width);
  for (int n = 0; n < input.tokens(); ++n) {
    std::ranges::fill(membrane, 0);
    for (int t = 0; t < input.steps(); ++t) {
      synapses_.code_sums(input.row(t, n), sums);
      for (std::size_t c = 0; c < width; ++c) {
        if (lif_update(membrane[c], sums[c], bias_[c], threshold_[c])) {
          output.set(t, n, static_cast<int>(c), true);
        }
      }
    }
  }
  return output;
}

}  // namespace xpike::reference
