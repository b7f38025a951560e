// SPDX-License-Identifier: Apache-2.0
// UartModel around one Verilated class. Included once per configuration.
#pragma once

#include "uart_model.hpp"
#include "verilated_model.hpp"

namespace xpike::sim {

template <class Model>
class VerilatedUart final : public UartModel {
 public:
  bool cycle(bool reset, bool rx) override {
    Model& m = *model_;
    m.clk_i = 0;
    m.rst_ni = reset ? 0 : 1;
    m.rx_i = rx ? 1 : 0;
    model_.evaluate();
    m.clk_i = 1;
    model_.evaluate();
    return m.tx_o != 0;
  }

 private:
  VerilatedModel<Model> model_;
};

}  // namespace xpike::sim
