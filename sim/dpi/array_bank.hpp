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

// The bank that a simulation of this thread wrote a cell of last, null if there was none since the
// last call. So one write through the ports of a chip tells which bank a row block is. The bank
// belongs to its simulation.
ArrayBank* take_last_written();

// Called by the simulation for every cell that it writes.
void note_written(ArrayBank& bank);

}  // namespace xpike::dpi
