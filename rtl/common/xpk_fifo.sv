// SPDX-License-Identifier: Apache-2.0
// First-in first-out buffer between two valid/ready streams, made of flip-flops.
//
// | parameter | legal | meaning        |
// |-----------|-------|----------------|
// | Width     | >= 1  | bits of a word |
// | Depth     | >= 1  | words held     |
//
// Latency 1 cycle. One word per cycle from Depth 2 on; Depth 1 takes two cycles per word, because
// neither valid nor ready passes through combinationally. `clr_i` empties the buffer.

`default_nettype none

module xpk_fifo #(
    parameter int unsigned Width = 8,
    parameter int unsigned Depth = 2
) (
    input  wire logic             clk_i,
    input  wire logic             rst_ni,
    input  wire logic             clr_i,
    input  wire logic             in_valid_i,
    output logic                  in_ready_o,
    input  wire logic [Width-1:0] in_data_i,
    output logic                  out_valid_o,
    input  wire logic             out_ready_i,
    output logic      [Width-1:0] out_data_o
);

  localparam int unsigned PtrBits = (Depth > 1) ? $clog2(Depth) : 1;
  localparam int unsigned CountBits = $clog2(Depth + 1);
  localparam logic [PtrBits-1:0] LastPtr = PtrBits'(Depth - 1);

  if (Width < 1 || Depth < 1) begin : gen_check
    $error("xpk_fifo: Width and Depth must be at least 1");
  end

  logic [Width-1:0] mem[0:Depth-1];
  logic [PtrBits-1:0] wptr_q, rptr_q;
  logic [CountBits-1:0] count_q;
  logic push, pop;

  assign in_ready_o = count_q != CountBits'(Depth);
  assign out_valid_o = count_q != '0;
  assign out_data_o = mem[rptr_q];
  assign push = in_valid_i && in_ready_o;
  assign pop = out_valid_o && out_ready_i;

  // Words need no reset: none is read before it was written.
  always_ff @(posedge clk_i) begin
    if (push) mem[wptr_q] <= in_data_i;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      wptr_q <= '0;
      rptr_q <= '0;
      count_q <= '0;
    end else if (clr_i) begin
      wptr_q <= '0;
      rptr_q <= '0;
      count_q <= '0;
    end else begin
      if (push) wptr_q <= (wptr_q == LastPtr) ? '0 : wptr_q + 1'b1;
      if (pop) rptr_q <= (rptr_q == LastPtr) ? '0 : rptr_q + 1'b1;
      if (push && !pop) count_q <= count_q + 1'b1;
      if (pop && !push) count_q <= count_q - 1'b1;
    end
  end

`ifdef FORMAL
  always_comb begin
    i_count: assert (count_q <= CountBits'(Depth));
    i_pointers: assert (wptr_q <= LastPtr && rptr_q <= LastPtr);
  end
`endif

endmodule

`default_nettype wire
