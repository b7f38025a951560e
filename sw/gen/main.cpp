// SPDX-License-Identifier: Apache-2.0
// xpike_gen: writes the sources that are derived from configs/*.json.
//   xpike_gen configs|registers FILE OUT_DIR
// Exit codes: 0 done, 1 fault of the program, 2 unusable input.
#include <fmt/core.h>

#include <exception>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "gen/configs.hpp"
#include "gen/registers.hpp"

namespace {

namespace fs = std::filesystem;
using namespace xpike::gen;

void write_file(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream file(path);
  file << text;
  file.close();
  if (!file) {
    throw InputError(fmt::format("{}: cannot be written", path.string()));
  }
}

void generate_configs(const std::string& input, const fs::path& out_dir) {
  const std::vector<BuildConfig> configs = parse_configs(read_json(input), input);
  write_file(out_dir / "include" / "xpike" / "configs.hpp", configs_header(configs));
  for (const BuildConfig& config : configs) {
    write_file(out_dir / "rtl" / fmt::format("xpk_core_{}.sv", config.identifier()),
               core_wrapper(config));
    write_file(out_dir / "rtl" / fmt::format("xpk_axi_{}.sv", config.identifier()),
               axi_wrapper(config));
    write_file(out_dir / "rtl" / fmt::format("xpk_uart_{}.sv", config.identifier()),
               uart_wrapper(config));
  }
}

void generate_registers(const std::string& input, const fs::path& out_dir) {
  const RegisterMap map = parse_registers(read_json(input), input);
  write_file(out_dir / "rtl" / "xpk_regs_pkg.sv", registers_package(map));
  write_file(out_dir / "include" / "xpike" / "registers.hpp", registers_header(map));
  write_file(out_dir / "include" / "xpike_regs.h", registers_c_header(map));
  write_file(out_dir / "docs" / "registers.md", registers_page(map));
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> args(argv + 1, argv + argc);
  try {
    if (args.size() == 3 && args[0] == "configs") {
      generate_configs(args[1], args[2]);
    } else if (args.size() == 3 && args[0] == "registers") {
      generate_registers(args[1], args[2]);
    } else {
      fmt::print(stderr, "usage: xpike_gen configs|registers FILE OUT_DIR\n");
      return 2;
    }
  } catch (const InputError& error) {
    fmt::print(stderr, "xpike_gen: {}\n", error.what());
    return 2;
  } catch (const std::exception& error) {
    fmt::print(stderr, "xpike_gen: {}\n", error.what());
    return 1;
  }
  return 0;
}
