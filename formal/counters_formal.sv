// SPDX-License-Identifier: Apache-2.0
// xpk_counters: a counter shows the sum of its increments since the last clear, or its largest
// value once the sum does not fit; it never falls. Indices without a counter read 0.

module counters_formal #(
    parameter int unsigned Events = 3,
    parameter int unsigned IncBits = 3,
    parameter int unsigned CountBits = 5
) (
    input wire logic                      clk_i,
    input wire logic                      rst_ni,
    input wire logic                      clr_i,
    input wire logic [Events*IncBits-1:0] inc_i,
    input wire logic [7:0]                index_i
);

  logic [63:0] count;

  xpk_counters #(
      .Events(Events),
      .IncBits(IncBits),
      .CountBits(CountBits)
  ) u_dut (
      .clk_i, .rst_ni, .clr_i, .inc_i, .index_i, .count_o(count)
  );

  first_reset u_reset (.clk_i, .rst_ni);

  // The true sum of one counter, in more bits than any sum below can need: it stops when full.
  localparam logic [71:0] Largest = (72'd1 << CountBits) - 72'd1;
  (* anyconst *) logic [7:0] event_index;
  logic [71:0] sum_q, shown_q;
  logic full_q, read_q;
  logic [IncBits-1:0] inc;
  logic [Events*CountBits-1:0] probe_counts;

  assign inc = inc_i[event_index*IncBits+:IncBits];

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      sum_q <= '0;
      full_q <= 1'b0;
      shown_q <= '0;
      read_q <= 1'b0;
    end else if (clr_i) begin
      sum_q <= '0;
      full_q <= 1'b0;
      read_q <= 1'b0;
    end else begin
      if (!full_q) sum_q <= sum_q + 72'(inc);
      if (sum_q + 72'(inc) > Largest) full_q <= 1'b1;
      shown_q <= 72'(count);
      read_q <= index_i == event_index;
    end
  end

  always_comb begin
    assume (32'(event_index) < Events);
    if (index_i == event_index) begin
      a_sum: assert (72'(count) == (full_q ? Largest : sum_q));
      if (read_q) a_never_falls: assert (72'(count) >= shown_q);
    end
    if (32'(index_i) >= Events) a_no_counter: assert (count == '0);
    // Helpers of the induction.
    h_full: assert (full_q == (sum_q > Largest));
    h_count: assert (72'(probe_counts[event_index*CountBits+:CountBits]) ==
                     (full_q ? Largest : sum_q));
    if (read_q) h_shown: assert (shown_q <= (full_q ? Largest : sum_q));
  end

  always_ff @(posedge clk_i) begin
    c_full: cover (rst_ni && full_q && index_i == event_index);
    c_counts: cover (rst_ni && !full_q && count > 64'd3 && index_i == event_index);
  end

endmodule
