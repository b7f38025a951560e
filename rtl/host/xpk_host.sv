// SPDX-License-Identifier: Apache-2.0
// The host interface: AXI4-Lite, AXI4-Stream and interrupt on one side, the ports of the core on the
// other.
//
// | parameter  | legal          | meaning                  |
// |------------|----------------|--------------------------|
// | InputWords | 1, 2, 4, 8, 16 | words of an input beat   |
//
// Registers: docs/registers.md. Protocol: docs/host.md.

`default_nettype none

module xpk_host #(
    parameter int unsigned InputWords = 1
) (
    input  wire logic        clk_i,
    input  wire logic        rst_ni,
    // AXI4-Lite: registers.
    input  wire logic        aw_valid_i,
    output logic             aw_ready_o,
    input  wire logic [17:0] aw_addr_i,
    input  wire logic        w_valid_i,
    output logic             w_ready_o,
    input  wire logic [31:0] w_data_i,
    input  wire logic [ 3:0] w_strb_i,
    output logic             b_valid_o,
    input  wire logic        b_ready_i,
    output logic      [ 1:0] b_resp_o,
    input  wire logic        ar_valid_i,
    output logic             ar_ready_o,
    input  wire logic [17:0] ar_addr_i,
    output logic             r_valid_o,
    input  wire logic        r_ready_i,
    output logic      [31:0] r_data_o,
    output logic      [ 1:0] r_resp_o,
    // AXI4-Stream: program packets.
    input  wire logic        program_valid_i,
    output logic             program_ready_o,
    input  wire logic [31:0] program_data_i,
    input  wire logic        program_last_i,
    // AXI4-Stream: input packets.
    input  wire logic        input_valid_i,
    output logic             input_ready_o,
    input  wire logic [32*InputWords-1:0] input_data_i,
    input  wire logic        input_last_i,
    // AXI4-Stream: result packets.
    output logic             result_valid_o,
    input  wire logic        result_ready_i,
    output logic      [31:0] result_data_o,
    output logic             result_last_o,
    output logic             result_cut_o,
    output logic             irq_o,
    // Core.
    output logic             reg_valid_o,
    input  wire logic        reg_ready_i,
    output logic             reg_write_o,
    output logic      [15:0] reg_addr_o,
    output logic      [31:0] reg_wdata_o,
    input  wire logic        reg_rvalid_i,
    input  wire logic [31:0] reg_rdata_i,
    input  wire logic        reg_error_i,
    output logic             in_valid_o,
    input  wire logic        in_ready_i,
    output logic [32*InputWords-1:0] in_data_o,
    output logic             in_last_o,
    input  wire logic        out_valid_i,
    output logic             out_ready_o,
    input  wire logic [31:0] out_data_i,
    input  wire logic        out_last_i,
    input  wire logic        core_irq_i
);

  if (InputWords < 1 || InputWords > 16 || (InputWords & (InputWords - 1)) != 0) begin : gen_check
    $error("xpk_host: InputWords must be 1, 2, 4, 8 or 16");
  end

  logic clear;

  // ---- Slave --------------------------------------------------------------------------------------
  logic axi_valid, axi_ready, axi_write, axi_rvalid, axi_error, unaligned, strobe;
  logic [15:0] axi_addr;
  logic [31:0] axi_wdata, axi_rdata;

  xpk_axi_lite u_axi_lite (
      .clk_i, .rst_ni,
      .aw_valid_i, .aw_ready_o, .aw_addr_i, .w_valid_i, .w_ready_o, .w_data_i, .w_strb_i,
      .b_valid_o, .b_ready_i, .b_resp_o,
      .ar_valid_i, .ar_ready_o, .ar_addr_i, .r_valid_o, .r_ready_i, .r_data_o, .r_resp_o,
      .bus_valid_o(axi_valid), .bus_ready_i(axi_ready), .bus_write_o(axi_write),
      .bus_addr_o(axi_addr), .bus_wdata_o(axi_wdata), .bus_rvalid_i(axi_rvalid),
      .bus_rdata_i(axi_rdata), .bus_error_i(axi_error),
      .unaligned_o(unaligned), .strobe_o(strobe)
  );

  // ---- Program packets ----------------------------------------------------------------------------
  logic word_valid, word_ready, word_last;
  logic [31:0] word_data, program_wdata;
  logic program_valid, program_ready, program_rvalid;
  logic [15:0] program_addr;
  logic program_active, program_good, program_length, program_refused, program_crc;

  xpk_stream_reg #(
      .Width(33)
  ) u_program_words (
      .clk_i, .rst_ni, .clr_i(1'b0),
      .in_valid_i(program_valid_i), .in_ready_o(program_ready_o),
      .in_data_i({program_last_i, program_data_i}),
      .out_valid_o(word_valid), .out_ready_i(word_ready), .out_data_o({word_last, word_data})
  );

  xpk_program_stream u_program (
      .clk_i, .rst_ni, .clr_i(clear),
      .in_valid_i(word_valid), .in_ready_o(word_ready), .in_data_i(word_data), .in_last_i(word_last),
      .bus_valid_o(program_valid), .bus_ready_i(program_ready), .bus_addr_o(program_addr),
      .bus_wdata_o(program_wdata), .bus_rvalid_i(program_rvalid), .bus_error_i(reg_error_i),
      .active_o(program_active), .good_o(program_good), .length_o(program_length),
      .refused_o(program_refused), .crc_o(program_crc)
  );

  // ---- Scan ---------------------------------------------------------------------------------------
  logic scan_valid, scan_ready, scan_rvalid, scan_start, scan_active, scan_refused;
  logic [16:0] scan_cells;

  xpk_cell_scan u_scan (
      .clk_i, .rst_ni, .clr_i(clear), .start_i(scan_start), .cells_i(scan_cells),
      .bus_valid_o(scan_valid), .bus_ready_i(scan_ready), .bus_rvalid_i(scan_rvalid),
      .bus_error_i(reg_error_i), .active_o(scan_active), .refused_o(scan_refused)
  );

  // ---- Bus ----------------------------------------------------------------------------------------
  logic host_access, host_error, core_refused, locked_refused, window;
  logic [31:0] host_rdata, window_word;

  xpk_host_bus u_bus (
      .clk_i, .rst_ni,
      .axi_valid_i(axi_valid), .axi_ready_o(axi_ready), .axi_write_i(axi_write),
      .axi_addr_i(axi_addr), .axi_wdata_i(axi_wdata), .axi_rvalid_o(axi_rvalid),
      .axi_rdata_o(axi_rdata), .axi_error_o(axi_error),
      .program_valid_i(program_valid), .program_ready_o(program_ready),
      .program_addr_i(program_addr), .program_wdata_i(program_wdata),
      .program_rvalid_o(program_rvalid),
      .scan_valid_i(scan_valid), .scan_ready_o(scan_ready), .scan_rvalid_o(scan_rvalid),
      .reg_valid_o, .reg_ready_i, .reg_write_o, .reg_addr_o, .reg_wdata_o,
      .reg_rvalid_i, .reg_rdata_i, .reg_error_i,
      .host_access_o(host_access), .host_rdata_i(host_rdata), .host_error_i(host_error),
      .locked_i(program_active || scan_active), .clear_o(clear),
      .core_refused_o(core_refused), .locked_refused_o(locked_refused),
      .window_o(window), .window_word_o(window_word)
  );

  // ---- Registers ----------------------------------------------------------------------------------
  logic words, input_we, input_last, input_open, input_room;
  logic result_open, result_valid, result_re, result_done;

  xpk_host_registers u_registers (
      .clk_i, .rst_ni, .clr_i(clear),
      .access_i(host_access), .write_i(axi_write), .addr_i(axi_addr), .wdata_i(axi_wdata),
      .rdata_o(host_rdata), .error_o(host_error),
      .core_refused_i(core_refused), .unaligned_i(unaligned), .strobe_i(strobe),
      .locked_refused_i(locked_refused),
      .program_active_i(program_active), .program_good_i(program_good),
      .program_length_i(program_length), .program_refused_i(program_refused),
      .program_crc_i(program_crc), .scan_active_i(scan_active), .scan_refused_i(scan_refused),
      .scan_start_o(scan_start), .scan_cells_o(scan_cells),
      .window_i(window), .window_word_i(window_word),
      .words_o(words), .input_open_i(input_open), .input_room_i(input_room),
      .input_we_o(input_we), .input_last_o(input_last),
      .result_open_i(result_open), .result_valid_i(result_valid), .result_word_i(result_data_o),
      .result_last_i(result_last_o), .result_cut_i(result_cut_o), .result_re_o(result_re),
      .result_done_i(result_done), .core_irq_i, .irq_o
  );

  // ---- Packets ------------------------------------------------------------------------------------
  xpk_input_port #(
      .Words(InputWords)
  ) u_input (
      .clk_i, .rst_ni, .clr_i(clear), .words_i(words),
      .s_valid_i(input_valid_i), .s_ready_o(input_ready_o), .s_data_i(input_data_i),
      .s_last_i(input_last_i),
      .word_we_i(input_we), .word_i(axi_wdata), .word_last_i(input_last), .room_o(input_room),
      .in_valid_o, .in_ready_i, .in_data_o, .in_last_o, .open_o(input_open)
  );

  xpk_result_port u_result (
      .clk_i, .rst_ni, .clr_i(clear), .words_i(words),
      .out_valid_i, .out_ready_o, .out_data_i, .out_last_i,
      .m_valid_o(result_valid_o), .m_ready_i(result_ready_i), .m_data_o(result_data_o),
      .m_last_o(result_last_o), .m_cut_o(result_cut_o),
      .word_valid_o(result_valid), .word_re_i(result_re),
      .open_o(result_open), .done_o(result_done)
  );

endmodule

`default_nettype wire
