// SPDX-License-Identifier: Apache-2.0
#include "cli/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <string>

namespace xpike::cli {
namespace {

constexpr std::size_t kWidth = 40;

}  // namespace

Progress::Progress(std::size_t total, bool wanted)
    : total_(total), shown_(wanted && ::isatty(STDERR_FILENO) == 1) {
  draw();
}

Progress::~Progress() {
  if (shown_) fmt::print(stderr, "\r\x1b[K");
}

void Progress::advance() {
  ++done_;
  draw();
}

void Progress::draw() {
  if (!shown_) return;
  const std::size_t filled = total_ == 0 ? kWidth : done_ * kWidth / total_;
  fmt::print(stderr, "\r[{}{}] {}/{}", std::string(filled, '#'), std::string(kWidth - filled, '.'),
             done_, total_);
  std::fflush(stderr);
}

}  // namespace xpike::cli
