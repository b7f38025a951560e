// SPDX-License-Identifier: Apache-2.0
// The accelerator with its host interface: AXI4-Lite, three AXI4-Streams, interrupt.
//
// | parameter   | legal                                    | meaning                            |
// |-------------|------------------------------------------|------------------------------------|
// | Overlap     | 0, 1                                     | images overlap (xpk_overlap_core)  |
// | Folded      | 0, 1                                     | one of everything (xpk_folded_core) |
// | (others)    | see xpk_core                             | shapes of the build                |
//
// Ports have the names of the AXI specifications, by which tools of systems on chip find the
// interfaces. All signals belong to `aclk`; `aresetn` is asynchronous, and must rise in step with
// `aclk`. The protection bits are ignored. Registers: docs/registers.md. Protocol: docs/host.md.

`default_nettype none

module xpk_axi_top #(
    parameter bit Overlap = 1'b0,
    parameter bit Folded = 1'b0,
    parameter int unsigned Tokens = 8,
    parameter int unsigned TileTokens = Tokens,
    parameter int unsigned Heads = 2,
    parameter int unsigned HeadDim = 8,
    parameter int unsigned FfDim = 32,
    parameter int unsigned Depth = 1,
    parameter int unsigned Steps = 4,
    parameter int unsigned InputRows = 16,
    parameter int unsigned Classes = 4,
    parameter int unsigned ArrayRows = 32,
    parameter int unsigned ArrayCols = 16,
    parameter int unsigned Converters = 4,
    parameter int unsigned AdcCycles = 1,
    parameter int unsigned InputWords = 1,
    parameter int unsigned LeapEncoder = 32,
    parameter int unsigned LeapScore = 32,
    parameter int unsigned LeapValue = 32,
    parameter bit Calibration = 1'b1
) (
    input  wire logic        aclk,
    input  wire logic        aresetn,
    // Registers.
    input  wire logic        s_axil_awvalid,
    output logic             s_axil_awready,
    input  wire logic [17:0] s_axil_awaddr,
    /* verilator lint_off UNUSEDSIGNAL */
    input  wire logic [ 2:0] s_axil_awprot,  // every access may do everything
    /* verilator lint_on UNUSEDSIGNAL */
    input  wire logic        s_axil_wvalid,
    output logic             s_axil_wready,
    input  wire logic [31:0] s_axil_wdata,
    input  wire logic [ 3:0] s_axil_wstrb,
    output logic             s_axil_bvalid,
    input  wire logic        s_axil_bready,
    output logic      [ 1:0] s_axil_bresp,
    input  wire logic        s_axil_arvalid,
    output logic             s_axil_arready,
    input  wire logic [17:0] s_axil_araddr,
    /* verilator lint_off UNUSEDSIGNAL */
    input  wire logic [ 2:0] s_axil_arprot,  // as s_axil_awprot
    /* verilator lint_on UNUSEDSIGNAL */
    output logic             s_axil_rvalid,
    input  wire logic        s_axil_rready,
    output logic      [31:0] s_axil_rdata,
    output logic      [ 1:0] s_axil_rresp,
    // Program packets.
    input  wire logic        s_axis_program_tvalid,
    output logic             s_axis_program_tready,
    input  wire logic [31:0] s_axis_program_tdata,
    input  wire logic        s_axis_program_tlast,
    // Input packets.
    input  wire logic        s_axis_input_tvalid,
    output logic             s_axis_input_tready,
    input  wire logic [32*InputWords-1:0] s_axis_input_tdata,
    input  wire logic        s_axis_input_tlast,
    // Result packets; `tuser` marks the end of a packet that was cut off.
    output logic             m_axis_result_tvalid,
    input  wire logic        m_axis_result_tready,
    output logic      [31:0] m_axis_result_tdata,
    output logic             m_axis_result_tlast,
    output logic             m_axis_result_tuser,
    output logic             irq
);

  logic reg_valid, reg_ready, reg_write, reg_rvalid, reg_error;
  logic [15:0] reg_addr;
  logic [31:0] reg_wdata, reg_rdata, out_data;
  logic in_valid, in_ready, in_last, out_valid, out_ready, out_last, core_irq;
  logic [32*InputWords-1:0] in_data;

  xpk_host #(
      .InputWords(InputWords)
  ) u_host (
      .clk_i(aclk), .rst_ni(aresetn),
      .aw_valid_i(s_axil_awvalid), .aw_ready_o(s_axil_awready), .aw_addr_i(s_axil_awaddr),
      .w_valid_i(s_axil_wvalid), .w_ready_o(s_axil_wready), .w_data_i(s_axil_wdata),
      .w_strb_i(s_axil_wstrb),
      .b_valid_o(s_axil_bvalid), .b_ready_i(s_axil_bready), .b_resp_o(s_axil_bresp),
      .ar_valid_i(s_axil_arvalid), .ar_ready_o(s_axil_arready), .ar_addr_i(s_axil_araddr),
      .r_valid_o(s_axil_rvalid), .r_ready_i(s_axil_rready), .r_data_o(s_axil_rdata),
      .r_resp_o(s_axil_rresp),
      .program_valid_i(s_axis_program_tvalid), .program_ready_o(s_axis_program_tready),
      .program_data_i(s_axis_program_tdata), .program_last_i(s_axis_program_tlast),
      .input_valid_i(s_axis_input_tvalid), .input_ready_o(s_axis_input_tready),
      .input_data_i(s_axis_input_tdata), .input_last_i(s_axis_input_tlast),
      .result_valid_o(m_axis_result_tvalid), .result_ready_i(m_axis_result_tready),
      .result_data_o(m_axis_result_tdata), .result_last_o(m_axis_result_tlast),
      .result_cut_o(m_axis_result_tuser), .irq_o(irq),
      .reg_valid_o(reg_valid), .reg_ready_i(reg_ready), .reg_write_o(reg_write),
      .reg_addr_o(reg_addr), .reg_wdata_o(reg_wdata), .reg_rvalid_i(reg_rvalid),
      .reg_rdata_i(reg_rdata), .reg_error_i(reg_error),
      .in_valid_o(in_valid), .in_ready_i(in_ready), .in_data_o(in_data), .in_last_o(in_last),
      .out_valid_i(out_valid), .out_ready_o(out_ready), .out_data_i(out_data),
      .out_last_i(out_last), .core_irq_i(core_irq)
  );

  xpk_any_core #(
      .Overlap(Overlap), .Folded(Folded), .Tokens(Tokens), .TileTokens(TileTokens), .Heads(Heads),
      .HeadDim(HeadDim), .FfDim(FfDim), .Depth(Depth), .Steps(Steps), .InputRows(InputRows),
      .Classes(Classes), .ArrayRows(ArrayRows), .ArrayCols(ArrayCols), .Converters(Converters),
      .AdcCycles(AdcCycles), .InputWords(InputWords), .LeapEncoder(LeapEncoder),
      .LeapScore(LeapScore), .LeapValue(LeapValue), .Calibration(Calibration)
  ) u_core (
      .clk_i(aclk), .rst_ni(aresetn),
      .reg_valid_i(reg_valid), .reg_ready_o(reg_ready), .reg_write_i(reg_write),
      .reg_addr_i(reg_addr), .reg_wdata_i(reg_wdata), .reg_rvalid_o(reg_rvalid),
      .reg_rdata_o(reg_rdata), .reg_error_o(reg_error),
      .in_valid_i(in_valid), .in_ready_o(in_ready), .in_data_i(in_data), .in_last_i(in_last),
      .out_valid_o(out_valid), .out_ready_i(out_ready), .out_data_o(out_data),
      .out_last_o(out_last), .irq_o(core_irq)
  );

endmodule

`default_nettype wire
