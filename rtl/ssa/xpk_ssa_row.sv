// SPDX-License-Identifier: Apache-2.0
// One query row of the attention tile: N stochastic attention cells, the row sum, the output encoder.
//
// | parameter   | legal | meaning                                                  |
// |-------------|-------|----------------------------------------------------------|
// | N           | >= 1  | cells of the row                                         |
// | ScorePlanes | 1..8  | bits of a random number of a cell, ceil(log2(HeadDim))   |
//
// A cell compares its count C with a random r, S = C > r, without storing C: load_i stores r, every
// hit counts it down, and the borrow out of 0 sets a sticky bit. The sticky bit is S, and from then
// on the cell is quiet. Counters are bit-sliced: plane p holds bit p of all N cells, so that a word
// operation serves a whole row; the sticky bits are the plane on top.
//
// Cells may sit in any order, as long as planes_i, k_i, v_i and s_o use the same one (the tile
// rotates it, so that a random byte needs no rotation).
//
// Timing: a column enters with count_i (valid and the row's Q bit); last_i in the same cycle copies
// S, this column included, to s_o; load_i may coincide and replaces the random numbers for the next
// time step. A V column enters with v_valid_i, its sum is compared one cycle later (sum_valid_i,
// byte_a_i of that cycle), a_o holds the spike another cycle later. One column per cycle each.
//
// Source: arXiv 2408.08794, stochastic attention cell; docs/numerics.md section 7.

`default_nettype none

module xpk_ssa_row #(
    parameter int unsigned N = 8,
    parameter int unsigned ScorePlanes = 3
) (
    input  wire logic                     clk_i,
    // Scores.
    input  wire logic                     load_i,
    input  wire logic [ScorePlanes*N-1:0] planes_i,  // bit p of the cells' random numbers at [p*N +: N]
    input  wire logic                     count_i,
    input  wire logic [N-1:0]             k_i,
    input  wire logic                     last_i,
    output logic      [N-1:0]             s_o,
    // Outputs.
    input  wire logic                     v_valid_i,
    input  wire logic [N-1:0]             v_i,
    input  wire logic                     sum_valid_i,
    input  wire logic [7:0]               byte_a_i,
    input  wire logic [3:0]               k_a_i,
    output logic                          a_o
);

  // One copy of the code for all rows of a simulated tile.
  /*verilator no_inline_module*/

  localparam int unsigned SumBits = $clog2(N + 1);

  if (N < 1 || N > 256) begin : gen_check_n
    $error("xpk_ssa_row: N must be 1..256");
  end
  if (ScorePlanes < 1 || ScorePlanes > 8) begin : gen_check_planes
    $error("xpk_ssa_row: ScorePlanes must be 1..8");
  end

  // Data without a reset: loaded before it is looked at.
  logic [N-1:0] plane_q[0:ScorePlanes-1];
  logic [N-1:0] sticky_q;
  logic [N-1:0] s_q;

  // Subtracts the hits from all cells; borrows that leave the last plane set sticky bits. The chain
  // stands inside the process, so that a quiet row costs a simulation nothing.
  always_ff @(posedge clk_i) begin
    logic [N-1:0] borrow;
    borrow = '0;
    if (count_i) begin
      borrow = k_i & ~sticky_q;
      for (int unsigned p = 0; p < ScorePlanes; p++) begin
        plane_q[p] <= plane_q[p] ^ borrow;
        borrow = borrow & ~plane_q[p];
      end
      sticky_q <= sticky_q | borrow;
    end
    if (last_i) s_q <= sticky_q | borrow;
    if (load_i) begin
      for (int unsigned p = 0; p < ScorePlanes; p++) plane_q[p] <= planes_i[p*N+:N];
      sticky_q <= '0;
    end
  end

  assign s_o = s_q;

  logic [SumBits-1:0] sum;
  logic [SumBits-1:0] sum_q;
  logic a;
  logic a_q;

  xpk_popcount #(
      .Width(N)
  ) u_popcount (
      .bits_i (s_q & v_i),
      .count_o(sum)
  );

  xpk_bernoulli u_bernoulli (
      .value_i   (9'(sum_q)),
      .byte_i    (byte_a_i),
      .exponent_i(k_a_i),
      .spike_o   (a)
  );

  always_ff @(posedge clk_i) begin
    if (v_valid_i) sum_q <= sum;
    if (sum_valid_i) a_q <= a;
  end

  assign a_o = a_q;

endmodule

`default_nettype wire
