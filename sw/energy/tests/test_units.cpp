// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>

#include "energy/units.hpp"
#include "model/error.hpp"

using namespace xpike::energy;
using nlohmann::json;

namespace {

json table_of_repository() {
  return json::parse(std::ifstream(XPIKE_SOURCE_DIR "/configs/energy/units.json"));
}

std::string error_of(const std::string& text) {
  try {
    parse_units(text, "table");
  } catch (const xpike::Error& error) {
    return error.what();
  }
  return "accepted";
}

std::string error_after(const std::function<void(json&)>& spoil) {
  json table = table_of_repository();
  spoil(table);
  return error_of(table.dump());
}

}  // namespace

TEST_CASE("the table of the repository says what each entry is", "[energy]") {
  const UnitTable table = load_units(XPIKE_SOURCE_DIR "/configs/energy/units.json");
  CHECK(table.units.node_nm == 45);
  CHECK(table.supply_v == 1.0);
  const json file = table_of_repository();
  REQUIRE(table.entries.size() == file.at("units").size());
  for (const UnitEntry& entry : table.entries) {
    INFO(entry.name);
    const json& listed = file.at("units").at(entry.name);
    CHECK(entry.value.low == listed.at("low"));
    CHECK(entry.value.mid == listed.at("mid"));
    CHECK(entry.value.high == listed.at("high"));
    CHECK(entry.unit == listed.at("unit"));
    CHECK(entry.note == listed.at("note"));
    CHECK(file.at("sources").contains(entry.source));
  }
  CHECK(table.units.word_line.mid == file.at("units").at("word_line").at("mid"));
  CHECK(table.units.shift_add.high == file.at("units").at("shift_add").at("high"));
}

TEST_CASE("a smaller node scales each kind of unit by its own factor", "[energy]") {
  json file = table_of_repository();
  file["scaling"] = {{{"node_nm", 30},
                      {"energy", 0.5},
                      {"wire", 0.25},
                      {"area", 0.125},
                      {"leakage", 0.0625},
                      {"source", "estimate"}}};
  const UnitTable table = parse_units(file.dump(), "table");
  const Units& big = table.units;
  const Units small = table.at_node(30);
  CHECK(small.node_nm == 30);
  CHECK(small.add_8bit.mid == 0.5 * big.add_8bit.mid);
  CHECK(small.baseline_memory.high == 0.5 * big.baseline_memory.high);
  CHECK(small.wire.low == 0.25 * big.wire.low);
  CHECK(small.local_wire.mid == 0.25 * big.local_wire.mid);
  CHECK(small.cell_area.mid == 0.125 * big.cell_area.mid);
  CHECK(small.bit_leakage.mid == 0.0625 * big.bit_leakage.mid);
  CHECK(small.code_activity == big.code_activity);
  CHECK(small.mlsa_time == big.mlsa_time);
  CHECK(table.at_node(45).wire == big.wire);
  CHECK_THROWS_WITH(table.at_node(44), "command line: --node: 44 is none of 45, 30");
}

TEST_CASE("a table that is not complete and exact is refused by file and field", "[energy]") {
  const auto unit = [](json& table) -> json& { return table["units"]["word_line"]; };
  CHECK(error_of("{").starts_with("table: JSON: is not valid JSON"));
  CHECK(error_of("[]") == "table: JSON: is not an object");
  CHECK(error_of(R"({"comment": "", "comment": ""})") ==
        "table: JSON: key 'comment' appears twice");
  CHECK(error_after([](json& t) { t["units"].erase("wire"); }) == "table: units.wire: is missing");
  CHECK(error_after([](json& t) { t["units"]["wires"] = t["units"]["wire"]; }) ==
        "table: units.wires: is unknown");
  CHECK(error_after([](json& t) { t["more"] = 1; }) == "table: more: is unknown");
  CHECK(error_after([&](json& t) { unit(t)["more"] = 1; }) ==
        "table: units.word_line.more: is unknown");
  CHECK(error_after([&](json& t) { unit(t)["unit"] = "pJ"; }) ==
        "table: units.word_line.unit: is 'pJ', expected 'fJ/row/mux step'");
  CHECK(error_after([&](json& t) { unit(t)["source"] = "hearsay"; }) ==
        "table: units.word_line.source: 'hearsay' is none of the listed sources");
  CHECK(error_after([&](json& t) { unit(t)["note"] = ""; }) ==
        "table: units.word_line.note: is empty");
  CHECK(error_after([&](json& t) { unit(t)["mid"] = "31"; }) ==
        "table: units.word_line.mid: is not a number");
  CHECK(error_after([&](json& t) { unit(t)["low"] = -1; }) ==
        "table: units.word_line.low: -1 is outside 0..1000000000");
  CHECK(error_after([&](json& t) {
          unit(t) = {{"unit", "fJ/row/mux step"}, {"low", 2}, {"mid", 1}};
        }) == "table: units.word_line.mid: 1 is outside 2..1000000000");
  CHECK(error_after([&](json& t) {
          unit(t)["high"] = 1e12;
        }).starts_with("table: units.word_line.high: "));
  CHECK(error_after([](json& t) {
          t["scaling"][1]["area"] = 0;
        }).starts_with("table: scaling[1].area: 0 is outside "));
  CHECK(error_after([](json& t) { t["scaling"][0].erase("source"); }) ==
        "table: scaling[0].source: is missing");
  CHECK(error_after([](json& t) { t["node_nm"] = 45.5; }) == "table: node_nm: is not an integer");
  CHECK(error_after([](json& t) { t["sources"]["rtl"] = 1; }) ==
        "table: sources.rtl: is not a string");
  CHECK_THROWS_WITH(load_units("no/such/file"), Catch::Contains("no/such/file: file: "));
}
