// SPDX-License-Identifier: Apache-2.0
// xpk_ram_1r1w: a read returns what was written last before its cycle, lane by lane, and holds it;
// reading and writing one word in one cycle returns the old word. Addresses are assumed in range.

module ram_formal #(
    parameter int unsigned Depth = 3,
    parameter int unsigned Lanes = 2,
    localparam int unsigned LaneBits = 2,
    localparam int unsigned Width = Lanes * LaneBits,
    localparam int unsigned AddrBits = (Depth > 1) ? $clog2(Depth) : 1
) (
    input wire logic                clk_i,
    input wire logic [Lanes-1:0]    we_i,
    input wire logic [AddrBits-1:0] waddr_i,
    input wire logic [Width-1:0]    wdata_i,
    input wire logic                re_i,
    input wire logic [AddrBits-1:0] raddr_i
);

  logic [Width-1:0] rdata;

  xpk_ram_1r1w #(
      .Width(Width),
      .Depth(Depth),
      .LaneBits(LaneBits)
  ) u_dut (
      .clk_i, .we_i, .waddr_i, .wdata_i, .re_i, .raddr_i, .rdata_o(rdata)
  );

  // One lane of one word. It is known once it was written.
  (* anyconst *) logic [AddrBits-1:0] addr;
  (* anyconst *) logic [3:0] lane;
  logic known_q = 1'b0, read_q = 1'b0;
  logic [LaneBits-1:0] lane_q, expected_q;
  logic [Depth*Width-1:0] probe_mem;
  logic write, conflict;

  assign write = we_i[lane] && waddr_i == addr;
  assign conflict = write && re_i && raddr_i == addr;

  always_ff @(posedge clk_i) begin
    if (write) begin
      known_q <= 1'b1;
      lane_q <= wdata_i[lane*LaneBits+:LaneBits];
    end
    if (re_i) begin
      read_q <= known_q && raddr_i == addr;
      expected_q <= lane_q;
    end
  end

  always_comb begin
    assume (32'(addr) < Depth && 32'(lane) < Lanes);
    assume (32'(waddr_i) < Depth && 32'(raddr_i) < Depth);
    if (read_q) a_latest: assert (rdata[lane*LaneBits+:LaneBits] == expected_q);
    if (known_q) h_content: assert (probe_mem[(addr*Lanes+lane)*LaneBits+:LaneBits] == lane_q);
  end

  always_ff @(posedge clk_i) begin
    c_conflict: cover (known_q && conflict && lane_q != wdata_i[lane*LaneBits+:LaneBits]);
    c_read: cover (read_q);
  end

endmodule
