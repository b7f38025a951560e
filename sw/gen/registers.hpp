// SPDX-License-Identifier: Apache-2.0
// The register map: reading, checking, and the files generated from it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gen/fields.hpp"

namespace xpike::gen {

struct RegisterField {
  std::string name;  // lower case
  int msb, lsb;
  std::string description;

  int width() const { return msb - lsb + 1; }
  std::uint32_t mask() const;
};

struct Register {
  std::string name;  // upper case
  std::uint32_t address, count;
  std::string access;  // ro, wo, rw, w1c
  std::uint32_t reset;
  std::string description;
  std::vector<RegisterField> fields;  // empty: one field of 32 bits without a name
  bool host = false;                  // belongs to the host interface, not to the core

  std::uint32_t mask() const;  // the bits that exist
};

struct Event {
  std::string name, description;
};

/// The frames of the UART bridge: numbers, and the words that frames begin with.
struct UartConstant {
  std::string name;  // upper case
  std::uint32_t value;
  std::string description;
};

struct UartFrame {
  std::string name;  // upper case
  std::string description;
  std::vector<RegisterField> fields;
};

struct RegisterMap {
  std::vector<Register> registers;
  std::vector<Event> events;
  std::vector<UartConstant> uart_constants;
  std::vector<UartFrame> uart_frames;
};

/// Checks a parsed registers.json. `file` is its name in error messages. Throws InputError.
RegisterMap parse_registers(const Json& root, const std::string& file);

std::string registers_package(const RegisterMap& map);   // xpk_regs_pkg.sv
std::string registers_header(const RegisterMap& map);    // <xpike/registers.hpp>
std::string registers_c_header(const RegisterMap& map);  // <xpike_regs.h>
std::string registers_page(const RegisterMap& map);      // docs/registers.md

}  // namespace xpike::gen
