// SPDX-License-Identifier: Apache-2.0
// The far end of a UART: bytes become levels of a line, cycle by cycle, and levels become bytes.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <deque>

namespace xpike::sim {

constexpr int kUartDataBits = 8;

class UartSender {
 public:
  /// `cycles_per_bit` may be any number: two clocks are never equal.
  explicit UartSender(double cycles_per_bit) : cycles_per_bit_(cycles_per_bit) {}

  /// Start bit, data from the low bit on, stop bit; `flips` has a 1 for every one of the ten that
  /// is turned over.
  void send(std::uint8_t byte, unsigned flips = 0) {
    const unsigned bits = (static_cast<unsigned>(byte) << 1U | 1U << (kUartDataBits + 1)) ^ flips;
    for (int i = 0; i < kUartDataBits + 2; ++i) hold((bits >> i & 1U) != 0, 1.0);
  }
  /// A level for a time, in bits.
  void hold(bool level, double bits) {
    due_ += bits * cycles_per_bit_;
    const double cycles = std::floor(due_);
    due_ -= cycles;
    levels_.push_back({level, static_cast<std::uint64_t>(cycles)});
  }
  bool idle() const { return levels_.empty(); }
  void clear() { levels_.clear(); }

  /// The level of the next cycle.
  bool next() {
    while (!levels_.empty() && levels_.front().cycles == 0) levels_.pop_front();
    if (levels_.empty()) return true;
    --levels_.front().cycles;
    return levels_.front().level;
  }

 private:
  struct Level {
    bool level;
    std::uint64_t cycles;
  };
  double cycles_per_bit_;
  double due_ = 0.0;  // of a cycle, left over from the bits before
  std::deque<Level> levels_;
};

/// Bytes without a stop bit are counted, not kept.
class UartReceiver {
 public:
  explicit UartReceiver(unsigned cycles_per_bit) : cycles_per_bit_(cycles_per_bit) {}

  void sample(bool level) {
    ++cycle_;
    if (bit_ < 0) {
      if (level) broken_ = false;
      if (level || broken_) return;
      bit_ = 0;
      start_ = cycle_;
      return;
    }
    if (cycle_ - start_ != static_cast<std::uint64_t>(bit_) * cycles_per_bit_ + cycles_per_bit_ / 2)
      return;
    if (bit_ == 0) {
      bit_ = level ? -1 : 1;  // a start bit that has gone is none
    } else if (bit_ <= kUartDataBits) {
      byte_ = static_cast<std::uint8_t>(byte_ >> 1U | (level ? 0x80U : 0U));
      ++bit_;
    } else {
      if (level) {
        bytes.push_back(byte_);
      } else {
        ++framing_errors;
        broken_ = true;
      }
      bit_ = -1;
    }
  }

  std::deque<std::uint8_t> bytes;
  std::size_t framing_errors = 0;

 private:
  unsigned cycles_per_bit_;
  std::uint64_t cycle_ = 0;
  std::uint64_t start_ = 0;
  int bit_ = -1;  // that is sampled next, 0 for the start bit; -1: the line is idle
  bool broken_ = false;
  std::uint8_t byte_ = 0;
};

}  // namespace xpike::sim
