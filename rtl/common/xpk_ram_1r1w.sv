// SPDX-License-Identifier: Apache-2.0
// Memory with one registered read port and one write port with lane enables.
//
// | parameter | legal       | meaning                                  |
// |-----------|-------------|------------------------------------------|
// | Width     | >= 1        | bits of a word                           |
// | Depth     | >= 1        | words                                    |
// | LaneBits  | divides Width | bits behind one write enable           |
// | ReadFirst | 0, 1        | 1: a read in the cycle of a write of the word returns the old one |
//
// Read latency 1 cycle; `rdata_o` holds until the next read. With ReadFirst 0 no word is read in the
// cycle in which it is written: some block memories need gates and registers around them otherwise.
// Contents are not reset.

`default_nettype none

module xpk_ram_1r1w #(
    parameter int unsigned Width = 8,
    parameter int unsigned Depth = 4,
    parameter int unsigned LaneBits = Width,
    parameter bit ReadFirst = 1'b1,
    localparam int unsigned Lanes = Width / LaneBits,
    localparam int unsigned AddrBits = (Depth > 1) ? $clog2(Depth) : 1
) (
    input  wire logic                clk_i,
    input  wire logic [Lanes-1:0]    we_i,
    input  wire logic [AddrBits-1:0] waddr_i,
    input  wire logic [Width-1:0]    wdata_i,
    input  wire logic                re_i,
    input  wire logic [AddrBits-1:0] raddr_i,
    output logic      [Width-1:0]    rdata_o
);

  if (Width % LaneBits != 0) begin : gen_check
    $error("xpk_ram_1r1w: LaneBits must divide Width");
  end

  (* no_rw_check = !ReadFirst *)
  logic [Width-1:0] mem[0:Depth-1];

  always_ff @(posedge clk_i) begin
    for (int unsigned l = 0; l < Lanes; l++) begin
      if (we_i[l]) mem[waddr_i][l*LaneBits+:LaneBits] <= wdata_i[l*LaneBits+:LaneBits];
    end
    if (re_i) rdata_o <= mem[raddr_i];
  end

`ifdef VERILATOR
  if (!ReadFirst) begin : gen_collision
    always_ff @(posedge clk_i) assert (!(re_i && we_i != '0 && raddr_i == waddr_i));
  end
`endif

endmodule

`default_nettype wire
