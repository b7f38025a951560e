// SPDX-License-Identifier: Apache-2.0
// The smallest system on chip around the accelerator: a bus master without a processor, an address
// decoder, and the accelerator as one of its slaves.
//
// | parameter | legal     | meaning                                          |
// |-----------|-----------|--------------------------------------------------|
// | Base      | 14 bits   | bits 31:18 of the addresses of the accelerator   |
//
// The master reads register ID once after each reset and compares it: `found_o` says that the
// accelerator answers, `done_o` that the answer is there. A real system has its interconnect in place
// of the master and of the decoder, and its DMA on the streams, which are ports here.

`default_nettype none

module xpk_soc_example #(
    parameter logic [13:0] Base = 14'h1000
) (
    input  wire logic        clk_i,
    input  wire logic        rst_ni,   // rises in step with clk_i
    output logic             done_o,
    output logic             found_o,
    input  wire logic        program_valid_i,
    output logic             program_ready_o,
    input  wire logic [31:0] program_data_i,
    input  wire logic        program_last_i,
    input  wire logic        input_valid_i,
    output logic             input_ready_o,
    input  wire logic [31:0] input_data_i,
    input  wire logic        input_last_i,
    output logic             result_valid_o,
    input  wire logic        result_ready_i,
    output logic      [31:0] result_data_o,
    output logic             result_last_o,
    output logic             result_cut_o,
    output logic             irq_o
);

  // ---- Master: one read ---------------------------------------------------------------------------
  localparam logic [31:0] Address = {Base, xpk_regs_pkg::AddrId, 2'b00};

  logic asked_q, done_q, found_q;
  logic ar_valid, ar_ready, r_valid;
  logic [31:0] ar_addr, r_data;
  logic [1:0] r_resp;

  assign ar_valid = !asked_q;
  assign ar_addr = Address;
  assign done_o = done_q;
  assign found_o = found_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      {asked_q, done_q, found_q} <= '0;
    end else begin
      if (ar_ready) asked_q <= 1'b1;
      if (r_valid) begin
        done_q <= 1'b1;
        found_q <= r_resp == 2'b00 && r_data == xpk_regs_pkg::ResetId;
      end
    end
  end

  // ---- Decoder: addresses of nobody are answered with DECERR ----------------------------------------
  logic mine, xpk_ar_ready, xpk_r_valid, nobody_q;
  logic [31:0] xpk_r_data;
  logic [1:0] xpk_r_resp;

  assign mine = ar_addr[31:18] == Base;
  assign ar_ready = mine ? xpk_ar_ready : !nobody_q;
  assign r_valid = xpk_r_valid || nobody_q;
  assign r_data = xpk_r_data;
  assign r_resp = nobody_q ? 2'b11 : xpk_r_resp;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) nobody_q <= 1'b0;
    else nobody_q <= ar_valid && !mine && !nobody_q;
  end

  // ---- Accelerator ----------------------------------------------------------------------------------
  logic unused_aw_ready, unused_w_ready, unused_b_valid;
  logic [1:0] unused_b_resp;

  // Arrays in block RAM take at least five cycles for a conversion.
  xpk_axi_top #(
      .AdcCycles(5)
  ) u_xpikeformer (
      .aclk(clk_i), .aresetn(rst_ni),
      .s_axil_awvalid(1'b0), .s_axil_awready(unused_aw_ready), .s_axil_awaddr('0), .s_axil_awprot('0),
      .s_axil_wvalid(1'b0), .s_axil_wready(unused_w_ready), .s_axil_wdata('0), .s_axil_wstrb('0),
      .s_axil_bvalid(unused_b_valid), .s_axil_bready(1'b1), .s_axil_bresp(unused_b_resp),
      .s_axil_arvalid(ar_valid && mine), .s_axil_arready(xpk_ar_ready),
      .s_axil_araddr(ar_addr[17:0]), .s_axil_arprot('0),
      .s_axil_rvalid(xpk_r_valid), .s_axil_rready(1'b1), .s_axil_rdata(xpk_r_data),
      .s_axil_rresp(xpk_r_resp),
      .s_axis_program_tvalid(program_valid_i), .s_axis_program_tready(program_ready_o),
      .s_axis_program_tdata(program_data_i), .s_axis_program_tlast(program_last_i),
      .s_axis_input_tvalid(input_valid_i), .s_axis_input_tready(input_ready_o),
      .s_axis_input_tdata(input_data_i), .s_axis_input_tlast(input_last_i),
      .m_axis_result_tvalid(result_valid_o), .m_axis_result_tready(result_ready_i),
      .m_axis_result_tdata(result_data_o), .m_axis_result_tlast(result_last_o),
      .m_axis_result_tuser(result_cut_o), .irq(irq_o)
  );

endmodule

`default_nettype wire
