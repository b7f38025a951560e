// SPDX-License-Identifier: Apache-2.0
// Memory for read-modify-write pipelines: one registered read port, one write port, and a read
// always sees every write of the same or an earlier cycle.
//
// | parameter | legal | meaning        |
// |-----------|-------|----------------|
// | Width     | >= 1  | bits of a word |
// | Depth     | >= 1  | words          |
//
// Read latency 1 cycle; `rdata_o` holds until the next read. Reading and writing one word in the
// same cycle returns the new word, so a loop of one cycle works. Contents are not reset.

`default_nettype none

module xpk_rmw_ram #(
    parameter int unsigned Width = 8,
    parameter int unsigned Depth = 4,
    localparam int unsigned AddrBits = (Depth > 1) ? $clog2(Depth) : 1
) (
    input  wire logic                clk_i,
    input  wire logic                we_i,
    input  wire logic [AddrBits-1:0] waddr_i,
    input  wire logic [Width-1:0]    wdata_i,
    input  wire logic                re_i,
    input  wire logic [AddrBits-1:0] raddr_i,
    output logic      [Width-1:0]    rdata_o
);

  logic [Width-1:0] mem_word;

  // The bypass sits behind the memory, so the memory itself keeps a plain read port that any
  // block RAM offers.
  logic             forward_q;
  logic [Width-1:0] forward_word_q;

  xpk_ram_1r1w #(
      .Width(Width),
      .Depth(Depth)
  ) u_ram (
      .clk_i,
      .we_i,
      .waddr_i,
      .wdata_i,
      .re_i,
      .raddr_i,
      .rdata_o(mem_word)
  );

  // `forward_q` belongs to the data of the last read and is meaningless before the first one.
  always_ff @(posedge clk_i) begin
    if (re_i) begin
      forward_q <= we_i && (waddr_i == raddr_i);
      if (we_i) forward_word_q <= wdata_i;
    end
  end

  assign rdata_o = forward_q ? forward_word_q : mem_word;

endmodule

`default_nettype wire
