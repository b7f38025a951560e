// SPDX-License-Identifier: Apache-2.0
#include "model/file_io.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "model/error.hpp"

namespace xpike {
namespace fs = std::filesystem;
namespace {

// Closes a file descriptor when the scope ends.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int number() const { return number_; }

 private:
  int number_;
};

std::string system_message(int code) {
  return std::error_code(code, std::generic_category()).message();
}

// "name/" and "name" are the same target; a link stands for what it points at.
fs::path tidy(const fs::path& path) {
  fs::path out = path.lexically_normal();
  if (out.filename().empty() && out.has_parent_path()) out = out.parent_path();
  std::error_code ignored;
  if (fs::is_symlink(out, ignored)) {
    const fs::path real = fs::canonical(out, ignored);
    if (!real.empty()) out = real;
  }
  return out;
}

fs::path beside(const fs::path& target) {
  static int counter = 0;
  return fmt::format("{}.partial-{}-{}", target.string(), ::getpid(), counter++);
}

}  // namespace

bool file_exists(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

Bytes read_file(const fs::path& path, std::uint64_t limit) {
  const auto fail = [&](const std::string& problem) -> Error {
    return Error(path.string(), "file", problem);
  };
  // Without O_NONBLOCK the open of a named pipe would wait for a writer.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.number() < 0) throw fail("cannot be opened: " + system_message(errno));
  struct stat status {};
  if (::fstat(file.number(), &status) != 0) throw fail(system_message(errno));
  if (!S_ISREG(status.st_mode)) throw fail("is not a regular file");
  const auto size = static_cast<std::uint64_t>(status.st_size);
  if (size > limit) throw fail(fmt::format("has {} bytes, more than the limit {}", size, limit));

  Bytes bytes(size);
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const ssize_t got = ::read(file.number(), bytes.data() + filled, bytes.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw fail("cannot be read: " + system_message(errno));
    if (got == 0) throw fail("became shorter while it was read");
    filled += static_cast<std::size_t>(got);
  }
  return bytes;
}

AtomicFile::AtomicFile(const fs::path& path) : target_(tidy(path)) {
  std::error_code ignored;
  const fs::file_status status = fs::status(target_, ignored);
  if (fs::exists(status) && !fs::is_regular_file(status)) {
    throw Error(path.string(), "file", "exists and is not a regular file");
  }
  temporary_ = beside(target_);
  descriptor_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (descriptor_ < 0) fail("cannot be created");
}

AtomicFile::~AtomicFile() {
  if (descriptor_ < 0) return;
  ::close(descriptor_);
  ::unlink(temporary_.c_str());
}

void AtomicFile::fail(std::string_view action) const {
  throw Error(target_.string(), "file", fmt::format("{}: {}", action, system_message(errno)));
}

void AtomicFile::write(std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t done = ::write(descriptor_, bytes.data(), bytes.size());
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) fail("cannot be written");
    bytes = bytes.subspan(static_cast<std::size_t>(done));
  }
}

void AtomicFile::write(std::string_view text) {
  const Bytes bytes(text.begin(), text.end());
  write(bytes);
}

void AtomicFile::commit() {
  // Closing reports writes that failed late.
  const bool closed = ::close(std::exchange(descriptor_, -1)) == 0;
  if (closed && ::rename(temporary_.c_str(), target_.c_str()) == 0) return;
  const int code = errno;
  ::unlink(temporary_.c_str());
  errno = code;
  fail("cannot be written");
}

PendingDirectory::PendingDirectory(const fs::path& path) : target_(tidy(path)) {
  std::error_code error;
  const fs::file_status status = fs::status(target_, error);
  if (fs::exists(status) && !fs::is_directory(status)) {
    throw Error(path.string(), "folder", "exists and is not a folder");
  }
  if (fs::is_directory(status) && !fs::is_empty(target_, error)) {
    throw Error(path.string(), "folder", "exists and is not empty");
  }
  temporary_ = beside(target_);
  if (!fs::create_directory(temporary_, error)) {
    throw Error(path.string(), "folder", "cannot be created: " + error.message());
  }
}

PendingDirectory::~PendingDirectory() {
  if (committed_) return;
  std::error_code ignored;
  fs::remove_all(temporary_, ignored);
}

void PendingDirectory::commit() {
  std::error_code error;
  fs::rename(temporary_, target_, error);
  if (error) throw Error(target_.string(), "folder", "cannot be replaced: " + error.message());
  committed_ = true;
}

void write_file(const fs::path& path, std::span<const std::uint8_t> bytes) {
  AtomicFile file(path);
  file.write(bytes);
  file.commit();
}

}  // namespace xpike
