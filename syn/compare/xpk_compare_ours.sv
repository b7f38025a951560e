// SPDX-License-Identifier: Apache-2.0
// For comparison only: the cells of one attention row as the chip has them (rtl/ssa/xpk_ssa_rows.sv),
// without row sum and output encoder. Its ports are those of xpk_compare_drawn.
//
// | parameter | legal  | meaning                  |
// |-----------|--------|--------------------------|
// | Cells     | 1..256 | cells of the row         |
// | Delay     | any    | not used: no delay line  |

`default_nettype none

module xpk_compare_ours #(
    parameter int unsigned Cells = 16,
    parameter int unsigned Delay = 0,
    parameter int unsigned ScorePlanes = 6
) (
    input  wire logic               clk_i,
    input  wire logic               load_i,     // begins a time step; random numbers are new
    input  wire logic [Cells*8-1:0] bytes_i,    // random number of every cell
    input  wire logic               valid_i,    // a column
    input  wire logic               q_i,
    input  wire logic [Cells-1:0]   k_i,
    input  wire logic               last_i,     // with the last column of the step
    input  wire logic [Cells-1:0]   v_i,
    output logic      [Cells-1:0]   hit_o       // score and V
);

  logic [ScorePlanes*Cells-1:0] planes;
  logic [Cells-1:0] scores;
  logic unused_a;
  localparam int unsigned TotalBits = $clog2(Cells + 1);
  logic [TotalBits-1:0] unused_total;
  xpk_pkg::layer_t no_layer;
  assign no_layer = '0;

  always_comb begin
    for (int unsigned p = 0; p < ScorePlanes; p++) begin
      for (int unsigned c = 0; c < Cells; c++) planes[p*Cells+c] = bytes_i[8*c+p];
    end
  end

  xpk_ssa_rows #(
      .N(Cells),
      .Rows(1),
      .First(0),
      .ScorePlanes(ScorePlanes)
  ) u_row (
      .clk_i,
      .load_i,
      .planes_i(planes),
      .next_planes_i({ScorePlanes*Cells{1'b0}}),
      .count_i(valid_i && q_i),
      .k_i,
      .last_i,
      .s_row_i(1'b0),
      .s_o(scores),
      .v_valid_i(1'b0),
      .v_i({Cells{1'b0}}),
      .partial_i({TotalBits{1'b0}}),
      .total_o(unused_total),
      .compare_i(1'b0),
      .bytes_a_i(8'h00),
      .row_block_i(1'b0),
      .a_o(unused_a),
      .causal_i(1'b0),
      .layer_i(no_layer)
  );

  assign hit_o = scores & v_i;

endmodule

`default_nettype wire
