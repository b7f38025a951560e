// SPDX-License-Identifier: Apache-2.0
#include <xpike_regs.h>

#include <catch2/catch.hpp>
#include <xpike/registers.hpp>

#include "gen/registers.hpp"

using namespace xpike::gen;
using Catch::Matchers::Contains;

namespace {

Json valid_root() {
  return Json::parse(R"({"comment": "c", "version": 1, "registers": [
    {"name": "ERROR", "address": "0x04", "access": "w1c", "description": "Errors.", "fields": [
      {"name": "config", "msb": 0, "lsb": 0, "description": "a"},
      {"name": "bad_address", "msb": 7, "lsb": 4, "description": "b"}]},
    {"name": "N_TOKENS", "address": "0x18", "access": "rw", "description": "Tokens.",
     "reset": "0x1", "fields": [{"name": "n", "msb": 31, "lsb": 0, "description": ""}]},
    {"name": "EVENTS", "address": "0x80", "access": "ro", "description": "Counters.", "count": 4}],
   "events": [{"name": "cycles", "description": "d"}, {"name": "qkv_bits", "description": "e"}]})");
}

void refuses(const Json& root, const std::string& message) {
  CHECK_THROWS_WITH(parse_registers(root, "r.json"), Contains(message));
}

}  // namespace

TEST_CASE("a valid register map gives addresses, masks and resets", "[gen]") {
  const RegisterMap map = parse_registers(valid_root(), "r.json");
  REQUIRE(map.registers.size() == 3);
  CHECK(map.registers[0].mask() == 0xF1U);
  CHECK(map.registers[1].mask() == 0xFFFFFFFFU);
  CHECK(map.registers[1].reset == 1U);
  CHECK(map.registers[2].count == 4U);
  CHECK(map.registers[2].mask() == 0xFFFFFFFFU);
  CHECK(map.events[1].name == "qkv_bits");
}

TEST_CASE("a wrong register map is refused, naming file, place and field", "[gen]") {
  Json root = valid_root();
  Json& first = root["registers"][0];
  Json& second = root["registers"][1];
  SECTION("overlap") {
    first["count"] = 21;
    refuses(root, "r.json: registers[1]: field 'address' is 0x18, must be in 0x19..");
  }
  SECTION("address beyond 16 bits") {
    root["registers"][2]["address"] = "0xfffe";
    refuses(root, "registers[2]: field 'address'");
  }
  SECTION("address whose end wraps around in 32 bits") {
    root["registers"][2]["address"] = "0xffffffff";
    root["registers"][2]["count"] = 1;
    refuses(root, "registers[2]: field 'address' is 0xffffffff, must be in 0x19..0xffff");
  }
  SECTION("address text") {
    first["address"] = "4";
    refuses(root, "field 'address' is '4', must be 0x");
  }
  SECTION("access") {
    first["access"] = "r";
    refuses(root, "field 'access' is 'r'");
  }
  SECTION("block") {
    first["block"] = "core";
    refuses(root, "field 'block' is 'core', must be host or absent");
  }
  SECTION("fields overlap") {
    first["fields"][1]["lsb"] = 0;
    refuses(root, "registers[0].fields[1]: field 'lsb' is 0, must be in 1..31");
  }
  SECTION("reset outside the fields") {
    first["reset"] = "0x2";
    refuses(root, "field 'reset' is 0x2, sets bits outside");
  }
  SECTION("flat names meet") {
    second["name"] = "ERROR_CONFIG";
    refuses(root, "makes the name ERROR_CONFIG twice");
  }
  SECTION("unknown field") {
    second["width"] = 3;
    refuses(root, "field 'width' is unknown");
  }
  SECTION("too many events") {
    root["events"].push_back({{"name", "third"}, {"description", ""}});
    refuses(root, "field 'events' has 3 entries of 2 words, register EVENTS has 4 words");
  }
  SECTION("event twice") {
    root["events"][1]["name"] = "cycles";
    refuses(root, "events[1]: field 'name' 'cycles' appears twice");
  }
}

