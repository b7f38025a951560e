// SPDX-License-Identifier: Apache-2.0
#include "reference/neuron_stage.hpp"

#include <cstdint>
#include <limits>

namespace xpike::reference {
namespace {

constexpr std::int16_t kUnreachable = std::numeric_limits<std::int16_t>::max();

}  // namespace

NeuronStage::NeuronStage(const Matrix& matrix, int array_rows, int array_cols,
                         const Kernels& kernels)
    : synapses_(matrix, array_rows, array_cols, kernels),
      neurons_{{matrix.bias, 0}, {matrix.threshold, kUnreachable}} {}

SpikeTensor NeuronStage::run(const ActiveRows& input) const {
  SpikeTensor output(input.steps(), input.tokens(), synapses_.out());
  synapses_.fire(input, neurons_, output);
  return output;
}

}  // namespace xpike::reference
