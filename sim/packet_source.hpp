// SPDX-License-Identifier: Apache-2.0
// Feeds input packets, one after the other, into the input stream of a chip, beat by beat.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include "chip.hpp"

namespace xpike::sim {

class PacketSource {
 public:
  using Packet = std::span<const std::uint32_t>;

  PacketSource(const Chip& chip, std::vector<Packet> packets)
      : chip_(chip), packets_(std::move(packets)) {}

  /// Puts a beat on the input, unless `stall` (which may be empty) wants none. An offered beat
  /// stays until it is taken.
  void offer(CoreInputs& inputs, const std::function<bool()>& stall) {
    offered_ = packet_ < packets_.size() && (offered_ || !stall || !stall());
    inputs.in_valid = offered_;
    if (offered_) inputs.in_last = chip_.put_beat(inputs, packets_[packet_], word_);
  }

  /// Goes on to the next beat if this one has been taken.
  void see(const CoreOutputs& outputs) {
    if (!offered_ || !outputs.in_ready) return;
    offered_ = false;
    word_ += chip_.input_words();
    if (word_ >= packets_[packet_].size()) {
      word_ = 0;
      ++packet_;
    }
  }

 private:
  const Chip& chip_;
  std::vector<Packet> packets_;
  std::size_t packet_ = 0;
  std::size_t word_ = 0;
  bool offered_ = false;
};

}  // namespace xpike::sim
