// SPDX-License-Identifier: Apache-2.0
// The register map as source code: SystemVerilog, C++ and C.
#include <fmt/core.h>

#include <cctype>
#include <iterator>
#include <string_view>

#include "gen/registers.hpp"

namespace xpike::gen {
namespace {

constexpr const char* Origin =
    "// SPDX-License-Identifier: Apache-2.0\n"
    "// Generated from configs/registers.json; do not edit.\n";

std::string lower(std::string text) {
  for (char& c : text) {
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return text;
}

std::string upper(std::string text) {
  for (char& c : text) {
    c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return text;
}

/// N_TOKENS or n_tokens becomes NTokens.
std::string camel(const std::string& text) {
  std::string out;
  bool start = true;
  for (const char c : lower(text)) {
    if (c == '_') {
      start = true;
    } else {
      out += start ? upper(std::string(1, c)) : std::string(1, c);
      start = false;
    }
  }
  return out;
}

// An array of the registers of the core or of the host interface.
std::string register_list(std::string_view name, const RegisterMap& map, bool host) {
  std::string entries;
  int count = 0;
  for (const Register& reg : map.registers) {
    if (reg.host != host) continue;
    entries += fmt::format("    {},\n", lower(reg.name));
    ++count;
  }
  return fmt::format("inline constexpr std::array<Register, {}> {}{{{{\n{}}}}};\n", count, name,
                     entries);
}

}  // namespace

std::string registers_package(const RegisterMap& map) {
  std::string out = Origin;
  auto to = std::back_inserter(out);
  out +=
      "//   Addr<Register>, Count<Register>  first word address, number of words\n"
      "//   Mask<Register>, Reset<Register>  the bits that exist, their value after reset\n"
      "//   <Register><Field>Lsb, ..Width    place of a field\n"
      "//   Event<Name>                      number of an event counter\n"
      "//   Uart<Name>                       frames of the UART bridge\n\n"
      "package xpk_regs_pkg;\n\n"
      "  // No module uses every register.\n  /* verilator lint_off UNUSEDPARAM */\n\n";
  for (const Register& reg : map.registers) {
    const std::string name = camel(reg.name);
    fmt::format_to(to, "  localparam logic [15:0] Addr{} = 16'h{:04x};\n", name, reg.address);
    fmt::format_to(to, "  localparam int unsigned Count{} = {};\n", name, reg.count);
    fmt::format_to(to, "  localparam logic [31:0] Mask{} = 32'h{:08x};\n", name, reg.mask());
    fmt::format_to(to, "  localparam logic [31:0] Reset{} = 32'h{:08x};\n", name, reg.reset);
    for (const RegisterField& field : reg.fields) {
      const std::string field_name = name + camel(field.name);
      fmt::format_to(to, "  localparam int unsigned {}Lsb = {};\n", field_name, field.lsb);
      fmt::format_to(to, "  localparam int unsigned {}Width = {};\n", field_name, field.width());
    }
    out += "\n";
  }
  fmt::format_to(to, "  localparam int unsigned EventCount = {};\n", map.events.size());
  for (std::size_t i = 0; i < map.events.size(); ++i) {
    fmt::format_to(to, "  localparam int unsigned Event{} = {};\n", camel(map.events[i].name), i);
  }
  if (!map.uart_constants.empty()) out += "\n  // Frames of the UART bridge.\n";
  for (const UartConstant& constant : map.uart_constants) {
    fmt::format_to(to, "  localparam logic [7:0] Uart{} = 8'h{:02x};\n", camel(constant.name),
                   constant.value);
  }
  for (const UartFrame& frame : map.uart_frames) {
    for (const RegisterField& field : frame.fields) {
      const std::string name = "Uart" + camel(frame.name) + camel(field.name);
      fmt::format_to(to, "  localparam int unsigned {}Lsb = {};\n", name, field.lsb);
      fmt::format_to(to, "  localparam int unsigned {}Width = {};\n", name, field.width());
    }
  }
  out += "\n  /* verilator lint_on UNUSEDPARAM */\n\nendpackage : xpk_regs_pkg\n";
  return out;
}

std::string registers_header(const RegisterMap& map) {
  std::string out = Origin;
  auto to = std::back_inserter(out);
  out += R"(#pragma once

#include <array>
#include <cstdint>
#include <string_view>

/// The registers of the chip, by their names in lower case: `control` is a register,
/// `control_start` one of its fields. docs/registers.md says what they do.
namespace xpike::regs {

enum class Access { ro, wo, rw, w1c };

struct Register {
  std::string_view name;
  std::uint16_t address;  ///< of the first word, counting 32-bit words
  std::uint16_t count;    ///< words
  Access access;
  std::uint32_t mask;   ///< bits that exist
  std::uint32_t reset;  ///< value after reset
};

struct Field {
  unsigned lsb, width;

  constexpr std::uint32_t mask() const { return (0xFFFFFFFFU >> (32U - width)) << lsb; }
  /// The field in its place; bits of value beyond the width are lost.
  constexpr std::uint32_t put(std::uint32_t value) const { return (value << lsb) & mask(); }
  constexpr std::uint32_t get(std::uint32_t word) const { return (word & mask()) >> lsb; }
};

struct EventInfo {
  std::string_view name, description;
};

)";
  for (const Register& reg : map.registers) {
    const std::string name = lower(reg.name);
    fmt::format_to(to,
                   "inline constexpr Register {}{{\"{}\", {:#06x}, {}, Access::{}, {:#010x}, "
                   "{:#010x}}};\n",
                   name, reg.name, reg.address, reg.count, reg.access, reg.mask(), reg.reset);
    for (const RegisterField& field : reg.fields) {
      fmt::format_to(to, "inline constexpr Field {}_{}{{{}, {}}};\n", name, field.name, field.lsb,
                     field.width());
    }
  }
  out += "\n/// Registers of the core.\n" + register_list("all", map, false);
  out += "\n/// Registers that the host interface adds.\n" + register_list("host_all", map, true);
  out += "\n/// Event counters: event i is 64 bits, low word first, at `events` + 2i.\n";
  out += "enum class Event : std::uint16_t {\n";
  for (const Event& event : map.events) {
    fmt::format_to(to, "  {},\n", event.name);
  }
  fmt::format_to(to, "}};\n\ninline constexpr std::array<EventInfo, {}> event_list{{{{\n",
                 map.events.size());
  for (const Event& event : map.events) {
    fmt::format_to(to, "    {{{}, {}}},\n", Json(event.name).dump(),
                   Json(event.description).dump());
  }
  out += "}};\n\n}  // namespace xpike::regs\n";
  return out;
}

std::string registers_c_header(const RegisterMap& map) {
  std::string out =
      "/* SPDX-License-Identifier: Apache-2.0 */\n"
      "/* Generated from configs/registers.json; do not edit. */\n"
      "#ifndef XPIKE_REGS_H\n#define XPIKE_REGS_H\n\n"
      "/* Addresses count 32-bit words. docs/registers.md says what the registers do. */\n";
  auto to = std::back_inserter(out);
  const auto emit_field = [&to](const std::string& name, const RegisterField& field) {
    fmt::format_to(to, "#define XPIKE_LSB_{} {}u\n", name, field.lsb);
    fmt::format_to(to, "#define XPIKE_MASK_{} 0x{:08x}u\n", name, field.mask());
  };
  for (const Register& reg : map.registers) {
    fmt::format_to(to, "\n#define XPIKE_REG_{} 0x{:04x}u\n", reg.name, reg.address);
    if (reg.count > 1) {
      fmt::format_to(to, "#define XPIKE_COUNT_{} {}u\n", reg.name, reg.count);
    }
    for (const RegisterField& field : reg.fields) {
      emit_field(reg.name + "_" + upper(field.name), field);
    }
  }
  out += "\n/* Event counters: event i is 64 bits, low word first, at XPIKE_REG_EVENTS + 2i. */\n";
  for (std::size_t i = 0; i < map.events.size(); ++i) {
    fmt::format_to(to, "#define XPIKE_EVENT_{} {}u\n", upper(map.events[i].name), i);
  }
  fmt::format_to(to, "#define XPIKE_EVENTS {}u\n", map.events.size());
  if (!map.uart_constants.empty()) out += "\n/* Frames of the UART bridge, docs/host.md. */\n";
  for (const UartConstant& constant : map.uart_constants) {
    fmt::format_to(to, "#define XPIKE_UART_{} 0x{:02x}u\n", constant.name, constant.value);
  }
  for (const UartFrame& frame : map.uart_frames) {
    for (const RegisterField& field : frame.fields) {
      emit_field("UART_" + frame.name + "_" + upper(field.name), field);
    }
  }
  out += "\n#endif\n";
  return out;
}

}  // namespace xpike::gen
