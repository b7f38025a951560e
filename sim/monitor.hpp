// SPDX-License-Identifier: Apache-2.0
// Receiver of rtl/core/xpk_monitor_sim.sv: collects the intermediate tensors of one image.
#pragma once

#include <cstdint>
#include <string_view>

#include "model/engine.hpp"
#include "model/network.hpp"

namespace xpike::sim {

/// While a Monitor exists, the models that this thread evaluates report to it. At most one per
/// thread.
class Monitor {
 public:
  /// Tensors of `tokens` tokens and `steps` time steps of the network. `built_tokens` is N.
  Monitor(const Network& network, int tokens, int steps, int built_tokens);
  ~Monitor();
  Monitor(const Monitor&) = delete;
  Monitor& operator=(const Monitor&) = delete;

  /// One word of 64 bits of one row of a tensor (see xpk_monitor_sim.sv).
  void word(std::string_view tensor, int layer, int step, int row, int word, std::uint64_t bits);

  Tensors& tensors() { return tensors_; }

 private:
  SpikeTensor* find(std::string_view tensor, int layer);

  Tensors tensors_;
  int tokens_;
  int built_tokens_;
};

}  // namespace xpike::sim
