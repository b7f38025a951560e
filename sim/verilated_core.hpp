// SPDX-License-Identifier: Apache-2.0
// CoreModel around one Verilated class. Included once per configuration.
#pragma once

#include <string>

#include "beat_port.hpp"
#include "core_model.hpp"
#include "verilated_model.hpp"

namespace xpike::sim {

template <class Model>
class VerilatedCore final : public CoreModel {
 public:
  CoreOutputs settle(const CoreInputs& in) override {
    Model& m = *model_;
    m.clk_i = 0;
    m.rst_ni = in.rst_n;
    m.reg_valid_i = in.reg_valid;
    m.reg_write_i = in.reg_write;
    m.reg_addr_i = in.reg_addr;
    m.reg_wdata_i = in.reg_wdata;
    m.in_valid_i = in.in_valid;
    put_words(m.in_data_i, in.in_data);
    m.in_last_i = in.in_last;
    m.out_ready_i = in.out_ready;
    model_.evaluate();
    return {m.reg_ready_o != 0, m.reg_rvalid_o != 0, m.reg_rdata_o,
            m.reg_error_o != 0, m.in_ready_o != 0,   m.out_valid_o != 0,
            m.out_data_o,       m.out_last_o != 0,   m.irq_o != 0};
  }

  void rise() override {
    (*model_).clk_i = 1;
    model_.evaluate();
  }

  void open_wave(const std::string& file) override { model_.open_wave(file); }

 private:
  VerilatedModel<Model> model_;
};

}  // namespace xpike::sim
