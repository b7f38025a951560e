// SPDX-License-Identifier: Apache-2.0
// The pins of a Verilated accelerator behind a UART (xpk_uart_top), independent of its
// configuration.
#pragma once

#include <memory>
#include <string_view>

namespace xpike::sim {

/// Parameters of the bridge in these models, from sim/CMakeLists.txt.
inline constexpr unsigned kUartClocksPerBit = XPIKE_UART_CLOCKS_PER_BIT;
inline constexpr unsigned kUartTimeoutBits = XPIKE_UART_TIMEOUT_BITS;

class UartModel {
 public:
  virtual ~UartModel() = default;
  /// One cycle with this level on the line to the chip; returns that of the line from it.
  virtual bool cycle(bool reset, bool rx) = 0;
};

/// Throws Error unless this build has a model of the configuration.
void require_uart_model(std::string_view config);

/// The Verilated model of a configuration; throws Error if this build has none.
std::unique_ptr<UartModel> make_uart_model(std::string_view config);

}  // namespace xpike::sim
