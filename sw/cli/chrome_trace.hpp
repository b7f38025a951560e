// SPDX-License-Identifier: Apache-2.0
// The timeline of the simulated chip as a file for chrome://tracing and ui.perfetto.dev.
#pragma once

#include <cstdint>
#include <string>

#include "timeline.hpp"

namespace xpike::cli {

struct TraceInfo {
  std::string configuration;
  std::string model;
  int steps = 0;
  std::uint32_t seed = 0;
  int clock_mhz = 1;
};

// Trace Event Format, JSON object form. Every engine is a thread of one process, in the order of
// the data path; work is a pair of B and E events, so slices nest however a viewer rounds. "ts" is
// in microseconds of the given clock; "args" hold the cycles themselves: "cycle", the first one,
// and "cycles", their number.
//
// Controller: one slice of the whole inference around its phases. Stages, encoder and SSA engine:
// one slice per busy stretch around its token-steps or time steps.
std::string chrome_trace(const sim::Timeline& timeline, const TraceInfo& info);

}  // namespace xpike::cli
