// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <string>

#include "model/error.hpp"
#include "model/file_io.hpp"
#include "temporary_folder.hpp"

using namespace xpike;
namespace fs = std::filesystem;

TEST_CASE("what is written can be read back", "[file]") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "data";
  const Bytes bytes{0, 255, 10, 13};
  write_file(path, bytes);
  CHECK(read_file(path) == bytes);
  write_file(path, Bytes{});
  CHECK(read_file(path).empty());
}

TEST_CASE("unusable inputs are refused without blocking", "[file]") {
  const TemporaryFolder folder;
  const auto pipe = folder.path() / "pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  CHECK_THROWS_WITH(read_file(pipe), pipe.string() + ": file: is not a regular file");
  CHECK_THROWS_WITH(read_file(folder.path()),
                    folder.path().string() + ": file: is not a regular file");
  CHECK_THROWS_AS(read_file(folder.path() / "absent"), Error);
  const auto path = folder.path() / "big";
  write_file(path, Bytes(100));
  CHECK_THROWS_WITH(read_file(path, 99),
                    path.string() + ": file: has 100 bytes, more than the limit 99");
}

TEST_CASE("a file appears at commit and not before", "[file]") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "out";
  {
    AtomicFile file(path);
    file.write("half");
    CHECK_FALSE(fs::exists(path));
  }
  CHECK(folder.entries() == 0);
  AtomicFile file(path);
  file.write("whole");
  file.commit();
  CHECK(read_file(path).size() == 5);
  CHECK(folder.entries() == 1);
}

TEST_CASE("unusable targets are refused and left alone", "[file]") {
  const TemporaryFolder folder;
  CHECK_THROWS_AS(AtomicFile(folder.path() / "no" / "such" / "folder"), Error);
  CHECK_THROWS_WITH(AtomicFile("/dev/null"), "/dev/null: file: exists and is not a regular file");
  CHECK_THROWS_AS(AtomicFile(folder.path()), Error);
  CHECK(folder.entries() == 0);
}

TEST_CASE("a link to a file stays a link", "[file]") {
  const TemporaryFolder folder;
  write_file(folder.path() / "real", Bytes{1});
  fs::create_symlink("real", folder.path() / "link");
  write_file(folder.path() / "link", Bytes{1, 2});
  CHECK(fs::is_symlink(folder.path() / "link"));
  CHECK(read_file(folder.path() / "real").size() == 2);
}

TEST_CASE("a folder appears complete or not at all", "[file]") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "dumps";
  {
    PendingDirectory pending(path);
    write_file(pending.path() / "a", Bytes{1});
    CHECK_FALSE(fs::exists(path));
  }
  CHECK(folder.entries() == 0);
  PendingDirectory pending(folder.path() / "dumps/");
  write_file(pending.path() / "a", Bytes{1});
  pending.commit();
  CHECK(fs::exists(path / "a"));
  CHECK(folder.entries() == 1);
  CHECK_THROWS_WITH(PendingDirectory(path), path.string() + ": folder: exists and is not empty");
  CHECK_THROWS_AS(PendingDirectory(path / "a"), Error);
  CHECK_THROWS_AS(PendingDirectory(folder.path() / "no" / "dumps"), Error);
  fs::create_directory(folder.path() / "empty");
  PendingDirectory over_empty(folder.path() / "empty");
  over_empty.commit();
  CHECK(fs::is_directory(folder.path() / "empty"));
}

TEST_CASE("messages are one line of bounded length", "[error]") {
  const std::string message = Error("a\nb", std::string(5000, 'x'), "bad\r\x01").what();
  CHECK(message.size() < 200);
  CHECK(message.find("a?b: xxx") == 0);
  CHECK(message.find("bad??") != std::string::npos);
  CHECK(message.find('\n') == std::string::npos);
}
