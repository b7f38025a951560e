// SPDX-License-Identifier: Apache-2.0
// Simulation only, for comparison: one stochastic attention cell as a module of its own, as the
// paper draws it. What rtl/ssa/xpk_ssa_rows.sv does with words for a whole row is done here cell by
// cell; timing and meaning of the ports are those of that module.
//
// | parameter   | legal | meaning                                        |
// |-------------|-------|------------------------------------------------|
// | ScorePlanes | 1..8  | bits of the random number, ceil(log2(HeadDim)) |

`default_nettype none

module xpk_ssa_cell_sim #(
    parameter int unsigned ScorePlanes = 3
) (
    input  wire logic                   clk_i,
    input  wire logic                   load_i,
    input  wire logic [ScorePlanes-1:0] random_i,
    input  wire logic                   q_i,
    input  wire logic                   k_i,
    input  wire logic                   last_i,
    input  wire logic                   v_i,
    output logic                        s_o,
    output logic                        product_o
);

  // Hits count the random number down; the one that finds 0 makes the score 1.
  logic [ScorePlanes-1:0] left_q;
  logic sticky_q;
  logic hit, sticky;
  assign hit = q_i & k_i & ~sticky_q;
  assign sticky = sticky_q | (hit & left_q == '0);

  always_ff @(posedge clk_i) begin
    if (hit) left_q <= left_q - ScorePlanes'(1);
    sticky_q <= sticky;
    if (last_i) s_o <= sticky;
    if (load_i) begin
      left_q <= random_i;
      sticky_q <= 1'b0;
    end
  end

  assign product_o = s_o & v_i;

endmodule

`default_nettype wire
