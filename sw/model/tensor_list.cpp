// SPDX-License-Identifier: Apache-2.0
#include "model/tensor_list.hpp"

#include <algorithm>

namespace xpike {
namespace {

std::uint64_t differences(const SpikeTensor& a, const SpikeTensor& b) {
  const bool same_shape =
      a.steps() == b.steps() && a.tokens() == b.tokens() && a.features() == b.features();
  if (!same_shape) return std::max(a.places(), b.places());
  std::uint64_t count = 0;
  for (int t = 0; t < a.steps(); ++t) {
    for (int n = 0; n < a.tokens(); ++n) {
      const auto row_a = a.row(t, n);
      const auto row_b = b.row(t, n);
      for (std::size_t w = 0; w < row_a.size(); ++w) {
        count += static_cast<std::uint64_t>(std::popcount(row_a[w] ^ row_b[w]));
      }
    }
  }
  return count;
}

std::uint64_t differences(const std::vector<std::int32_t>& a, const std::vector<std::int32_t>& b) {
  if (a.size() != b.size()) return std::max(a.size(), b.size());
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] != b[i]) ++count;
  }
  return count;
}

}  // namespace

std::vector<NamedTensor> list_tensors(const Tensors& tensors) {
  std::vector<NamedTensor> list{{"input", &tensors.input}, {"embed", &tensors.embed}};
  for (std::size_t l = 0; l < tensors.layers.size(); ++l) {
    const LayerTensors& layer = tensors.layers[l];
    const std::string prefix = "layer" + std::to_string(l) + ".";
    const int tokens = layer.s.features();
    const int heads = tokens > 0 ? layer.s.tokens() / tokens : 0;
    list.insert(list.end(), {{prefix + "q", &layer.q},
                             {prefix + "k", &layer.k},
                             {prefix + "v", &layer.v},
                             {prefix + "s", &layer.s, heads},
                             {prefix + "a", &layer.a},
                             {prefix + "proj", &layer.proj},
                             {prefix + "res1", &layer.res1},
                             {prefix + "ff1", &layer.ff1},
                             {prefix + "ff2", &layer.ff2},
                             {prefix + "res2", &layer.res2}});
  }
  return list;
}

std::uint64_t count_differences(const Result& a, const Result& b, std::string& first) {
  std::uint64_t total = 0;
  const auto add = [&](std::uint64_t count, const std::string& name) {
    if (count > 0 && total == 0) first = name;
    total += count;
  };
  if (a.tensors && b.tensors) {
    const auto list_a = list_tensors(*a.tensors);
    const auto list_b = list_tensors(*b.tensors);
    for (std::size_t i = 0; i < std::max(list_a.size(), list_b.size()); ++i) {
      if (i >= list_a.size() || i >= list_b.size()) {
        const NamedTensor& lone = i < list_a.size() ? list_a[i] : list_b[i];
        add(lone.spikes->places(), lone.name);
      } else {
        add(differences(*list_a[i].spikes, *list_b[i].spikes), list_a[i].name);
      }
    }
    add(differences(a.tensors->head, b.tensors->head), "head");
  }
  add(differences(a.scores, b.scores), "scores");
  add(a.predicted == b.predicted ? 0 : 1, "predicted");
  return total;
}

}  // namespace xpike
