// SPDX-License-Identifier: Apache-2.0
#include "cli/interrupt.hpp"

#include <csignal>

namespace xpike::cli {
namespace {

volatile std::sig_atomic_t raised = 0;

extern "C" void note_signal(int) { raised = 1; }

}  // namespace

void watch_interrupts() {
  std::signal(SIGINT, note_signal);
  std::signal(SIGTERM, note_signal);
}

bool interrupted() { return raised != 0; }

}  // namespace xpike::cli
