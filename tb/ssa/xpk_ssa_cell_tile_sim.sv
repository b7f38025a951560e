// SPDX-License-Identifier: Apache-2.0
// Simulation only, for comparison: the attention tile with one module per cell. Timing and meaning
// of the ports are those of rtl/ssa/xpk_ssa_tile.sv. It gives the same results (tb_ssa_cells.cpp);
// docs/performance.md says how much slower.
//
// | parameter | legal  | meaning             |
// |-----------|--------|---------------------|
// | Tokens    | 1..256 | N, side of the tile |
// | HeadDim   | 1..256 | columns of a head   |

`default_nettype none

module xpk_ssa_cell_tile_sim #(
    parameter int unsigned Tokens = 8,
    parameter int unsigned HeadDim = 8,
    localparam int unsigned N = Tokens,
    localparam int unsigned RowBits = (N > 1) ? $clog2(N) : 1
) (
    input  wire logic            clk_i,
    input  wire logic            rst_ni,
    input  wire logic            clr_i,
    input  wire logic            load_i,
    input  wire logic            qk_valid_i,
    input  wire logic [N-1:0]    q_i,
    input  wire logic [N-1:0]    k_i,
    input  wire logic            last_i,
    input  wire logic [N*8-1:0]  bytes_s_i,
    input  wire logic [RowBits-1:0] s_row_i,
    output logic      [N-1:0]    s_o,
    input  wire logic            v_valid_i,
    input  wire logic [N-1:0]    v_i,
    input  wire logic [N*8-1:0]  bytes_a_i,
    output logic                 a_valid_o,
    output logic      [N-1:0]    a_o,
    input  wire logic [xpk_pkg::TokenCountBits-1:0] n_tokens_i,
    input  wire logic            causal_i,
    input  wire xpk_pkg::layer_t layer_i
);

  localparam int unsigned ScorePlanes = (HeadDim > 1) ? $clog2(HeadDim) : 1;
  localparam int unsigned SumBits = $clog2(N + 1);

  logic unused_layer;
  assign unused_layer = ^{layer_i.res1, layer_i.res2};

  logic [N-1:0] token_valid;
  assign token_valid = ~({N{1'b1}} << n_tokens_i);

  // Bits of a random byte from k_s on do not count.
  logic [N-1:0][7:0] draw;
  for (genvar b = 0; b < N; b++) begin : gen_draw
    assign draw[b] = bytes_s_i[8*b+:8] & ~(8'hFF << layer_i.k_s);

    logic unused_draw;
    assign unused_draw = ^(draw[b] >> ScorePlanes);
  end

  logic [N-1:0] s[0:N-1];
  assign s_o = s[s_row_i];

  for (genvar i = 0; i < N; i++) begin : gen_row
    logic [N-1:0] products;
    logic [SumBits-1:0] sum_q;
    logic signed [5:0] row_exponent;
    logic [3:0] exponent;
    logic spike;

    for (genvar j = 0; j < N; j++) begin : gen_cell
      xpk_ssa_cell_sim #(
          .ScorePlanes(ScorePlanes)
      ) u_cell (
          .clk_i,
          .load_i,
          .random_i (draw[(i+j)%N][ScorePlanes-1:0]),
          .q_i      (qk_valid_i & q_i[i] & token_valid[i]),
          .k_i      (k_i[j] & token_valid[j] & (!causal_i || j <= i)),
          .last_i,
          .v_i      (v_i[j]),
          .s_o      (s[i][j]),
          .product_o(products[j])
      );
    end

    assign row_exponent = 6'($clog2(i + 1)) + 6'(layer_i.row_offset);
    assign exponent = !layer_i.row_exponent ? layer_i.k_a :
                      row_exponent < 6'sd0 ? 4'd0 : row_exponent[3:0];
    assign spike = 9'(sum_q) > {1'b0, bytes_a_i[8*i+:8] & ~(8'hFF << exponent)};

    always_ff @(posedge clk_i) begin
      if (v_valid_i) sum_q <= SumBits'($countones(products));
      if (sum_valid_q) a_o[i] <= spike;
    end
  end

  logic sum_valid_q;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) {a_valid_o, sum_valid_q} <= '0;
    else if (clr_i) {a_valid_o, sum_valid_q} <= '0;
    else {a_valid_o, sum_valid_q} <= {sum_valid_q, v_valid_i};
  end

endmodule

`default_nettype wire
