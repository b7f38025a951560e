// SPDX-License-Identifier: Apache-2.0
// A simulated accelerator behind a UART, as a line of the driver: the same frames over the same
// pins as on a board.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>
#include <xpike/configs.hpp>

#include "driver/xpk_uart.h"
#include "uart_line.hpp"
#include "uart_model.hpp"

namespace xpike::sim {

class UartChip {
 public:
  /// Throws Error if this build has no such model.
  explicit UartChip(const Config& config);
  /// Pins of another model, whose bits take kUartClocksPerBit cycles.
  explicit UartChip(std::unique_ptr<UartModel> model);
  UartChip(const UartChip&) = delete;
  UartChip& operator=(const UartChip&) = delete;

  /// What a byte becomes on the line: sent bytes, each with the bits that are turned over.
  struct Sent {
    std::uint8_t byte;
    unsigned flips;
  };
  using Damage = std::function<std::vector<Sent>(std::uint8_t byte)>;
  /// Faults of the line for tests, to the chip and from it; of those from the chip, flips of data
  /// bits count.
  void set_damage(Damage to_chip, Damage from_chip);

  /// Bytes to the chip; they take their time on the line.
  void send(std::uint8_t byte);
  bool sent() const { return sender_.idle(); }
  /// Bytes from the chip that have arrived.
  std::deque<std::uint8_t>& received() { return received_; }
  void cycle();
  void reset();
  std::uint64_t cycles() const { return cycles_; }

  /// A line for xpk_uart_open, valid as long as this object is. Its milliseconds are simulated
  /// ones of a chip with a clock of 1 MHz.
  xpk_uart_line line();

 private:
  std::unique_ptr<UartModel> model_;
  UartSender sender_{static_cast<double>(kUartClocksPerBit)};
  UartReceiver receiver_{kUartClocksPerBit};
  std::deque<std::uint8_t> received_;
  Damage to_chip_, from_chip_;
  std::uint64_t cycles_ = 0;
};

/// The same with its transport of the driver.
class UartTransport {
 public:
  explicit UartTransport(const Config& config) : chip_(config) {}
  explicit UartTransport(std::unique_ptr<UartModel> model) : chip_(std::move(model)) {}
  /// Begins a session. Throws Error if the chip does not answer.
  xpk_transport open();
  UartChip& chip() { return chip_; }
  xpk_uart& uart() { return uart_; }

 private:
  UartChip chip_;
  xpk_uart uart_{};
};

}  // namespace xpike::sim
