// SPDX-License-Identifier: Apache-2.0
#include "energy/units.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <map>
#include <set>

#include "model/error.hpp"
#include "model/file_io.hpp"
#include "model/strict_json.hpp"

namespace xpike::energy {
namespace {

using nlohmann::json;

constexpr std::uint64_t kMaxFileSize = 1 << 20;
constexpr double kMaxValue = 1e9;
constexpr int kMaxNode = 1000;  // nm

struct Slot {
  const char* name;
  const char* unit;
  Range Units::*value;
};

constexpr std::array kSlots{
    Slot{"word_line", "fJ/row/mux step", &Units::word_line},
    Slot{"switch_active_row", "fJ/row/mux step", &Units::switch_active_row},
    Slot{"switch_row", "fJ/row/mux step", &Units::switch_row},
    Slot{"column_mux", "fJ/conversion", &Units::column_mux},
    Slot{"mlsa_conversion", "fJ/conversion", &Units::mlsa_conversion},
    Slot{"mlsa_column", "fJ/row", &Units::mlsa_column},
    Slot{"mlsa_time", "ns/conversion", &Units::mlsa_time},
    Slot{"sar_conversion", "fJ/conversion", &Units::sar_conversion},
    Slot{"sar_column", "fJ/row", &Units::sar_column},
    Slot{"sar_time", "ns/conversion", &Units::sar_time},
    Slot{"add_8bit", "fJ/add", &Units::add_8bit},
    Slot{"flip_flop", "fJ/bit", &Units::flip_flop},
    Slot{"xor_gate", "fJ/gate", &Units::xor_gate},
    Slot{"buffer_read", "fJ/bit", &Units::buffer_read},
    Slot{"buffer_write", "fJ/bit", &Units::buffer_write},
    Slot{"wire", "fJ/bit/mm", &Units::wire},
    Slot{"local_wire", "fJ/bit/mm", &Units::local_wire},
    Slot{"code_activity", "swings/bit", &Units::code_activity},
    Slot{"ssa_score_bit", "fJ/bit", &Units::ssa_score_bit},
    Slot{"ssa_value_cell", "fJ/cell", &Units::ssa_value_cell},
    Slot{"memory_bit", "fJ/bit", &Units::memory_bit},
    Slot{"memory_masked_write", "fJ/bit", &Units::memory_masked_write},
    Slot{"control_cycle", "fJ/cycle", &Units::control_cycle},
    Slot{"clock_length", "chip sides", &Units::clock_length},
    Slot{"mlsa_array_leakage", "nW", &Units::mlsa_array_leakage},
    Slot{"sar_array_leakage", "nW", &Units::sar_array_leakage},
    Slot{"bit_leakage", "nW/bit", &Units::bit_leakage},
    Slot{"cell_area", "um2", &Units::cell_area},
    Slot{"level_shifter_area", "um2/line", &Units::level_shifter_area},
    Slot{"row_switch_area", "um2/row", &Units::row_switch_area},
    Slot{"column_area", "um2/column", &Units::column_area},
    Slot{"mlsa_area", "um2/converter", &Units::mlsa_area},
    Slot{"sar_area", "um2/converter", &Units::sar_area},
    Slot{"gate_area", "um2/gate", &Units::gate_area},
    Slot{"flip_flop_area", "um2/bit", &Units::flip_flop_area},
    Slot{"memory_area", "um2/bit", &Units::memory_area},
    Slot{"interconnect_area", "share", &Units::interconnect_area},
    Slot{"int8_mac", "fJ/op", &Units::int8_mac},
    Slot{"int8_ac", "fJ/op", &Units::int8_ac},
    Slot{"baseline_memory", "fJ/byte", &Units::baseline_memory},
    Slot{"softmax", "fJ/element", &Units::softmax},
    Slot{"gelu", "fJ/element", &Units::gelu},
    Slot{"layer_norm", "fJ/element", &Units::layer_norm},
    Slot{"serial_density", "share", &Units::serial_density},
    Slot{"shift_add", "fJ/conversion", &Units::shift_add},
};

double number(JsonReader& reader, const std::string& key, double low) {
  const json& value = reader.any(key);
  if (!value.is_number()) throw Error(reader.place(), reader.path_of(key), "is not a number");
  const double result = value.get<double>();
  if (result >= low && result <= kMaxValue) return result;
  throw Error(reader.place(), reader.path_of(key),
              fmt::format("{} is outside {}..{}", value.dump(), low, kMaxValue));
}

double positive(JsonReader& reader, const std::string& key) { return number(reader, key, 1e-6); }

std::string filled_text(JsonReader& reader, const std::string& key) {
  std::string text = reader.text(key);
  if (text.empty()) throw Error(reader.place(), reader.path_of(key), "is empty");
  return text;
}

std::string source_of(JsonReader& reader, const std::set<std::string>& sources) {
  std::string source = reader.text("source");
  if (sources.count(source) > 0) return source;
  throw Error(reader.place(), reader.path_of("source"),
              fmt::format("'{}' is none of the listed sources", source));
}

UnitEntry read_entry(JsonReader reader, const Slot& slot, const std::set<std::string>& sources) {
  UnitEntry entry{slot.name, filled_text(reader, "unit"), {}, {}, {}};
  if (entry.unit != slot.unit) {
    throw Error(reader.place(), reader.path_of("unit"),
                fmt::format("is '{}', expected '{}'", entry.unit, slot.unit));
  }
  entry.value.low = number(reader, "low", 0.0);
  entry.value.mid = number(reader, "mid", entry.value.low);
  entry.value.high = number(reader, "high", entry.value.mid);
  entry.source = source_of(reader, sources);
  entry.note = filled_text(reader, "note");
  reader.done();
  return entry;
}

NodeScaling read_scaling(const json& value, std::string_view place, std::size_t index,
                         const std::set<std::string>& sources) {
  JsonReader reader(value, place, fmt::format("scaling[{}]", index));
  NodeScaling scaling;
  scaling.node_nm = reader.integer("node_nm", 1, kMaxNode);
  scaling.energy = positive(reader, "energy");
  scaling.wire = positive(reader, "wire");
  scaling.area = positive(reader, "area");
  scaling.leakage = positive(reader, "leakage");
  source_of(reader, sources);
  reader.done();
  return scaling;
}

// What the unit of an entry says about how it scales.
double factor_of(std::string_view unit, const NodeScaling& scaling) {
  if (unit == "fJ/bit/mm") return scaling.wire;
  if (unit.starts_with("fJ/")) return scaling.energy;
  if (unit.starts_with("um2")) return scaling.area;
  if (unit.starts_with("nW")) return scaling.leakage;
  return 1.0;
}

}  // namespace

Units UnitTable::at_node(int node_nm) const {
  if (node_nm == units.node_nm) return units;
  std::string known = std::to_string(units.node_nm);
  for (const NodeScaling& entry : scaling) {
    if (entry.node_nm != node_nm) {
      known += fmt::format(", {}", entry.node_nm);
      continue;
    }
    Units out = units;
    out.node_nm = node_nm;
    for (const Slot& slot : kSlots) {
      out.*slot.value = factor_of(slot.unit, entry) * (units.*slot.value);
    }
    return out;
  }
  throw Error("command line", "--node", fmt::format("{} is none of {}", node_nm, known));
}

UnitTable parse_units(std::string_view text, std::string_view place) {
  const json document = parse_json(text, place, "JSON");
  JsonReader root(document, place, "");
  UnitTable table;
  root.text("comment");
  table.units.node_nm = root.integer("node_nm", 1, kMaxNode);
  table.supply_v = positive(root, "supply_v");

  std::set<std::string> sources;
  JsonReader source_list = root.object("sources");
  for (const auto& [name, unused] : root.any("sources").items()) {
    filled_text(source_list, name);
    sources.insert(name);
  }

  const json& scaling = root.array("scaling");
  for (std::size_t i = 0; i < scaling.size(); ++i) {
    table.scaling.push_back(read_scaling(scaling[i], place, i, sources));
  }

  JsonReader units = root.object("units");
  for (const Slot& slot : kSlots) {
    table.entries.push_back(read_entry(units.object(slot.name), slot, sources));
    table.units.*slot.value = table.entries.back().value;
  }
  units.done();
  root.done();
  return table;
}

UnitTable load_units(const std::filesystem::path& file) {
  const Bytes bytes = read_file(file, kMaxFileSize);
  return parse_units({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, file.string());
}

}  // namespace xpike::energy
