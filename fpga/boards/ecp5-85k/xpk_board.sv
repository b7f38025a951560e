// SPDX-License-Identifier: Apache-2.0
// ULX3S with an LFE5U-85F: the chip runs on the board's 25 MHz.
// `ftdi_txd` is what the FT231X sends. The LED is the interrupt of the core.

`default_nettype none

module xpk_board (
    input  wire logic clk_25mhz,
    input  wire logic ftdi_txd,
    output logic      ftdi_rxd,
    output logic      led
);

  xpk_fpga_chip #(
      .ClocksPerBit(`XPK_FPGA_CLOCKS_PER_BIT)
  ) u_chip (
      .clk_i(clk_25mhz), .rx_i(ftdi_txd), .tx_o(ftdi_rxd), .irq_o(led)
  );

endmodule

`default_nettype wire
