// SPDX-License-Identifier: Apache-2.0
// Ctrl-C and termination end a run between two images, so that nothing half-written is left.
#pragma once

#include <exception>

namespace xpike::cli {

struct Interrupted : std::exception {
  const char* what() const noexcept override { return "interrupted"; }
};

// From now on SIGINT and SIGTERM only set a flag.
void watch_interrupts();
bool interrupted();

}  // namespace xpike::cli
