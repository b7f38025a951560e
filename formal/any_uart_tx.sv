// SPDX-License-Identifier: Apache-2.0
// Stands for xpk_uart_tx: takes a byte whenever it likes.

module xpk_uart_tx #(
    parameter int unsigned ClocksPerBit = 4
) (
    input  wire logic       clk_i,
    input  wire logic       rst_ni,
    input  wire logic       valid_i,
    output logic            ready_o,
    input  wire logic [7:0] data_i,
    output logic            tx_o
);

  (* anyseq *) logic ready, line;

  assign ready_o = ready;
  assign tx_o = line;

  wire unused = &{1'b0, clk_i, rst_ni, valid_i, data_i};

endmodule
