// SPDX-License-Identifier: Apache-2.0
// The spike tensors of an image by name, and their comparison.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/engine.hpp"

namespace xpike {

struct NamedTensor {
  std::string name;  // "input", "embed", "layer{l}.q", ...
  const SpikeTensor* spikes = nullptr;
  int heads = 0;  // of the scores, whose token axis is [head][token]; 0 for all others
};

// All spike tensors, in the order in which the network computes them.
std::vector<NamedTensor> list_tensors(const Tensors& tensors);

// Number of elements in which two results differ: spikes of every tensor, running scores, scores
// and the predicted class. Tensors of different shapes differ in every element of the larger one.
// first: receives the name of the first tensor that differs, if any.
std::uint64_t count_differences(const Result& a, const Result& b, std::string& first);

}  // namespace xpike
