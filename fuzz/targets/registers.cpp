// SPDX-License-Identifier: Apache-2.0
// configs/registers.json, with everything that is generated from it.
#include "gen/registers.hpp"

#include "fuzz/check.hpp"

using namespace xpike::gen;
namespace fuzz = xpike::fuzz;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::value_or_refusal<InputError>([&] {
    const RegisterMap map = parse_registers(parse_json(fuzz::text(data, size), "file"), "file");
    std::uint64_t free = 0;
    for (const Register& reg : map.registers) {
      fuzz::require(reg.address >= free, "addresses ascend");
      free = std::uint64_t{reg.address} + reg.count;
      fuzz::require(free <= 0x10000, "addresses have 16 bits");
      fuzz::require(fuzz::is_one_line(reg.name), "name is one line");
      fuzz::require(reg.description.empty() || fuzz::is_one_line(reg.description),
                    "description is one line");
    }
    for (const auto& page : {registers_package(map), registers_header(map), registers_c_header(map),
                             registers_page(map)}) {
      fuzz::require(!page.empty(), "generated text");
    }
  });
  return 0;
}
