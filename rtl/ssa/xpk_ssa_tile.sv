// SPDX-License-Identifier: Apache-2.0
// Attention tile of one head: Tokens x Tokens stochastic attention cells.
//
// | parameter | legal  | meaning                     |
// |-----------|--------|-----------------------------|
// | Tokens    | 1..256 | N, side of the tile         |
// | HeadDim   | 1..256 | columns of a head           |
//
// Protocol (one column of each kind per cycle, no bubbles needed, gaps allowed):
//   load_i                takes the random numbers of the coming time step from bytes_s_i; alone
//                         before the first step, together with last_i for each further one
//   qk_valid_i, q_i, k_i  one column of Q and K; last_i with the last one of the step. One cycle
//                         later the scores of the step are held, until the next last_i
//   v_valid_i, v_i        one column of V, weighed by the scores held in this cycle. bytes_a_i is
//                         looked at one cycle later; a_valid_o, a_o follow two cycles later
// HeadDim = 1 is legal: last_i then comes with every column. The run-time fields (n_tokens_i,
// causal_i, layer_i) are stable while columns are on their way.
//
// Source: arXiv 2408.08794, SSA tile; docs/numerics.md section 7.

`default_nettype none

module xpk_ssa_tile #(
    parameter int unsigned Tokens = 8,
    parameter int unsigned HeadDim = 8,
    localparam int unsigned N = Tokens,
    localparam int unsigned RowBits = (N > 1) ? $clog2(N) : 1
) (
    input  wire logic            clk_i,
    input  wire logic            rst_ni,
    input  wire logic            clr_i,
    // Scores.
    input  wire logic            load_i,
    input  wire logic            qk_valid_i,
    input  wire logic [N-1:0]    q_i,
    input  wire logic [N-1:0]    k_i,
    input  wire logic            last_i,
    input  wire logic [N*8-1:0]  bytes_s_i,
    input  wire logic [RowBits-1:0] s_row_i,
    output logic      [N-1:0]    s_o,        // scores of row s_row_i, for observation
    // Outputs.
    input  wire logic            v_valid_i,
    input  wire logic [N-1:0]    v_i,
    input  wire logic [N*8-1:0]  bytes_a_i,
    output logic                 a_valid_o,
    output logic      [N-1:0]    a_o,
    // Run-time configuration.
    input  wire logic [xpk_pkg::TokenCountBits-1:0] n_tokens_i,
    input  wire logic            causal_i,
    input  wire xpk_pkg::layer_t layer_i
);

  localparam int unsigned ScorePlanes = (HeadDim > 1) ? $clog2(HeadDim) : 1;

  if (Tokens < 1 || Tokens > 256) begin : gen_check_tokens
    $error("xpk_ssa_tile: Tokens must be 1..256");
  end
  if (HeadDim < 1 || HeadDim > 256) begin : gen_check_head_dim
    $error("xpk_ssa_tile: HeadDim must be 1..256");
  end

  // Tokens that do not run: their Q and K bits are old memory contents and must not count.
  logic [N-1:0] token_valid;
  logic [N-1:0] q;
  logic [N-1:0] k;
  assign token_valid = ~({N{1'b1}} << n_tokens_i);
  assign q = q_i & token_valid & {N{qk_valid_i}};
  assign k = k_i & token_valid;

  // Bit-sliced random numbers: plane p, position b is bit p of byte b, cut to k_s bits. The long
  // wires to all rows rest while nothing is loaded.
  logic [ScorePlanes*N-1:0] planes;
  always_comb begin
    planes = '0;
    if (load_i) begin
      for (int unsigned p = 0; p < ScorePlanes; p++) begin
        for (int unsigned b = 0; b < N; b++) begin
          planes[p*N+b] = bytes_s_i[b*8+p] && layer_i.k_s > 4'(p);
        end
      end
    end
  end

  logic sum_valid_q;
  logic a_valid_q;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) {a_valid_q, sum_valid_q} <= '0;
    else if (clr_i) {a_valid_q, sum_valid_q} <= '0;
    else {a_valid_q, sum_valid_q} <= {sum_valid_q, v_valid_i};
  end
  assign a_valid_o = a_valid_q;

  xpk_ssa_rows #(
      .N(N),
      .ScorePlanes(ScorePlanes)
  ) u_rows (
      .clk_i,
      .load_i,
      .planes_i   (planes),
      .count_i    (q),
      .k_i        (k),
      .last_i,
      .s_row_i,
      .s_o,
      .v_valid_i,
      .v_i,
      .sum_valid_i(sum_valid_q),
      .bytes_a_i,
      .a_o,
      .causal_i,
      .layer_i
  );

endmodule

`default_nettype wire
