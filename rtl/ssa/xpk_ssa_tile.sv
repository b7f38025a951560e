// SPDX-License-Identifier: Apache-2.0
// Attention tile of one head: Tokens x Tokens stochastic attention cells.
//
// | parameter | legal  | meaning                                                         |
// |-----------|--------|-----------------------------------------------------------------|
// | Tokens    | 1..256 | N, side of the tile                                             |
// | HeadDim   | 1..256 | columns of a head                                               |
// | Blocks    | 1..4   | sequences of up to Blocks * N tokens, in blocks of N x N        |
// | DrawBits  | 8, 16  | bits of a random number of bank A                               |
//
// Protocol (one column of each kind per cycle, no bubbles needed, gaps allowed):
//   load_i                takes the random numbers of the coming block from bytes_s_i; alone before
//                         the first block, together with last_i for each further one. Cell (i, j)
//                         gets byte i + j, or (i + j) mod N if Blocks = 1
//   qk_valid_i, q_i, k_i  one column of Q and K; last_i with the last one of the block. One cycle
//                         later the scores of the block are held, until the next last_i
//   v_valid_i, v_i        one column of V, weighed by the scores held in this cycle. v_first_i: it
//                         belongs to the first key block of its rows; v_last_i: to the last one.
//                         Sums of columns v_col_i are kept from key block to key block
//   bytes_a_i             one cycle later, with the number of the row block; after another cycle,
//                         if it was the last key block, a_valid_o and a_o
// HeadDim = 1 is legal: last_i then comes with every column. queries_i and keys_i mark the tokens of
// the rows and keys that run; causal_i says that row i sees keys 0..i only. They belong to the Q and
// K column of the same cycle. layer_i is stable while columns are on their way.
//
// Source: arXiv 2408.08794, SSA tile; docs/numerics.md section 7.

`default_nettype none

module xpk_ssa_tile #(
    parameter int unsigned Tokens = 8,
    parameter int unsigned HeadDim = 8,
    parameter int unsigned Blocks = 1,
    parameter int unsigned DrawBits = 8,
    localparam int unsigned N = Tokens,
    localparam int unsigned RowBits = (N > 1) ? $clog2(N) : 1,
    localparam int unsigned ColBits = (HeadDim > 1) ? $clog2(HeadDim) : 1,
    localparam int unsigned BlockBits = (Blocks > 1) ? $clog2(Blocks) : 1,
    localparam int unsigned ScoreBytes = (Blocks > 1) ? 2 * N : N
) (
    input  wire logic            clk_i,
    input  wire logic            rst_ni,
    input  wire logic            clr_i,
    // Scores.
    input  wire logic            load_i,
    input  wire logic            qk_valid_i,
    input  wire logic [N-1:0]    q_i,
    input  wire logic [N-1:0]    k_i,
    input  wire logic [N-1:0]    queries_i,
    input  wire logic [N-1:0]    keys_i,
    input  wire logic            causal_i,
    input  wire logic            last_i,
    input  wire logic [ScoreBytes*8-1:0] bytes_s_i,
    input  wire logic [RowBits-1:0] s_row_i,
    output logic      [N-1:0]    s_o,        // scores of row s_row_i, for observation
    // Outputs.
    input  wire logic            v_valid_i,
    input  wire logic [N-1:0]    v_i,
    input  wire logic [ColBits-1:0] v_col_i,
    input  wire logic            v_first_i,
    input  wire logic            v_last_i,
    input  wire logic [N*DrawBits-1:0] bytes_a_i,
    input  wire logic [BlockBits-1:0] row_block_i,
    output logic                 a_valid_o,
    output logic      [N-1:0]    a_o,
    // Run-time configuration.
    input  wire xpk_pkg::layer_t layer_i
);

  localparam int unsigned ScorePlanes = (HeadDim > 1) ? $clog2(HeadDim) : 1;

  if (Tokens < 1 || Tokens > 256) begin : gen_check_tokens
    $error("xpk_ssa_tile: Tokens must be 1..256");
  end
  if (HeadDim < 1 || HeadDim > 256) begin : gen_check_head_dim
    $error("xpk_ssa_tile: HeadDim must be 1..256");
  end

  localparam int unsigned TotalBits = $clog2(Blocks * N + 1);

  // Tokens that do not run: their Q and K bits are old memory contents and must not count.
  logic [N-1:0] q;
  logic [N-1:0] k;
  assign q = q_i & queries_i & {N{qk_valid_i}};
  assign k = k_i & keys_i;

  // Bit-sliced random numbers: plane p, position b is bit p of byte b, cut to k_s bits. The long
  // wires to all rows rest while nothing is loaded.
  logic [ScorePlanes*N-1:0] planes, next_planes;
  always_comb begin
    planes = '0;
    next_planes = '0;
    if (load_i) begin
      for (int unsigned p = 0; p < ScorePlanes; p++) begin
        for (int unsigned b = 0; b < N; b++) begin
          planes[p*N+b] = bytes_s_i[b*8+p] && layer_i.k_s > 4'(p);
        end
        if (Blocks > 1) begin
          for (int unsigned b = 0; b < N; b++) begin
            next_planes[p*N+b] = bytes_s_i[(ScoreBytes-N+b)*8+p] && layer_i.k_s > 4'(p);
          end
        end
      end
    end
  end

  logic sum_valid_q, sum_last, a_valid_q, compare;
  assign compare = sum_valid_q && sum_last;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) {a_valid_q, sum_valid_q} <= '0;
    else if (clr_i) {a_valid_q, sum_valid_q} <= '0;
    else {a_valid_q, sum_valid_q} <= {compare, v_valid_i};
  end
  assign a_valid_o = a_valid_q;

  // Sums over the key blocks so far: read with the V column, written back with its sum.
  logic [N*TotalBits-1:0] partial, total;
  if (Blocks > 1) begin : gen_partial
    logic sum_first_q, sum_last_q;
    logic [ColBits-1:0] sum_col_q;
    logic [N*TotalBits-1:0] kept;

    always_ff @(posedge clk_i) begin
      if (v_valid_i) begin
        sum_first_q <= v_first_i;
        sum_last_q <= v_last_i;
        sum_col_q <= v_col_i;
      end
    end

    xpk_rmw_ram #(
        .Width(N * TotalBits),
        .Depth(HeadDim)
    ) u_sums (
        .clk_i,
        .we_i   (sum_valid_q && !sum_last_q),
        .waddr_i(sum_col_q),
        .wdata_i(total),
        .re_i   (v_valid_i && !v_first_i),
        .raddr_i(v_col_i),
        .rdata_o(kept)
    );
    assign partial = sum_first_q ? '0 : kept;
    assign sum_last = sum_last_q;
  end else begin : gen_whole
    logic unused_sums;
    assign unused_sums = ^{total, v_col_i, v_first_i, v_last_i};
    assign partial = '0;
    assign sum_last = 1'b1;
  end

  xpk_ssa_rows #(
      .N(N),
      .ScorePlanes(ScorePlanes),
      .Blocks(Blocks),
      .DrawBits(DrawBits)
  ) u_rows (
      .clk_i,
      .load_i,
      .planes_i     (planes),
      .next_planes_i(next_planes),
      .count_i      (q),
      .k_i          (k),
      .last_i,
      .s_row_i,
      .s_o,
      .v_valid_i,
      .v_i,
      .partial_i    (partial),
      .total_o      (total),
      .compare_i    (compare),
      .bytes_a_i,
      .row_block_i,
      .a_o,
      .causal_i,
      .layer_i
  );

endmodule

`default_nettype wire
