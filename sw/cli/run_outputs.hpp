// SPDX-License-Identifier: Apache-2.0
// Files that a run writes. All are opened before the work, so that an unusable one is known at
// once, and all appear together, complete, after it; without commit() none does.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

#include "cli/requests.hpp"
#include "model/file_io.hpp"
#include "model/npy.hpp"

namespace xpike::cli {

class RunOutputs {
 public:
  // Throws Error for a file or folder that cannot be written.
  explicit RunOutputs(const RunRequest& request);

  // Where to write until commit(); nothing if it was not asked for.
  std::optional<std::filesystem::path> wave() const;
  std::optional<std::filesystem::path> dump() const;

  bool wants_scores() const { return scores_.has_value(); }
  bool wants_timeline() const { return timeline_.has_value(); }
  void write_json(std::string_view text);  // if asked for, as are the others
  void write_scores(const NpyArray& scores);
  void write_timeline(std::string_view text);
  void commit();

 private:
  std::optional<AtomicFile> json_;
  std::optional<AtomicFile> scores_;
  std::optional<AtomicFile> wave_;
  std::optional<AtomicFile> timeline_;
  std::optional<PendingDirectory> dump_;
};

}  // namespace xpike::cli
