// SPDX-License-Identifier: Apache-2.0
#include "command.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>
#include <thread>

#include "model/fit.hpp"
#include "model/model_file.hpp"
#include "model/npy.hpp"
#include "model/random_model.hpp"
#include "model/random_source.hpp"

namespace fs = std::filesystem;
using namespace std::chrono_literals;

namespace {

std::string contents(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void redirect(const fs::path& path, int descriptor) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (file < 0 || ::dup2(file, descriptor) < 0) ::_exit(126);
}

// Starts the command, calls meanwhile(process) and waits for the end.
CommandResult finish(const fs::path& folder, const std::vector<std::string>& arguments,
                     const std::function<void(pid_t)>& meanwhile) {
  const TemporaryFolder logs;
  const fs::path out = logs.path() / "out";
  const fs::path err = logs.path() / "err";
  std::vector<std::string> words{"xpike"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  pointers.reserve(words.size() + 1);
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);

  const pid_t child = ::fork();
  if (child < 0) throw std::runtime_error("cannot fork");
  if (child == 0) {
    redirect(out, STDOUT_FILENO);
    redirect(err, STDERR_FILENO);
    if (::chdir(folder.c_str()) != 0) ::_exit(126);
    ::execv(XPIKE_BINARY, pointers.data());
    ::_exit(127);
  }
  meanwhile(child);
  int status = 0;
  ::waitpid(child, &status, 0);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, contents(out), contents(err)};
}

}  // namespace

nlohmann::json read_json(const fs::path& path) { return nlohmann::json::parse(contents(path)); }

CommandResult run_xpike(const fs::path& folder, const std::vector<std::string>& arguments) {
  return finish(folder, arguments, [](pid_t) {});
}

CommandResult interrupt_xpike(const fs::path& folder, const std::vector<std::string>& arguments,
                              const std::function<bool()>& started) {
  return finish(folder, arguments, [&](pid_t child) {
    // About a minute at most, in case the command ends before it has started its work.
    for (int i = 0; i < 6000 && !started(); ++i) std::this_thread::sleep_for(10ms);
    ::kill(child, SIGTERM);
  });
}

Workplace::Workplace() : network_(xpike::random_model(xpike::config_by_name("nano"), 11)) {
  xpike::save_model(network_, path() / "model.safetensors");
  fs::create_directory(path() / "data");
  const auto& tokenizer = std::get<xpike::PatchTokenizer>(network_.input.tokenizer);
  const auto height = static_cast<std::size_t>(tokenizer.height);
  const auto width = static_cast<std::size_t>(tokenizer.width);
  xpike::NpyArray images{xpike::DataType::kU8, {6, height, width}, {}};
  xpike::RandomSource random(3);
  for (std::size_t i = 0; i < 6 * height * width; ++i) {
    images.data.push_back(static_cast<std::uint8_t>(random.integer(0, 255)));
  }
  xpike::write_file(path() / "data" / "images.npy", xpike::npy_bytes(images));
  const xpike::NpyArray labels{xpike::DataType::kU8, {6}, {0, 1, 2, 3, 0, 1}};
  xpike::write_file(path() / "data" / "labels.npy", xpike::npy_bytes(labels));
  std::ofstream(path() / "data" / "split.json") << R"({"test":[5,4,3,2,1],"train":[0]})";
}

CommandResult Workplace::run(std::vector<std::string> more) const {
  std::vector<std::string> arguments{"run", "--model", "model.safetensors", "--data", "data"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return xpike(arguments);
}

std::string Workplace::listing() const {
  std::set<std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator(path())) {
    names.insert(fs::relative(entry.path(), path()).string());
  }
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : " ") + name;
  return text;
}
