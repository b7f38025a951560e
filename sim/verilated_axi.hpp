// SPDX-License-Identifier: Apache-2.0
// AxiModel around one Verilated class. Included once per configuration.
#pragma once

#include "axi_model.hpp"
#include "beat_port.hpp"
#include "verilated_model.hpp"

namespace xpike::sim {

template <class Model>
class VerilatedAxi final : public AxiModel {
 public:
  AxiOutputs settle(const AxiInputs& in) override {
    Model& m = *model_;
    m.aclk = 0;
    m.aresetn = in.aresetn;
    m.s_axil_awvalid = in.awvalid;
    m.s_axil_awaddr = in.awaddr;
    m.s_axil_awprot = 0;
    m.s_axil_wvalid = in.wvalid;
    m.s_axil_wdata = in.wdata;
    m.s_axil_wstrb = in.wstrb;
    m.s_axil_bready = in.bready;
    m.s_axil_arvalid = in.arvalid;
    m.s_axil_araddr = in.araddr;
    m.s_axil_arprot = 0;
    m.s_axil_rready = in.rready;
    m.s_axis_program_tvalid = in.program_tvalid;
    m.s_axis_program_tdata = in.program_tdata;
    m.s_axis_program_tlast = in.program_tlast;
    m.s_axis_input_tvalid = in.input_tvalid;
    put_words(m.s_axis_input_tdata, in.input_tdata);
    m.s_axis_input_tlast = in.input_tlast;
    m.m_axis_result_tready = in.result_tready;
    model_.evaluate();
    AxiOutputs out;
    out.awready = m.s_axil_awready != 0;
    out.wready = m.s_axil_wready != 0;
    out.bvalid = m.s_axil_bvalid != 0;
    out.bresp = m.s_axil_bresp;
    out.arready = m.s_axil_arready != 0;
    out.rvalid = m.s_axil_rvalid != 0;
    out.rdata = m.s_axil_rdata;
    out.rresp = m.s_axil_rresp;
    out.program_tready = m.s_axis_program_tready != 0;
    out.input_tready = m.s_axis_input_tready != 0;
    out.result_tvalid = m.m_axis_result_tvalid != 0;
    out.result_tdata = m.m_axis_result_tdata;
    out.result_tlast = m.m_axis_result_tlast != 0;
    out.result_tuser = m.m_axis_result_tuser != 0;
    out.irq = m.irq != 0;
    return out;
  }

  void rise() override {
    (*model_).aclk = 1;
    model_.evaluate();
  }

 private:
  VerilatedModel<Model> model_;
};

}  // namespace xpike::sim
