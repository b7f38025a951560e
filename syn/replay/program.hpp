// SPDX-License-Identifier: Apache-2.0
// How the programs of the flow end.
#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <cstdio>
#include <exception>
#include <span>

namespace xpike::syn {

// Exit code of run(arguments); an exception becomes one line and 2.
template <class Run>
int run_program(const char* name, int argc, char** argv, Run run) {
  try {
    return run(std::span(argv, static_cast<std::size_t>(argc)));
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}: {}\n", name, error.what());
    return 2;
  }
}

}  // namespace xpike::syn
