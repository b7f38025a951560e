// SPDX-License-Identifier: Apache-2.0
// Which rows of which synaptic arrays the spikes of a tensor drive: the form in which matrices read
// their input.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "model/spike_tensor.hpp"
#include "reference/kernels/kernels.hpp"

namespace xpike::reference {

// One list per array and token-step: for every spike the place of its row's first cell, which is
// 64 times 1 + the row within the array; padded with zeros to a multiple of 8 entries. Token-steps
// are numbered token * steps + t.
class ActiveRows {
 public:
  ActiveRows(const SpikeTensor& input, int array_rows, const Kernels& kernels);

  int tokens() const { return tokens_; }
  int steps() const { return steps_; }
  int features() const { return features_; }
  std::uint64_t spikes() const { return spikes_; }

  // List of token-step i of an array: rows()[begin(array)[i]] .. rows()[begin(array)[i + 1]].
  const std::uint16_t* rows() const { return rows_.get(); }
  const std::uint32_t* begin(std::size_t array) const {
    return begin_.data() + array * token_steps();
  }

 private:
  void make_room(std::size_t used, std::size_t more);
  std::size_t token_steps() const {
    return static_cast<std::size_t>(tokens_) * static_cast<std::size_t>(steps_);
  }

  int tokens_;
  int steps_;
  int features_;
  std::uint64_t spikes_ = 0;
  std::unique_ptr<std::uint16_t[]> rows_;  // a vector would fill with zeros first
  std::size_t room_ = 0;
  std::vector<std::uint32_t> begin_;  // [array * token-steps], and the end
};

}  // namespace xpike::reference
