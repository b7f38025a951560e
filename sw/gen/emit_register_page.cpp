// SPDX-License-Identifier: Apache-2.0
// The register map as a page of the documentation.
#include <fmt/core.h>

#include <iterator>

#include "gen/registers.hpp"

namespace xpike::gen {
namespace {

std::string address_range(const Register& reg) {
  return reg.count == 1
             ? fmt::format("0x{:03x}", reg.address)
             : fmt::format("0x{:03x}..0x{:03x}", reg.address, reg.address + reg.count - 1);
}

std::string bits(const RegisterField& field) {
  return field.msb == field.lsb ? fmt::format("{}", field.lsb)
                                : fmt::format("{}:{}", field.msb, field.lsb);
}

constexpr const char* TableHead =
    "| address | register | access | reset | description |\n|---|---|---|---|---|\n";

std::string table(const RegisterMap& map, bool host) {
  std::string out = TableHead;
  for (const Register& reg : map.registers) {
    if (reg.host != host) continue;
    fmt::format_to(std::back_inserter(out), "| {} | `{}` | {} | {:#x} | {} |\n", address_range(reg),
                   reg.name, reg.access, reg.reset, reg.description);
  }
  return out;
}

}  // namespace

std::string registers_page(const RegisterMap& map) {
  std::string out =
      "<!-- SPDX-License-Identifier: Apache-2.0 -->\n"
      "<!-- Generated from configs/registers.json by `make docs`; do not edit. -->\n"
      "# Registers\n\n"
      "Addresses count 32-bit words; on a byte-addressed bus multiply them by 4. Access: `ro` read "
      "only, `wo` write only (reads as 0), `rw` read and write, `w1c` write 1 to clear. Bits that "
      "are not listed read as 0 and ignore writes.\n\n" +
      table(map, false) +
      "\n## Host interface\n\nThese registers exist on a chip with the "
      "[host interface](host.md), beside those of the core.\n\n" +
      table(map, true);
  auto to = std::back_inserter(out);
  out += "\n## Fields\n";
  for (const Register& reg : map.registers) {
    if (!reg.fields.empty()) {
      fmt::format_to(to, "\n### {}\n\n| bits | field | description |\n|---|---|---|\n", reg.name);
      for (const RegisterField& field : reg.fields) {
        fmt::format_to(to, "| {} | `{}` | {} |\n", bits(field), field.name,
                       field.description.empty() ? reg.description : field.description);
      }
    }
  }
  out += "\n## Events\n\n| counter | event | counts |\n|---|---|---|\n";
  for (std::size_t i = 0; i < map.events.size(); ++i) {
    fmt::format_to(to, "| {} | `{}` | {} |\n", i, map.events[i].name, map.events[i].description);
  }
  if (map.uart_constants.empty()) return out;
  out +=
      "\n## UART frames\n\nWhat the frames of the [UART](host.md#uart) consist of.\n\n"
      "| name | value | meaning |\n|---|---|---|\n";
  for (const UartConstant& constant : map.uart_constants) {
    fmt::format_to(to, "| `{}` | 0x{:02x} | {} |\n", constant.name, constant.value,
                   constant.description);
  }
  for (const UartFrame& frame : map.uart_frames) {
    fmt::format_to(to, "\n### {}\n\n{}\n\n| bits | field | description |\n|---|---|---|\n",
                   frame.name, frame.description);
    for (const RegisterField& field : frame.fields) {
      fmt::format_to(to, "| {} | `{}` | {} |\n", bits(field), field.name, field.description);
    }
  }
  return out;
}

}  // namespace xpike::gen
