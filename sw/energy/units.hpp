// SPDX-License-Identifier: Apache-2.0
// The table of unit energies, leakages and areas (configs/energy/units.json).
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "energy/range.hpp"

namespace xpike::energy {

inline constexpr int kArraySide = 128;  // rows and columns of the array that the table is about
inline constexpr int kArrayConverters = 16;
inline constexpr int kConverterBits = 5;

// One member for each entry of the table; energies in fJ, leakages in nW, areas in um2.
struct Units {
  int node_nm = 0;
  Range word_line, switch_active_row, switch_row, column_mux;
  Range mlsa_conversion, mlsa_column, mlsa_time, sar_conversion, sar_column, sar_time;
  Range add_8bit, flip_flop, xor_gate, buffer_read, buffer_write;
  Range wire, local_wire, code_activity;
  Range ssa_score_bit, ssa_value_cell;
  Range memory_bit, memory_masked_write;
  Range control_cycle, clock_length;
  Range mlsa_array_leakage, sar_array_leakage, bit_leakage;
  Range cell_area, level_shifter_area, row_switch_area, column_area, mlsa_area, sar_area;
  Range gate_area, flip_flop_area, memory_area, interconnect_area;
  Range int8_mac, int8_ac, baseline_memory, softmax, gelu, layer_norm, serial_density, shift_add;
};

// One entry as the file has it.
struct UnitEntry {
  std::string name;
  std::string unit;
  Range value;
  std::string source;
  std::string note;
};

// What a smaller node multiplies with.
struct NodeScaling {
  int node_nm = 0;
  double energy = 1.0;
  double wire = 1.0;  // energy of wires, per mm
  double area = 1.0;
  double leakage = 1.0;
};

struct UnitTable {
  Units units;
  double supply_v = 0.0;
  std::vector<UnitEntry> entries;  // in the order of Units
  std::vector<NodeScaling> scaling;

  // Units at a node of the table. Throws Error(command line, --node, ...) for others.
  Units at_node(int node_nm) const;
};

// Strict: every entry must be there, in its unit, with 0 <= low <= mid <= high and a listed source;
// nothing else may. Throws Error(place, field, ...).
UnitTable parse_units(std::string_view text, std::string_view place);
UnitTable load_units(const std::filesystem::path& file);

}  // namespace xpike::energy
