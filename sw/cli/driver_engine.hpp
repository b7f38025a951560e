// SPDX-License-Identifier: Apache-2.0
// The driver behind the interface of the engines: a chip that is reached through its host
// interface, simulated or real.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <xpike/configs.hpp>

#include "cli/driver_calibration.hpp"
#include "model/engine.hpp"
#include "model/network.hpp"

namespace xpike::cli {

// Where the chip is: "sim", "uart-sim" (simulated, behind its host interface or its UART), or
// "mmap:FILE", "mmap:FILE@OFFSET" (a UIO device, offset in bytes), "uart:DEVICE",
// "uart:DEVICE@RATE" (a serial device, rate in bits per second).
struct TransportChoice {
  enum class Kind : std::uint8_t { kSim, kUartSim, kMmap, kUart };
  Kind kind = Kind::kSim;
  std::string file;
  std::uint64_t offset = 0;     // of kMmap
  std::uint64_t rate = 115200;  // of kUart

  bool simulated() const { return kind == Kind::kSim || kind == Kind::kUartSim; }
};
// Throws Error for anything else.
TransportChoice parse_transport(const std::string& text);

// Called with what calibration has found, before the first image.
using OnCalibration = std::function<void(CalibrationReport)>;

// Loads the network through the driver; a chip that is not simulated also reads every cell back.
// Calibrates it if asked to. Throws Error if that fails.
std::unique_ptr<Engine> make_driver(const Config& config, const Network& network,
                                    const TransportChoice& transport,
                                    const std::optional<CalibrationChoice>& calibration = {},
                                    const OnCalibration& report = {});

// The part of make_driver's errors that needs no chip.
void require_calibration(const Config& config);

}  // namespace xpike::cli
