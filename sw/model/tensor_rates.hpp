// SPDX-License-Identifier: Apache-2.0
// How often every spike tensor of a run spikes, over all images.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/engine.hpp"

namespace xpike {

class TensorRates {
 public:
  struct Entry {
    std::string name;  // as in list_tensors
    std::uint64_t spikes = 0;
    std::uint64_t places = 0;  // where one could be
    double rate() const { return static_cast<double>(spikes) / static_cast<double>(places); }
  };

  // All images come from the same network.
  void add(const Tensors& tensors);

  // In the order in which the network computes the tensors; empty without images.
  const std::vector<Entry>& entries() const { return entries_; }
  // Entries of the lowest and the highest rate; only if there are any.
  const Entry& lowest() const;
  const Entry& highest() const;

 private:
  std::vector<Entry> entries_;
};

}  // namespace xpike
