// SPDX-License-Identifier: Apache-2.0
// Memory of single bits in words of 16, as small block RAMs have them.
//
// | parameter | legal | meaning |
// |-----------|-------|---------|
// | Bits      | >= 1  | bits    |
// | ReadFirst | 0, 1  | of xpk_ram_1r1w: 0 if a bit is never read in the cycle of a write to its word |
//
// Read latency 1 cycle; `rdata_o` holds until the next read. Reading and writing one bit in the same
// cycle returns the old bit. Contents are not reset.

`default_nettype none

module xpk_bit_ram #(
    parameter int unsigned Bits = 64,
    parameter bit ReadFirst = 1'b1,
    localparam int unsigned AddrBits = (Bits > 16) ? $clog2(Bits) : 4
) (
    input  wire logic                clk_i,
    input  wire logic                rst_ni,
    input  wire logic                we_i,
    input  wire logic [AddrBits-1:0] waddr_i,
    input  wire logic                wdata_i,
    input  wire logic                re_i,
    input  wire logic [AddrBits-1:0] raddr_i,
    output logic                     rdata_o
);

  localparam int unsigned Words = (Bits + 15) / 16;
  localparam int unsigned WordBits = (Words > 1) ? $clog2(Words) : 1;

  logic [15:0] word;
  logic [3:0] place_q;

  xpk_ram_1r1w #(
      .Width(16), .Depth(Words), .LaneBits(1), .ReadFirst(ReadFirst)
  ) u_ram (
      .clk_i, .we_i(16'(we_i) << waddr_i[3:0]), .waddr_i(WordBits'(waddr_i >> 4)),
      .wdata_i({16{wdata_i}}), .re_i, .raddr_i(WordBits'(raddr_i >> 4)), .rdata_o(word)
  );

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) place_q <= '0;
    else if (re_i) place_q <= raddr_i[3:0];
  end

  assign rdata_o = word[place_q];

endmodule

`default_nettype wire
