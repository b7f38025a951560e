// SPDX-License-Identifier: Apache-2.0
// A chip that is nothing but registers, as a transport of the driver: it remembers writes, and
// gives results when it has been started.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "driver/xpk_access.h"
#include "driver/xpk_bundle.h"
#include "driver/xpk_driver.h"

namespace xpike {

class MockChip {
 public:
  MockChip() {
    registers[XPIKE_REG_ID] = 0x58504B31;
    registers[XPIKE_REG_VERSION] = 1;
    const std::uint32_t shape[] = {8, 2, 8, 32, 1, 4, 16, 4, 32, 16, 4, 1, 2, 8};
    for (std::uint32_t i = 0; i < XPIKE_COUNT_SHAPE; ++i) {
      registers[XPIKE_REG_SHAPE + i] = shape[i];
    }
    registers[XPIKE_REG_CLASSES] = 4;
  }

  xpk_transport transport() {
    xpk_transport functions{};
    functions.context = this;
    functions.write = [](void* context, std::uint32_t address, const std::uint32_t* words,
                         std::size_t count) {
      auto& self = *static_cast<MockChip*>(context);
      for (const std::uint32_t word : std::span(words, count)) {
        if (self.accesses_left-- == 0) return -1;
        self.write(address, word);
      }
      return 0;
    };
    functions.read = [](void* context, std::uint32_t address, std::uint32_t* word) {
      auto& self = *static_cast<MockChip*>(context);
      if (self.accesses_left-- == 0) return -1;
      *word = self.read(address);
      return 0;
    };
    return functions;
  }

  std::map<std::uint32_t, std::uint32_t> registers;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> writes;
  std::vector<std::uint32_t> results;  // given out after a start
  std::int64_t accesses_left = -1;     // then the transport fails; negative: never
  std::uint32_t lose_cell = 0;         // number of the cell that does not arrive, from 1
  std::uint32_t forget_cell = 0;       // number of the cell that reads back as 0

 private:
  void write(std::uint32_t address, std::uint32_t word) {
    writes.emplace_back(address, word);
    if (address == XPIKE_REG_CONTROL) {
      // A clear forgets results, a start makes them available.
      registers[XPIKE_REG_HOST_STATUS] = 0;
      if ((word & XPIKE_MASK_CONTROL_START) != 0) offer();
      return;
    }
    if (address == XPIKE_REG_CELL_DATA) {
      cells.push_back(forget_cell == cells.size() + 1 ? 0 : word);
      if (lose_cell == cells.size()) return;
    }
    if (address == XPIKE_REG_CELL_DATA || address == XPIKE_REG_NEURON ||
        address == XPIKE_REG_CONVERTER) {
      registers[XPIKE_REG_WINDOW_CRC] = xpk_crc32(registers[XPIKE_REG_WINDOW_CRC], &word, 1);
    }
    if (address == XPIKE_REG_VERIFY) {
      registers[XPIKE_REG_WINDOW_CRC] = xpk_crc32(0, cells.data(), cells.size());
    }
    if (address == XPIKE_REG_TARGET && word != registers[XPIKE_REG_TARGET]) cells.clear();
    if (address == XPIKE_REG_ERROR || address == XPIKE_REG_CAUSE) {
      registers[address] &= ~word;
      return;
    }
    if (address != XPIKE_REG_VERIFY) registers[address] = word;
  }

  std::uint32_t read(std::uint32_t address) {
    if (address != XPIKE_REG_RESULT_WORD) return registers[address];
    const std::uint32_t word = results.at(given_++);
    offer();
    return word;
  }

  void offer() {
    if (given_ == results.size()) {
      given_ = 0;
      results.clear();
    }
    registers[XPIKE_REG_HOST_STATUS] =
        (results.empty() ? 0 : XPIKE_MASK_HOST_STATUS_RESULT_VALID) |
        (given_ + 1 == results.size() ? XPIKE_MASK_HOST_STATUS_RESULT_LAST : 0);
  }

  std::vector<std::uint32_t> cells;  // of the array at work
  std::size_t given_ = 0;
};

}  // namespace xpike
