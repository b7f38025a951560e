// SPDX-License-Identifier: Apache-2.0
#include "coverage_log.hpp"

#include <unistd.h>
#include <verilated_cov.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <mutex>
#include <string>
#include <utility>

namespace xpike::sim {

namespace {

/// Written by its destructor, when the program ends.
class Log {
 public:
  explicit Log(const std::string& folder)
      : file_(folder + "/" + std::to_string(getpid()) + ".dat") {}
  ~Log() {
    std::ofstream out(file_);
    out << "# SystemC::Coverage-3\n";
    for (const auto& [point, count] : counts_) out << point << ' ' << count << '\n';
  }
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  void add(VerilatedContext& context) {
    const std::lock_guard lock(mutex_);
    // A file is the only way out of the counts that Verilator offers. Each line ends with a count.
    context.coveragep()->write(file_.c_str());
    std::ifstream in(file_);
    for (std::string line; std::getline(in, line);) {
      const std::size_t space = line.rfind(' ');
      if (line[0] == 'C') counts_[line.substr(0, space)] += std::stoull(line.substr(space));
    }
  }

 private:
  std::mutex mutex_;
  std::string file_;
  std::map<std::string, std::uint64_t> counts_;
};

}  // namespace

void log_coverage(VerilatedContext& context) {
  static const char* const folder = std::getenv("XPIKE_COVERAGE");
  if (folder == nullptr) return;
  static Log log(folder);
  log.add(context);
}

}  // namespace xpike::sim
