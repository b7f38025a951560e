// SPDX-License-Identifier: Apache-2.0
// Spike vectors in a memory, read in the order in which they were written.
//
// | parameter | legal | meaning                  |
// |-----------|-------|--------------------------|
// | Width     | >= 1  | bits of a vector         |
// | Depth     | >= 1  | vectors held             |
//
// One write and one read per cycle. `full_o` depends on registers only; a write while it is up is
// lost. A read takes the oldest vector, which must have been written in an earlier cycle, and
// answers in the next cycle; `rdata_o` holds until the next read.

`default_nettype none

module xpk_spike_queue #(
    parameter int unsigned Width = 8,
    parameter int unsigned Depth = 4
) (
    input  wire logic             clk_i,
    input  wire logic             rst_ni,
    input  wire logic             clr_i,
    input  wire logic             we_i,
    input  wire logic [Width-1:0] wdata_i,
    output logic                  full_o,
    input  wire logic             re_i,
    output logic      [Width-1:0] rdata_o
);

  localparam int unsigned AddrBits = (Depth > 1) ? $clog2(Depth) : 1;
  localparam int unsigned CountBits = $clog2(Depth + 1);
  localparam logic [AddrBits-1:0] LastAddr = AddrBits'(Depth - 1);

  if (Width < 1 || Depth < 1) begin : gen_check
    $error("xpk_spike_queue: Width and Depth must be at least 1");
  end

  logic [AddrBits-1:0] waddr_q, raddr_q;
  logic [CountBits-1:0] count_q;
  logic push;

  assign full_o = count_q == CountBits'(Depth);
  assign push = we_i && !full_o;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      {waddr_q, raddr_q} <= '0;
      count_q <= '0;
    end else if (clr_i) begin
      {waddr_q, raddr_q} <= '0;
      count_q <= '0;
    end else begin
      if (push) waddr_q <= (waddr_q == LastAddr) ? '0 : waddr_q + 1'b1;
      if (re_i) raddr_q <= (raddr_q == LastAddr) ? '0 : raddr_q + 1'b1;
      if (push && !re_i) count_q <= count_q + 1'b1;
      if (re_i && !push) count_q <= count_q - 1'b1;
    end
  end

  xpk_ram_1r1w #(
      .Width(Width),
      .Depth(Depth)
  ) u_ram (
      .clk_i,
      .we_i   (push),
      .waddr_i(waddr_q),
      .wdata_i,
      .re_i,
      .raddr_i(raddr_q),
      .rdata_o
  );

`ifdef VERILATOR
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (rst_ni) begin
      assert (!(we_i && full_o));
      assert (!(re_i && count_q == '0));
    end
  end
`endif

endmodule

`default_nettype wire
