// SPDX-License-Identifier: Apache-2.0
// A simulated accelerator behind a pseudo-terminal: for programs it is a serial device like that of
// a board.
#pragma once

#include <functional>
#include <string>

#include "uart_chip.hpp"

namespace xpike::sim {

class UartPty {
 public:
  /// Throws Error if the system gives no pseudo-terminal.
  explicit UartPty(UartChip& chip);
  ~UartPty();
  UartPty(const UartPty&) = delete;
  UartPty& operator=(const UartPty&) = delete;

  /// The device to open.
  const std::string& path() const { return path_; }
  /// Simulates, and moves bytes between device and pins, until `stop`. Throws Error if the
  /// pseudo-terminal fails.
  void serve(const std::function<bool()>& stop);

 private:
  UartChip& chip_;
  int master_ = -1;
  int slave_ = -1;  // held open: without it the master would hang up with every program that ends
  std::string path_;
};

}  // namespace xpike::sim
