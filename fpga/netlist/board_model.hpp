// SPDX-License-Identifier: Apache-2.0
// The netlist of a board with an iCE40, seen from its pins.
#pragma once

#include <Vboard_netlist.h>

#include <memory>

#include "uart_model.hpp"
#include "verilated_model.hpp"

namespace xpike {

/// It resets itself, when power comes.
class BoardModel final : public sim::UartModel {
 public:
  bool cycle(bool reset, bool rx) override {
    if (reset) model_ = std::make_unique<sim::VerilatedModel<Vboard_netlist>>();
    Vboard_netlist& pins = **model_;
    pins.rx = rx ? 1 : 0;
    for (const int level : {0, 1}) {
      pins.clk_12mhz = static_cast<CData>(level);
      model_->evaluate();
    }
    return pins.tx != 0;
  }

 private:
  std::unique_ptr<sim::VerilatedModel<Vboard_netlist>> model_;
};

}  // namespace xpike
