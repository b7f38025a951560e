// SPDX-License-Identifier: Apache-2.0
// xpk_fifo: order, capacity and stream rule. No assumptions.

module fifo_formal #(
    parameter int unsigned Depth = 2,
    localparam int unsigned Width = 3,
    localparam int unsigned PtrBits = (Depth > 1) ? $clog2(Depth) : 1,
    localparam int unsigned CountBits = $clog2(Depth + 1)
) (
    input wire logic             clk_i,
    input wire logic             rst_ni,
    input wire logic             clr_i,
    input wire logic             in_valid_i,
    input wire logic [Width-1:0] in_data_i,
    input wire logic             out_ready_i
);

  logic in_ready, out_valid, inside;
  logic [Width-1:0] out_data, word;
  logic [7:0] level, ahead;

  xpk_fifo #(
      .Width(Width),
      .Depth(Depth)
  ) u_dut (
      .clk_i, .rst_ni, .clr_i,
      .in_valid_i, .in_ready_o(in_ready), .in_data_i,
      .out_valid_o(out_valid), .out_ready_i, .out_data_o(out_data)
  );

  stream_order #(
      .Width(Width),
      .Capacity(Depth)
  ) u_order (
      .clk_i, .rst_ni, .clr_i,
      .in_valid_i, .in_ready_i(in_ready), .in_data_i,
      .out_valid_i(out_valid), .out_ready_i, .out_data_i(out_data),
      .level_o(level), .inside_o(inside), .ahead_o(ahead), .word_o(word)
  );

  first_reset u_reset (.clk_i, .rst_ni);

  // Connected to the inside by name.
  logic [PtrBits-1:0] probe_rptr, probe_wptr;
  logic [CountBits-1:0] probe_count;
  logic [Depth*Width-1:0] probe_mem;
  logic [7:0] place, next;

  // A place in the ring, counted from the read pointer.
  function automatic logic [7:0] ring(input logic [7:0] place);
    ring = (place >= 8'(Depth)) ? place - 8'(Depth) : place;
  endfunction

  assign place = ring(8'(probe_rptr) + ahead);
  assign next = ring(8'(probe_rptr) + level);

  always_comb begin
    a_ready: assert (in_ready == (32'(level) < Depth));
    a_valid: assert (out_valid == (level != '0));
    // Helpers of the induction.
    h_count: assert (32'(probe_count) == 32'(level));
    h_distance: assert (8'(probe_wptr) == next);
    if (inside) h_place: assert (probe_mem[place*Width+:Width] == word);
  end

endmodule
