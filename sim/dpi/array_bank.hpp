// SPDX-License-Identifier: Apache-2.0
// All synaptic arrays of one row block, as xpk_array_bank_sim_dpi makes them at the start of a
// simulation, and the way for the software around the simulation to find them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "synaptic_array.hpp"

namespace xpike::dpi {

// layers x arrays synaptic arrays of rows x cols cells each.
class ArrayBank {
 public:
  // Throws std::invalid_argument unless there is at least one array of legal size.
  ArrayBank(std::uint32_t layers, std::uint32_t arrays, std::uint32_t rows, std::uint32_t cols);

  // Throws std::out_of_range for an array that does not exist.
  [[nodiscard]] SynapticArray& array(std::uint32_t layer, std::uint32_t array);

 private:
  std::uint32_t arrays_;
  std::vector<SynapticArray> all_;  // [layer][array]
};

// Where a cell was written: the bank, null if nowhere, and which of its layers.
struct Written {
  ArrayBank* bank = nullptr;
  std::uint32_t layer = 0;
};

// The cell that a simulation of this thread wrote last, if there was one since the last call. So
// one write through the ports of a chip tells where the arrays of a row block are. The bank belongs
// to its simulation.
Written take_last_written();

// Called by the simulation for every cell that it writes.
void note_written(const Written& place);

}  // namespace xpike::dpi
