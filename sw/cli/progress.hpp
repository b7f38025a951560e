// SPDX-License-Identifier: Apache-2.0
// A progress bar on standard error, drawn only on a terminal.
#pragma once

#include <cstddef>

namespace xpike::cli {

class Progress {
 public:
  explicit Progress(std::size_t total, bool wanted = true);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();  // wipes the bar

  // One more is done. Not thread-safe.
  void advance();

 private:
  void draw();

  std::size_t total_;
  std::size_t done_ = 0;
  bool shown_;
};

}  // namespace xpike::cli
