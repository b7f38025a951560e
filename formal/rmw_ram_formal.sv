// SPDX-License-Identifier: Apache-2.0
// xpk_rmw_ram: a read returns what was written last, the write of its own cycle included, and
// holds it. Addresses are assumed in range.

module rmw_ram_formal #(
    parameter int unsigned Depth = 3,
    localparam int unsigned Width = 3,
    localparam int unsigned AddrBits = (Depth > 1) ? $clog2(Depth) : 1
) (
    input wire logic                clk_i,
    input wire logic                we_i,
    input wire logic [AddrBits-1:0] waddr_i,
    input wire logic [Width-1:0]    wdata_i,
    input wire logic                re_i,
    input wire logic [AddrBits-1:0] raddr_i
);

  logic [Width-1:0] rdata;

  xpk_rmw_ram #(
      .Width(Width),
      .Depth(Depth)
  ) u_dut (
      .clk_i, .we_i, .waddr_i, .wdata_i, .re_i, .raddr_i, .rdata_o(rdata)
  );

  // One word. It is known once it was written.
  (* anyconst *) logic [AddrBits-1:0] addr;
  logic known_q = 1'b0, read_q = 1'b0;
  logic [Width-1:0] word_q, expected_q;
  logic [Depth*Width-1:0] probe_mem;
  logic write;

  assign write = we_i && waddr_i == addr;

  always_ff @(posedge clk_i) begin
    if (write) begin
      known_q <= 1'b1;
      word_q <= wdata_i;
    end
    if (re_i) begin
      read_q <= (known_q || write) && raddr_i == addr;
      expected_q <= write ? wdata_i : word_q;
    end
  end

  always_comb begin
    assume (32'(addr) < Depth && 32'(waddr_i) < Depth && 32'(raddr_i) < Depth);
    if (read_q) a_latest: assert (rdata == expected_q);
    if (known_q) h_content: assert (probe_mem[addr*Width+:Width] == word_q);
  end

  always_ff @(posedge clk_i) begin
    c_forward: cover (known_q && write && re_i && raddr_i == addr && wdata_i != word_q);
    c_held: cover (read_q && known_q && expected_q != word_q);
  end

endmodule
