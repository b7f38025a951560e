// SPDX-License-Identifier: Apache-2.0
// Stands for xpk_uart_rx: any bytes and faults that it could report, as uart_rx_formal proves, and more:
// pulses may follow each other after nine cycles.

module xpk_uart_rx #(
    parameter int unsigned ClocksPerBit = 4
) (
    input  wire logic  clk_i,
    input  wire logic  rst_ni,
    input  wire logic  rx_i,
    output logic       valid_o,
    output logic       framing_o,
    output logic [7:0] data_o
);

  (* anyseq *) logic valid, framing;
  (* anyseq *) logic [7:0] data;
  logic [3:0] age;  // cycles since the last pulse, the one behind it not counted

  assign valid_o = valid;
  assign framing_o = framing;
  assign data_o = data;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) age <= '0;
    else if (valid || framing) age <= '0;
    else if (age != 4'd8) age <= age + 4'd1;
  end

  always_comb begin
    assume (!(valid && framing));
    if (valid || framing) assume (age == 4'd8);
  end

  wire unused = &{1'b0, rx_i};

endmodule
