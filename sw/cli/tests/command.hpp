// SPDX-License-Identifier: Apache-2.0
// Runs the built command as a user would, in a folder of its own.
#pragma once

#include <filesystem>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "model/network.hpp"
#include "model/tests/temporary_folder.hpp"

struct CommandResult {
  int code = -1;  // exit code; -1 if a signal ended the command
  std::string out;
  std::string err;
};

// Arguments are passed on unchanged, without a shell. The command starts in `folder`.
CommandResult run_xpike(const std::filesystem::path& folder,
                        const std::vector<std::string>& arguments);

// The same, but sends SIGTERM as soon as `started` is true, which is asked again and again.
CommandResult interrupt_xpike(const std::filesystem::path& folder,
                              const std::vector<std::string>& arguments,
                              const std::function<bool()>& started);

// Contents of a file that the command wrote, read as JSON; throws if it is none.
nlohmann::json read_json(const std::filesystem::path& path);

// A folder with a random model "model.safetensors" of configuration nano, the network, and a
// data folder "data" of six images whose split "test" lists five.
class Workplace {
 public:
  Workplace();
  const std::filesystem::path& path() const { return folder_.path(); }
  const xpike::Network& network() const { return network_; }
  CommandResult xpike(const std::vector<std::string>& arguments) const {
    return run_xpike(path(), arguments);
  }
  // `run --model ... --data ...` and more.
  CommandResult run(std::vector<std::string> more) const;
  // Names of everything in the folder, sorted, separated by blanks.
  std::string listing() const;

 private:
  TemporaryFolder folder_;
  xpike::Network network_;
};
