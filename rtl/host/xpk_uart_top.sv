// SPDX-License-Identifier: Apache-2.0
// The accelerator behind two pins: UART bridge and core.
//
// | parameter    | legal             | meaning                                        |
// |--------------|-------------------|------------------------------------------------|
// | ClocksPerBit | 4..65535          | cycles of a bit on the line                    |
// | TimeoutBits  | 8..30             | time-out of the bridge, 2^TimeoutBits cycles   |
// | Overlap      | 0, 1              | images overlap (xpk_overlap_core)              |
// | Folded       | 0, 1              | one of everything (xpk_folded_core)            |
// | (others)     | see xpk_core      | shapes of the build                            |
//
// Protocol: docs/host.md. `irq_o` is the interrupt of the core.

`default_nettype none

module xpk_uart_top #(
    parameter int unsigned ClocksPerBit = 4,
    parameter int unsigned TimeoutBits = 20,
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
    input  wire logic clk_i,
    input  wire logic rst_ni,
    input  wire logic rx_i,
    output logic      tx_o,
    output logic      irq_o
);

  logic reg_valid, reg_ready, reg_write, reg_rvalid, reg_error;
  logic [15:0] reg_addr;
  logic [31:0] reg_wdata, reg_rdata, word, out_data;
  logic word_valid, word_ready, word_last, in_valid, in_ready, in_last;
  logic [32*InputWords-1:0] in_data;
  logic out_valid, out_ready, out_last;

  xpk_uart_bridge #(
      .ClocksPerBit(ClocksPerBit), .TimeoutBits(TimeoutBits)
  ) u_bridge (
      .clk_i, .rst_ni, .rx_i, .tx_o,
      .reg_valid_o(reg_valid), .reg_ready_i(reg_ready), .reg_write_o(reg_write),
      .reg_addr_o(reg_addr), .reg_wdata_o(reg_wdata), .reg_rvalid_i(reg_rvalid),
      .reg_rdata_i(reg_rdata), .reg_error_i(reg_error),
      .in_valid_o(word_valid), .in_ready_i(word_ready), .in_data_o(word), .in_last_o(word_last),
      .out_valid_i(out_valid), .out_ready_o(out_ready), .out_data_i(out_data), .out_last_i(out_last)
  );

  if (InputWords == 1) begin : gen_word
    assign in_valid = word_valid;
    assign word_ready = in_ready;
    assign in_data = word;
    assign in_last = word_last;
  end else begin : gen_beat
    // Words become beats. A clear of the core drops a beat that is not complete, as behind AXI.
    logic clear, unused_stream_ready, unused_open;

    assign clear = reg_valid && reg_ready && reg_write && reg_addr == xpk_regs_pkg::AddrControl &&
        reg_wdata[xpk_regs_pkg::ControlClearLsb];

    xpk_input_port #(
        .Words(InputWords)
    ) u_beat (
        .clk_i, .rst_ni, .clr_i(clear), .words_i(1'b1),
        .s_valid_i(1'b0), .s_ready_o(unused_stream_ready), .s_data_i('0), .s_last_i(1'b0),
        .word_we_i(word_valid && word_ready), .word_i(word), .word_last_i(word_last),
        .room_o(word_ready),
        .in_valid_o(in_valid), .in_ready_i(in_ready), .in_data_o(in_data), .in_last_o(in_last),
        .open_o(unused_open)
    );
  end

  xpk_any_core #(
      .Overlap(Overlap), .Folded(Folded), .Tokens(Tokens), .TileTokens(TileTokens), .Heads(Heads),
      .HeadDim(HeadDim), .FfDim(FfDim), .Depth(Depth), .Steps(Steps), .InputRows(InputRows),
      .Classes(Classes), .ArrayRows(ArrayRows), .ArrayCols(ArrayCols), .Converters(Converters),
      .AdcCycles(AdcCycles), .InputWords(InputWords), .LeapEncoder(LeapEncoder),
      .LeapScore(LeapScore), .LeapValue(LeapValue), .Calibration(Calibration)
  ) u_core (
      .clk_i, .rst_ni,
      .reg_valid_i(reg_valid), .reg_ready_o(reg_ready), .reg_write_i(reg_write),
      .reg_addr_i(reg_addr), .reg_wdata_i(reg_wdata), .reg_rvalid_o(reg_rvalid),
      .reg_rdata_o(reg_rdata), .reg_error_o(reg_error),
      .in_valid_i(in_valid), .in_ready_o(in_ready), .in_data_i(in_data), .in_last_i(in_last),
      .out_valid_o(out_valid), .out_ready_i(out_ready), .out_data_o(out_data),
      .out_last_o(out_last), .irq_o
  );

endmodule

`default_nettype wire
