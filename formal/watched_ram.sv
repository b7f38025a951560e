// SPDX-License-Identifier: Apache-2.0
// Stands for the memory of xpk_uart_bridge, which ram_formal proves: it keeps the first word of a
// frame and one byte of any other address, whichever the solver likes; other addresses answer anything.

module xpk_ram_1r1w #(
    parameter int unsigned Width = 8,
    parameter int unsigned Depth = 512,
    parameter bit ReadFirst = 1'b1
) (
    input  wire logic             clk_i,
    input  wire logic             we_i,
    input  wire logic [8:0]       waddr_i,
    input  wire logic [Width-1:0] wdata_i,
    input  wire logic             re_i,
    input  wire logic [8:0]       raddr_i,
    output logic      [Width-1:0] rdata_o
);

  localparam logic [6:0] Head = 7'd63;  // word address of the first word of a frame

  (* anyconst *) logic [8:0] watch;
  (* anyseq *) logic [7:0] other;
  logic [7:0] watched;
  logic [31:0] head;

  always_ff @(posedge clk_i) begin
    if (we_i && waddr_i == watch) watched <= wdata_i;
    if (we_i && waddr_i[8:2] == Head) head[8*waddr_i[1:0]+:8] <= wdata_i;
    if (re_i) begin
      if (!ReadFirst && we_i && waddr_i == raddr_i) rdata_o <= other;
      else if (raddr_i[8:2] == Head) rdata_o <= head[8*raddr_i[1:0]+:8];
      else if (raddr_i == watch) rdata_o <= watched;
      else rdata_o <= other;
    end
  end

endmodule
