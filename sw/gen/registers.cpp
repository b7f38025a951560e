// SPDX-License-Identifier: Apache-2.0
#include "gen/registers.hpp"

#include <fmt/core.h>

#include <regex>
#include <set>

namespace xpike::gen {
namespace {

constexpr std::int64_t AddressEnd = 0x10000;  // 16-bit word addresses
constexpr const char* UpperCase = "[A-Z][A-Z0-9]*(_[A-Z0-9]+)*";

void check_name(const Fields& fields, const std::string& name, const char* pattern) {
  if (!std::regex_match(name, std::regex(pattern))) {
    fields.fail("name", fmt::format("is '{}', must match {}", name, pattern));
  }
}

/// A 32-bit number written as a string "0x...".
std::uint32_t hexadecimal(Fields& fields, const std::string& key) {
  const std::string text = fields.text(key);
  if (!std::regex_match(text, std::regex("0x[0-9a-f]{1,8}"))) {
    fields.fail(key, fmt::format("is '{}', must be 0x and 1 to 8 lower-case digits", text));
  }
  return static_cast<std::uint32_t>(std::stoul(text, nullptr, 16));
}

std::vector<RegisterField> parse_fields(const Json& list, const std::string& where) {
  std::vector<RegisterField> result;
  int next_free = 0;
  for (const Json& item : list) {
    Fields fields(item, fmt::format("{}.fields[{}]", where, result.size()));
    RegisterField field{};
    field.name = fields.text("name");
    check_name(fields, field.name, "[a-z][a-z0-9]*(_[a-z0-9]+)*");
    field.lsb = static_cast<int>(fields.integer("lsb", next_free, 31));  // ascending, no overlap
    field.msb = static_cast<int>(fields.integer("msb", field.lsb, 31));
    field.description = fields.text("description");
    fields.finish();
    next_free = field.msb + 1;
    result.push_back(field);
  }
  return result;
}

Register parse_register(const Json& item, const std::string& where, std::int64_t next_free) {
  Fields fields(item, where);
  Register reg{};
  reg.name = fields.text("name");
  check_name(fields, reg.name, UpperCase);
  reg.address = hexadecimal(fields, "address");
  reg.count = 1;
  if (fields.has("count")) {
    reg.count = static_cast<std::uint32_t>(fields.integer("count", 1, AddressEnd));
  }
  if (reg.address < next_free || reg.address > AddressEnd - reg.count) {
    fields.fail("address", fmt::format("is {:#x}, must be in {:#x}..{:#x} (ascending, no overlap)",
                                       reg.address, next_free, AddressEnd - reg.count));
  }
  reg.access = fields.text("access");
  if (!std::set<std::string>{"ro", "wo", "rw", "w1c"}.contains(reg.access)) {
    fields.fail("access", fmt::format("is '{}', must be ro, wo, rw or w1c", reg.access));
  }
  if (fields.has("block")) {
    if (const std::string block = fields.text("block"); block != "host") {
      fields.fail("block", fmt::format("is '{}', must be host or absent", block));
    }
    reg.host = true;
  }
  reg.description = fields.text("description");
  if (fields.has("fields")) {
    reg.fields = parse_fields(fields.array("fields"), where);
  }
  if (fields.has("reset")) {
    reg.reset = hexadecimal(fields, "reset");
  }
  if ((reg.reset & ~reg.mask()) != 0) {
    fields.fail("reset", fmt::format("is {:#x}, sets bits outside the fields", reg.reset));
  }
  fields.finish();
  return reg;
}

std::vector<Event> parse_events(const Json& list, const std::string& file) {
  std::vector<Event> events;
  std::set<std::string> names;
  for (const Json& item : list) {
    Fields fields(item, fmt::format("{}: events[{}]", file, events.size()));
    Event event{fields.text("name"), fields.text("description")};
    check_name(fields, event.name, "[a-z][a-z0-9]*(_[a-z0-9]+)*");
    if (!names.insert(event.name).second) {
      fields.fail("name", fmt::format("'{}' appears twice", event.name));
    }
    fields.finish();
    events.push_back(event);
  }
  return events;
}

void parse_uart(const Json& item, const std::string& where, RegisterMap& map) {
  Fields uart(item, where);
  for (const Json& entry : uart.array("constants")) {
    Fields fields(entry, fmt::format("{}.constants[{}]", where, map.uart_constants.size()));
    UartConstant constant{};
    constant.name = fields.text("name");
    check_name(fields, constant.name, UpperCase);
    constant.value = hexadecimal(fields, "value");
    if (constant.value > UINT8_MAX) fields.fail("value", "must be a byte, 0x0..0xff");
    constant.description = fields.text("description");
    fields.finish();
    map.uart_constants.push_back(constant);
  }
  for (const Json& entry : uart.array("frames")) {
    Fields fields(entry, fmt::format("{}.frames[{}]", where, map.uart_frames.size()));
    UartFrame frame;
    frame.name = fields.text("name");
    check_name(fields, frame.name, UpperCase);
    frame.description = fields.text("description");
    frame.fields = parse_fields(fields.array("fields"), fields.where());
    fields.finish();
    map.uart_frames.push_back(frame);
  }
  uart.finish();
}

/// The generated names are flat: REGISTER, REGISTER_FIELD and UART_NAME. They must not meet.
void check_flat_names(const RegisterMap& map, const Fields& top) {
  std::set<std::string> names;
  const auto add = [&](std::string name) {
    for (char& c : name) {
      c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    if (!names.insert(name).second) {
      top.fail("registers", fmt::format("makes the name {} twice", name));
    }
  };
  for (const Register& reg : map.registers) {
    add(reg.name);
    for (const RegisterField& field : reg.fields) {
      add(reg.name + "_" + field.name);
    }
  }
  for (const UartConstant& constant : map.uart_constants) add("UART_" + constant.name);
  for (const UartFrame& frame : map.uart_frames) {
    for (const RegisterField& field : frame.fields) add("UART_" + frame.name + "_" + field.name);
  }
}

/// Every event has two words in the register EVENTS.
void check_event_space(const RegisterMap& map, const Fields& top) {
  std::size_t words = 0;
  for (const Register& reg : map.registers) {
    words += reg.name == "EVENTS" ? reg.count : 0;
  }
  if (2 * map.events.size() > words) {
    top.fail("events", fmt::format("has {} entries of 2 words, register EVENTS has {} words",
                                   map.events.size(), words));
  }
}

}  // namespace

std::uint32_t RegisterField::mask() const {
  return (0xFFFFFFFFU >> static_cast<unsigned>(32 - width())) << static_cast<unsigned>(lsb);
}

std::uint32_t Register::mask() const {
  if (fields.empty()) {
    return 0xFFFFFFFFU;
  }
  std::uint32_t bits = 0;
  for (const RegisterField& field : fields) {
    bits |= field.mask();
  }
  return bits;
}

RegisterMap parse_registers(const Json& root, const std::string& file) {
  Fields top(root, file);
  top.text("comment");
  top.integer("version", 1, 1);
  RegisterMap map;
  std::int64_t next_free = 0;
  for (const Json& item : top.array("registers")) {
    const std::string where = fmt::format("{}: registers[{}]", file, map.registers.size());
    map.registers.push_back(parse_register(item, where, next_free));
    next_free = std::int64_t{map.registers.back().address} + map.registers.back().count;
  }
  map.events = parse_events(top.array("events"), file);
  if (top.has("uart")) parse_uart(top.object("uart"), file + ": uart", map);
  check_flat_names(map, top);
  check_event_space(map, top);
  top.finish();
  return map;
}

}  // namespace xpike::gen
