// SPDX-License-Identifier: Apache-2.0
#include "model/tensor_rates.hpp"

#include <algorithm>
#include <cstddef>

#include "model/tensor_list.hpp"

namespace xpike {

void TensorRates::add(const Tensors& tensors) {
  const std::vector<NamedTensor> list = list_tensors(tensors);
  entries_.resize(list.size());
  for (std::size_t i = 0; i < list.size(); ++i) {
    const SpikeTensor& spikes = *list[i].spikes;
    entries_[i].name = list[i].name;
    entries_[i].spikes += spikes.count();
    entries_[i].places += spikes.places();
  }
}

const TensorRates::Entry& TensorRates::lowest() const {
  return *std::ranges::min_element(entries_, {}, &Entry::rate);
}

const TensorRates::Entry& TensorRates::highest() const {
  return *std::ranges::max_element(entries_, {}, &Entry::rate);
}

}  // namespace xpike
