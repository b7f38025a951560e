// SPDX-License-Identifier: Apache-2.0
#include "reference/neuron_stage.hpp"

#include <cstdint>
#include <limits>
#include <vector>

#include "reference/lif.hpp"

namespace xpike::reference {
namespace {

constexpr std::int16_t kUnreachable = std::numeric_limits<std::int16_t>::max();

}  // namespace

NeuronStage::NeuronStage(const Matrix& matrix, int array_rows, int array_cols,
                         const Kernels& kernels, ConverterShape converter)
    : synapses_(matrix, array_rows, array_cols, kernels),
      neurons_{{matrix.bias, 0}, {matrix.threshold, kUnreachable}} {
  if (converter != ConverterShape{}) other_.emplace(matrix, array_rows, array_cols, converter);
}

SpikeTensor NeuronStage::run(const ActiveRows& input) const {
  SpikeTensor output(input.steps(), input.tokens(), synapses_.out());
  if (other_) {
    fire(*other_, input, output);
  } else {
    synapses_.fire(input, neurons_, output);
  }
  return output;
}

void NeuronStage::fire(const PlainMatrix& synapses, const ActiveRows& input,
                       SpikeTensor& output) const {
  const std::vector<std::int32_t> sums = synapses.quarters(input);
  const auto width = static_cast<std::size_t>(output.features());
  const std::int32_t* sum = sums.data();
  std::vector<int> membranes(width);
  for (int n = 0; n < input.tokens(); ++n) {
    membranes.assign(width, 0);
    for (int t = 0; t < input.steps(); ++t, sum += width) {
      for (std::size_t o = 0; o < width; ++o) {
        const int bias = neurons_.bias.data(o / kStrip)[o % kStrip];
        const int threshold = neurons_.threshold.data(o / kStrip)[o % kStrip];
        // The sum is in the unit of the bias.
        const bool spike = lif_update(membranes[o], 0, sum[o] + bias, threshold);
        if (spike) output.set(t, n, static_cast<int>(o), true);
      }
    }
  }
}

}  // namespace xpike::reference