TEST_CASE("the register map is written in every language", "[gen]") {
  const RegisterMap map = parse_registers(valid_root(), "r.json");
  CHECK_THAT(registers_package(map),
             Contains("AddrNTokens = 16'h0018;") && Contains("MaskError = 32'h000000f1;") &&
                 Contains("ErrorBadAddressLsb = 4;") && Contains("EventQkvBits = 1;"));
  CHECK_THAT(registers_header(map), Contains("Field error_bad_address{4, 4};") &&
                                        Contains("Access::w1c, 0x000000f1, 0x00000000"));
  CHECK_THAT(registers_c_header(map), Contains("XPIKE_REG_N_TOKENS 0x0018u") &&
                                          Contains("XPIKE_MASK_ERROR_BAD_ADDRESS 0x000000f0u"));
  CHECK_THAT(registers_page(map), Contains("| 0x080..0x083 | `EVENTS` | ro | 0x0 | Counters. |") &&
                                      Contains("| 7:4 | `bad_address` | b |"));
}

TEST_CASE("registers of the host interface have a list of their own", "[gen]") {
  Json root = valid_root();
  root["registers"][1]["block"] = "host";
  const RegisterMap map = parse_registers(root, "r.json");
  CHECK_THAT(registers_header(map),
             Contains("std::array<Register, 2> all{{\n    error,\n    events,\n}};") &&
                 Contains("std::array<Register, 1> host_all{{\n    n_tokens,\n}};"));
  const std::string page = registers_page(map);
  CHECK(page.find("`N_TOKENS`") > page.find("## Host interface"));
  CHECK(page.find("`EVENTS`") < page.find("## Host interface"));
}

TEST_CASE("the frames of the UART bridge are checked and written", "[gen]") {
  Json root = valid_root();
  root["uart"] = Json::parse(R"({"constants": [
    {"name": "FLAG", "value": "0x7e", "description": "f"},
    {"name": "OP_READ", "value": "0x1", "description": "r"}],
   "frames": [{"name": "REPLY", "description": "First word.", "fields": [
    {"name": "count", "msb": 13, "lsb": 8, "description": "words"}]}]})");
  SECTION("written") {
    const RegisterMap map = parse_registers(root, "r.json");
    CHECK_THAT(registers_package(map), Contains("UartOpRead = 8'h01;") &&
                                           Contains("UartReplyCountLsb = 8;") &&
                                           Contains("UartReplyCountWidth = 6;"));
    CHECK_THAT(registers_c_header(map), Contains("XPIKE_UART_FLAG 0x7eu") &&
                                            Contains("XPIKE_MASK_UART_REPLY_COUNT 0x00003f00u"));
    CHECK_THAT(registers_page(map),
               Contains("| `OP_READ` | 0x01 | r |") && Contains("| 13:8 | `count` | words |"));
  }
  SECTION("more than a byte") {
    root["uart"]["constants"][0]["value"] = "0x100";
    refuses(root, "r.json: uart.constants[0]: field 'value' must be a byte");
  }
  SECTION("a name in lower case") {
    root["uart"]["frames"][0]["name"] = "reply";
    refuses(root, "r.json: uart.frames[0]: field 'name' is 'reply'");
  }
  SECTION("flat names meet") {
    root["uart"]["constants"][0]["name"] = "REPLY_COUNT";
    refuses(root, "makes the name UART_REPLY_COUNT twice");
  }
}

TEST_CASE("the generated C++ and C headers agree", "[gen]") {
  namespace regs = xpike::regs;
  CHECK(regs::n_tokens.address == XPIKE_REG_N_TOKENS);
  CHECK(regs::layer.count == XPIKE_COUNT_LAYER);
  CHECK(regs::cell_data_plus.mask() == XPIKE_MASK_CELL_DATA_PLUS);
  CHECK(regs::event_list.size() == XPIKE_EVENTS);
  CHECK(regs::event_list.at(XPIKE_EVENT_CYCLES).name == "cycles");
  CHECK(regs::cell_data_plus.get(regs::cell_data_plus.put(8191)) == 8191U);
  CHECK(regs::control_start.put(3) == 1U);
}
