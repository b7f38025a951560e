// SPDX-License-Identifier: Apache-2.0
// Silicon area, and the lengths of wires that follow from it.
#pragma once

#include <string>
#include <vector>

#include "energy/design.hpp"
#include "energy/units.hpp"

namespace xpike::energy {

struct AreaItem {
  std::string name;
  double count = 0.0;
  Range mm2;
};

struct Area {
  std::vector<AreaItem> items;
  Range total;  // mm2
};

// One array with its converters, switches and level shifters, um2.
Range array_area(const Design& design, const Units& units);

Area area_of(const Design& design, const Units& units);

// Bits of all spike and input memories, and flip-flops of attention cells, membranes and
// parameters, as built.
double memory_bits(const Config& config);
double register_bits(const Design& design);

// Lengths in mm, of the middle estimate: a floor plan has one size.
struct FloorPlan {
  double array_side = 0.0;  // of an array with its share of wires
  double chip_side = 0.0;
  double tile_side = 0.0;  // of the attention tile of one head
  // Side of the square that holds one layer's arrays of a stage.
  double region_side(const Stage& stage) const;
};
FloorPlan floor_plan(const Design& design, const Units& units);

}  // namespace xpike::energy
