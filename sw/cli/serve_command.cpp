// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstdio>

#include "cli/interrupt.hpp"
#include "cli/requests.hpp"
#include "model/fit.hpp"
#include "uart_chip.hpp"
#include "uart_pty.hpp"

namespace xpike::cli {

int serve_command(const ServeRequest& request) {
  sim::UartChip chip(config_by_name(request.config));
  sim::UartPty device(chip);
  fmt::print("{}\n", device.path());
  std::fflush(stdout);
  watch_interrupts();
  device.serve(interrupted);
  return 0;
}

}  // namespace xpike::cli
