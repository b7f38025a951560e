// SPDX-License-Identifier: Apache-2.0
// Receiver of rtl/core/xpk_monitor_sim.sv: collects the intermediate tensors of one or more images.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/engine.hpp"
#include "model/network.hpp"

namespace xpike::sim {

/// While a Monitor exists, the models that this thread evaluates report to it. At most one per
/// thread.
class Monitor {
 public:
  /// Tensors of `tokens` tokens and `steps` time steps of the network, of `images` images that the
  /// chip works on one after the other, or overlapping. `built_tokens` is N.
  Monitor(const Network& network, int tokens, int steps, int built_tokens, std::size_t images = 1);
  ~Monitor();
  Monitor(const Monitor&) = delete;
  Monitor& operator=(const Monitor&) = delete;

  /// One word of 64 bits of one row of a tensor (see xpk_monitor_sim.sv).
  void word(std::string_view tensor, int layer, int step, int row, int word, std::uint64_t bits);

  Tensors& tensors(std::size_t image = 0) { return images_.at(image); }

 private:
  // The images of every tensor of every layer come in order, each begins with row 0 of step 0.
  Tensors& tensors_of(std::string_view tensor, int layer, bool begins);
  static SpikeTensor* find(Tensors& tensors, std::string_view tensor, int layer);

  std::vector<Tensors> images_;
  std::map<std::pair<std::string, int>, std::size_t> begun_;  // images, by tensor and layer
  int tokens_;
  int built_tokens_;
};

}  // namespace xpike::sim
