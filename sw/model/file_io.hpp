// SPDX-License-Identifier: Apache-2.0
// Reading whole files, and writing so that nothing half-written is ever left behind.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace xpike {

using Bytes = std::vector<std::uint8_t>;

inline constexpr std::uint64_t kMaxFileBytes = std::uint64_t{1} << 30;

// Whether there is a file or folder of that name; one that cannot be asked for counts as absent.
bool file_exists(const std::filesystem::path& path);

// Whole contents of a regular file. Throws Error(path, "file", ...) if it is absent, unreadable,
// no regular file or larger than the limit.
Bytes read_file(const std::filesystem::path& path, std::uint64_t limit = kMaxFileBytes);

// A file that appears under its name at commit() and not before. Until then the bytes lie in a
// temporary file beside it, which the destructor removes. Replaces an existing regular file.
class AtomicFile {
 public:
  // Throws Error(path, "file", ...) at once if the folder cannot be written.
  explicit AtomicFile(const std::filesystem::path& path);
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  ~AtomicFile();

  // Where the bytes lie until commit(), for writers that open files by name.
  const std::filesystem::path& path() const { return temporary_; }
  void write(std::span<const std::uint8_t> bytes);
  void write(std::string_view text);
  void commit();

 private:
  [[noreturn]] void fail(std::string_view action) const;

  std::filesystem::path target_;
  std::filesystem::path temporary_;
  int descriptor_ = -1;
};

// A folder that appears under its name, complete, at commit(); the destructor removes what was
// written before. The name must be free or an empty folder.
class PendingDirectory {
 public:
  explicit PendingDirectory(const std::filesystem::path& path);
  PendingDirectory(const PendingDirectory&) = delete;
  PendingDirectory& operator=(const PendingDirectory&) = delete;
  ~PendingDirectory();

  // Where to write until commit().
  const std::filesystem::path& path() const { return temporary_; }
  void commit();

 private:
  std::filesystem::path target_;
  std::filesystem::path temporary_;
  bool committed_ = false;
};

// Writes one small file atomically.
void write_file(const std::filesystem::path& path, std::span<const std::uint8_t> bytes);

}  // namespace xpike
