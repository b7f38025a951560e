// SPDX-License-Identifier: Apache-2.0
// What all boards have in common: power-on reset, and the accelerator behind a UART, on one clock.
//
// | parameter    | legal    | meaning                                     |
// |--------------|----------|---------------------------------------------|
// | ClocksPerBit | 4..65535 | cycles of a bit on the line                 |
// | TimeoutBits  | 8..30    | time-out of the bridge, 2^TimeoutBits cycles |
//
// The macro XPK_FPGA_CHIP names the accelerator: a module xpk_uart_NAME that the generator wrote for a
// configuration of configs/configs.json. Flip-flops of an FPGA start with the value of the bitstream, so
// the reset is a counter that starts at 0: only under fpga/ is such a value relied on.

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

  `XPK_FPGA_CHIP #(
      .ClocksPerBit(ClocksPerBit), .TimeoutBits(TimeoutBits)
  ) u_uart (.clk_i, .rst_ni(rst_n), .rx_i, .tx_o, .irq_o);

endmodule

`default_nettype wire
