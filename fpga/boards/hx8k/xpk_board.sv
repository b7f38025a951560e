// SPDX-License-Identifier: Apache-2.0
// iCE40-HX8K-B-EVN: the chip runs on the board's 12 MHz.
// The LED is the interrupt of the core.

`default_nettype none

module xpk_board (
    input  wire logic clk_12mhz,
    input  wire logic rx,
    output logic      tx,
    output logic      led
);

  logic irq;

  xpk_fpga_chip #(
      .ClocksPerBit(`XPK_FPGA_CLOCKS_PER_BIT)
  ) u_chip (
      .clk_i(clk_12mhz), .rx_i(rx), .tx_o(tx), .irq_o(irq)
  );

  assign led = irq;

endmodule

`default_nettype wire
