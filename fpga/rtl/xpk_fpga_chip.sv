// SPDX-License-Identifier: Apache-2.0
// What all boards have in common: power-on reset, UART bridge and core, on one clock.
//
// | parameter    | legal    | meaning                                     |
// |--------------|----------|---------------------------------------------|
// | ClocksPerBit | 4..65535 | cycles of a bit on the line                 |
// | TimeoutBits  | 8..30    | time-out of the bridge, 2^TimeoutBits cycles |
//
// The macro XPK_FPGA_CORE names the core: a module xpk_core_NAME that the generator wrote for
// configs/configs.json, of one word per input beat. Flip-flops of an FPGA start with the value of the
// bitstream, so the reset is a counter that starts at 0: only under fpga/ is such a value relied on.

`default_nettype none

module xpk_fpga_chip #(
    parameter int unsigned ClocksPerBit = 12,
    parameter int unsigned TimeoutBits = 20
) (
    input  wire logic clk_i,
    input  wire logic rx_i,
    output logic      tx_o,
    output logic      irq_o
);

  logic [3:0] boot_q;
  logic rst_n;  // a flip-flop: asynchronous inputs see no glitch

  initial {boot_q, rst_n} = '0;

  always_ff @(posedge clk_i) begin
    if (boot_q != '1) boot_q <= boot_q + 4'd1;
    rst_n <= boot_q == '1;
  end

  logic reg_valid, reg_ready, reg_write, reg_rvalid, reg_error;
  logic [15:0] reg_addr;
  logic [31:0] reg_wdata, reg_rdata, in_data, out_data;
  logic in_valid, in_ready, in_last, out_valid, out_ready, out_last;

  xpk_uart_bridge #(
      .ClocksPerBit(ClocksPerBit), .TimeoutBits(TimeoutBits)
  ) u_bridge (
      .clk_i, .rst_ni(rst_n), .rx_i, .tx_o,
      .reg_valid_o(reg_valid), .reg_ready_i(reg_ready), .reg_write_o(reg_write),
      .reg_addr_o(reg_addr), .reg_wdata_o(reg_wdata), .reg_rvalid_i(reg_rvalid),
      .reg_rdata_i(reg_rdata), .reg_error_i(reg_error),
      .in_valid_o(in_valid), .in_ready_i(in_ready), .in_data_o(in_data), .in_last_o(in_last),
      .out_valid_i(out_valid), .out_ready_o(out_ready), .out_data_i(out_data), .out_last_i(out_last)
  );

  `XPK_FPGA_CORE u_core (
      .clk_i, .rst_ni(rst_n),
      .reg_valid_i(reg_valid), .reg_ready_o(reg_ready), .reg_write_i(reg_write),
      .reg_addr_i(reg_addr), .reg_wdata_i(reg_wdata), .reg_rvalid_o(reg_rvalid),
      .reg_rdata_o(reg_rdata), .reg_error_o(reg_error),
      .in_valid_i(in_valid), .in_ready_o(in_ready), .in_data_i(in_data), .in_last_i(in_last),
      .out_valid_o(out_valid), .out_ready_i(out_ready), .out_data_o(out_data),
      .out_last_o(out_last), .irq_o
  );

endmodule

`default_nettype wire
