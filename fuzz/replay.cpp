// SPDX-License-Identifier: Apache-2.0
// Runs the files of a folder, or single files, through a target: a test without libFuzzer.
// usage: replay_TARGET PATH...      a folder without files is an error
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "fuzz/check.hpp"
#include "model/error.hpp"
#include "model/file_io.hpp"

namespace fs = std::filesystem;

namespace {

std::vector<fs::path> files_of(const fs::path& path) {
  if (!fs::is_directory(path)) return {path};
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(path)) files.push_back(entry.path());
  std::ranges::sort(files);
  if (files.empty()) throw xpike::Error(path.string(), "folder", "holds no inputs");
  return files;
}

void replay(const fs::path& path) {
  const std::vector<fs::path> files = files_of(path);
  for (const fs::path& file : files) {
    std::fprintf(stderr, "%s\n", file.c_str());  // the last line names the input of a crash
    const xpike::Bytes bytes = xpike::read_file(file);
    LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
  }
  std::printf("%s: %zu inputs\n", path.c_str(), files.size());
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc < 2) throw xpike::Error("command line", "PATH", "is missing");
    for (int i = 1; i < argc; ++i) replay(argv[i]);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: %s\n", argv[0], error.what());
    return 2;
  }
}
