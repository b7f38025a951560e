// SPDX-License-Identifier: Apache-2.0
// Attention of one layer: a tile per head, two banks of random lanes, and the walk over columns.
//
// | parameter  | legal             | meaning                                         |
// |------------|-------------------|-------------------------------------------------|
// | Tokens     | 1..4 * TileTokens | N, longest sequence                             |
// | TileTokens | 1..256            | side of a tile; a multiple of 4 if below Tokens |
// | Heads      | 1..32             | tiles                                           |
// | HeadDim    | 1..256            | columns of a head                               |
// | Steps      | 1..64             | largest steps_i                                 |
// | LeapScore  | 1..32             | register steps per draw of bank S               |
// | LeapValue  | 1..32             | register steps per draw of bank A               |
// | Seeds      | see xpk_lfsr_bank | lanes seeded by one write                       |
//
// A sequence longer than a tile is worked on in blocks of TileTokens queries and TileTokens keys: for
// each time step all row blocks, for each of them its key blocks, in each block HeadDim columns. The
// tiles keep the sums of a row block from key block to key block. Blocks that n_tokens_i does not
// need and, if causal_i, those above the diagonal are left out: B blocks of a time step remain.
//
// start_i begins a layer (ignored while busy). The run-time fields are stable from start_i to
// done_o. Both memories answer one cycle after their read enable. All heads read the same column
// index; head h is bits [h*TileTokens +: TileTokens] of every vector. Q is read from the row block
// qk_row_o, K from qk_key_o, V from v_key_o; a_row_o is the row block of a column of A.
//
// Latency: with start_i in cycle 0, column d of block b of time step t of Q and K is read in cycle
// 1 + (t*B + b)*HeadDim + d, and V exactly HeadDim cycles later: V is read when its scores are
// ready, so no delay line holds it. a_valid_o comes 3 cycles after the read of V in the last key
// block of a row block, done_o together with the last A column: T*B*HeadDim + HeadDim + 3 cycles
// after start_i. Nothing toggles outside a layer.
//
// Bank S draws once per time step, each lane of bank A once per A column of its row block. The seed
// port must be quiet while busy. clr_i drops the layer; the lanes must be seeded again.
//
// Source: arXiv 2408.08794, SSA engine; docs/numerics.md sections 2 and 7.

`default_nettype none

module xpk_ssa_engine #(
    parameter int unsigned Tokens = 8,
    parameter int unsigned TileTokens = Tokens,
    parameter int unsigned Heads = 2,
    parameter int unsigned HeadDim = 8,
    parameter int unsigned Steps = 4,
    parameter int unsigned LeapScore = 32,
    parameter int unsigned LeapValue = 32,
    parameter int unsigned Seeds = 1,
    localparam int unsigned N = TileTokens,
    localparam int unsigned Blocks = (Tokens + N - 1) / N,
    localparam int unsigned BlockBits = (Blocks > 1) ? $clog2(Blocks) : 1,
    localparam int unsigned ColBits = (HeadDim > 1) ? $clog2(HeadDim) : 1,
    localparam int unsigned RowBits = (N > 1) ? $clog2(N) : 1,
    localparam int unsigned RowCountBits = $clog2(Heads * N + 1)
) (
    input  wire logic                    clk_i,
    input  wire logic                    rst_ni,
    input  wire logic                    clr_i,
    // Control.
    input  wire logic                    start_i,
    input  wire logic [xpk_pkg::TokenCountBits-1:0] n_tokens_i,
    input  wire logic [7:0]              steps_i,
    input  wire logic                    causal_i,
    input  wire xpk_pkg::layer_t         layer_i,
    output logic                         busy_o,
    output logic                         done_o,
    // Lane states: bank S of head 0, 1, .., then bank A of head 0, 1, ..
    input  wire logic                    seed_we_i,
    input  wire logic [15:0]             seed_lane_i,
    input  wire logic [Seeds*32-1:0]     seed_state_i,
    // Columns in.
    output logic                         qk_re_o,
    output logic      [7:0]              qk_step_o,
    output logic      [BlockBits-1:0]    qk_row_o,
    output logic      [BlockBits-1:0]    qk_key_o,
    output logic      [ColBits-1:0]      qk_col_o,
    input  wire logic [Heads*N-1:0]      q_i,
    input  wire logic [Heads*N-1:0]      k_i,
    output logic                         v_re_o,
    output logic      [7:0]              v_step_o,
    output logic      [BlockBits-1:0]    v_key_o,
    output logic      [ColBits-1:0]      v_col_o,
    input  wire logic [Heads*N-1:0]      v_i,
    // Columns out.
    output logic                         a_valid_o,
    output logic      [7:0]              a_step_o,
    output logic      [BlockBits-1:0]    a_row_o,
    output logic      [ColBits-1:0]      a_col_o,
    output logic      [Heads*N-1:0]      a_o,
    // Observation: scores of a block, complete and visible in the cycle of s_valid_o.
    output logic                         s_valid_o,
    output logic      [7:0]              s_step_o,
    output logic      [BlockBits-1:0]    s_row_block_o,
    output logic      [BlockBits-1:0]    s_key_block_o,
    input  wire logic [RowBits-1:0]      s_row_i,     // within the block
    output logic      [Heads*N-1:0]      s_o,         // row s_row_i of every head
    // Events, for the counters. gated_rows_o: rows of running tokens, over all heads, whose Q bit
    // was 0 in the column that entered one cycle before; 0 when there was none.
    output logic                         draw_score_o,
    output logic                         draw_value_o,
    output logic      [BlockBits-1:0]    draw_row_o,  // row block whose lanes of bank A draw
    output logic      [RowCountBits-1:0] gated_rows_o
);

  // A random number of a row is a byte, or half a lane where sequences may be longer than 256.
  localparam int unsigned DrawBits = (Tokens > 256) ? 16 : 8;
  localparam int unsigned ScoreBytes = (Blocks > 1) ? 2 * N : N;

  if (Tokens > 4 * N || N < 1 || N > 256 || (N < Tokens && N % 4 != 0)) begin : gen_check_tokens
    $error("xpk_ssa_engine: TileTokens 1..256, a multiple of 4 if below Tokens; Tokens to 4 times");
  end

  if (Heads < 1 || Heads > 32) begin : gen_check_heads
    $error("xpk_ssa_engine: Heads must be 1..32");
  end
  if (Steps < 1 || Steps > 64) begin : gen_check_steps
    $error("xpk_ssa_engine: Steps must be 1..64");
  end
  // The lanes of one layer must not run into each other.
  if (Steps * LeapScore >= 2 ** 20 || Steps * HeadDim * LeapValue >= 2 ** 20) begin : gen_check_lane
    $error("xpk_ssa_engine: lane steps of a layer must stay below 2^20");
  end

  // ---------------------------------------------------------------- walk
  logic busy_q;
  logic start;
  assign start  = start_i && !busy_q && !clr_i;
  assign busy_o = busy_q;

  logic [BlockBits-1:0] last_block;  // number of the last one that the run needs
  always_comb begin
    last_block = '0;
    for (int unsigned b = 1; b < Blocks; b++) begin
      if (32'(n_tokens_i) > b * N) last_block = BlockBits'(b);
    end
  end

  logic qk_first_col, qk_last_col, qk_last_key, qk_last_block, qk_last_step;
  xpk_ssa_cursor #(
      .HeadDim(HeadDim),
      .Blocks (Blocks)
  ) u_qk_cursor (
      .clk_i, .rst_ni, .clr_i, .steps_i, .causal_i,
      .start_i     (start),
      .advance_i   (1'b1),
      .last_block_i(last_block),
      .active_o    (qk_re_o),
      .step_o      (qk_step_o),
      .row_o       (qk_row_o),
      .key_o       (qk_key_o),
      .col_o       (qk_col_o),
      .first_col_o (qk_first_col),
      .last_col_o  (qk_last_col),
      .last_key_o  (qk_last_key),
      .last_block_o(qk_last_block),
      .last_step_o (qk_last_step)
  );

  // V follows when the last column of the first block has been read.
  logic first_block;
  assign first_block = qk_step_o == 8'd0 && qk_row_o == '0 && qk_key_o == '0;

  logic v_first_col, v_last_col, v_last_key, v_last_block, v_last_step;
  logic [BlockBits-1:0] v_row;
  xpk_ssa_cursor #(
      .HeadDim(HeadDim),
      .Blocks (Blocks)
  ) u_v_cursor (
      .clk_i, .rst_ni, .clr_i, .steps_i, .causal_i,
      .start_i     (qk_last_col && first_block),
      .advance_i   (1'b1),
      .last_block_i(last_block),
      .active_o    (v_re_o),
      .step_o      (v_step_o),
      .row_o       (v_row),
      .key_o       (v_key_o),
      .col_o       (v_col_o),
      .first_col_o (v_first_col),
      .last_col_o  (v_last_col),
      .last_key_o  (v_last_key),
      .last_block_o(v_last_block),
      .last_step_o (v_last_step)
  );

  // What was read is at the tiles one cycle later; the row sums are compared in the next one.
  logic qk_valid_q, qk_last_q, v_valid_q, sum_valid, sum_valid_q, s_valid_q;
  logic [7:0] s_step_q;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      {qk_valid_q, qk_last_q} <= '0;
      {s_valid_q, sum_valid_q, v_valid_q} <= '0;
      s_step_q <= '0;
    end else if (clr_i) begin
      {qk_valid_q, qk_last_q} <= '0;
      {s_valid_q, sum_valid_q, v_valid_q} <= '0;
    end else begin
      qk_valid_q  <= qk_re_o;
      qk_last_q   <= qk_last_col;
      v_valid_q   <= v_re_o;
      sum_valid_q <= sum_valid;
      s_valid_q   <= v_first_col;
      if (v_first_col) s_step_q <= v_step_o;
    end
  end
  assign s_valid_o = s_valid_q;
  assign s_step_o = s_step_q;

  // Blocks of the columns on their way; sums leave the tiles with the last key block only.
  logic [BlockBits-1:0] qk_row, qk_key, sum_row;
  logic [ColBits-1:0] v_col;
  logic v_first, v_last, causal;
  if (Blocks > 1) begin : gen_blocks
    logic [BlockBits-1:0] qk_row_q, qk_key_q, v_row_q, v_key_q, sum_row_q;
    logic [ColBits-1:0] v_col_q;
    logic v_last_q;
    always_ff @(posedge clk_i) begin
      if (qk_re_o) {qk_row_q, qk_key_q} <= {qk_row_o, qk_key_o};
      if (v_re_o) {v_row_q, v_key_q, v_col_q, v_last_q} <= {v_row, v_key_o, v_col_o, v_last_key};
      if (v_valid_q) sum_row_q <= v_row_q;
    end
    assign {qk_row, qk_key} = {qk_row_q, qk_key_q};
    assign {v_col, v_first, v_last} = {v_col_q, v_key_q == '0, v_last_q};
    assign sum_row = sum_row_q;
    assign sum_valid = v_valid_q && v_last_q;
    assign causal = causal_i && qk_row_q == qk_key_q;
    assign {s_row_block_o, s_key_block_o} = {v_row_q, v_key_q};
  end else begin : gen_one_block
    logic unused_blocks;
    assign unused_blocks = ^{v_row, v_last_key, qk_row, qk_key};
    assign {qk_row, qk_key, sum_row, v_col} = '0;
    assign {v_first, v_last} = 2'b11;
    assign sum_valid = v_valid_q;
    assign causal = causal_i;
    assign {s_row_block_o, s_key_block_o} = '0;
  end

  // Numbers the A columns; in step with the valid bits of the tiles.
  logic a_active, a_first_col, a_last_col, a_last_key, a_last_block, a_last_step;
  logic [BlockBits-1:0] a_key;
  xpk_ssa_cursor #(
      .HeadDim(HeadDim),
      .Blocks (Blocks),
      .Square (0)
  ) u_a_cursor (
      .clk_i, .rst_ni, .clr_i, .steps_i, .causal_i,
      .start_i     (sum_valid_q && !a_active),
      .advance_i   (Blocks == 1 || a_valid_o),
      .last_block_i(last_block),
      .active_o    (a_active),
      .step_o      (a_step_o),
      .row_o       (a_row_o),
      .key_o       (a_key),
      .col_o       (a_col_o),
      .first_col_o (a_first_col),
      .last_col_o  (a_last_col),
      .last_key_o  (a_last_key),
      .last_block_o(a_last_block),
      .last_step_o (a_last_step)
  );
  assign done_o = a_last_col && a_last_block && a_last_step && (Blocks == 1 || a_valid_o);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) busy_q <= 1'b0;
    else if (clr_i) busy_q <= 1'b0;
    else busy_q <= start || (busy_q && !done_o);
  end

  logic unused_cursor;
  assign unused_cursor = ^{qk_last_key, qk_last_step, v_last_col, v_last_block, v_last_step,
                           a_first_col, a_last_key, a_key};

  // ---------------------------------------------------------------- random numbers
  // The bytes of bank S are on offer for all blocks of a time step, the last of which uses them up.
  logic load;
  assign load = qk_first_col;
  assign draw_score_o = load && qk_last_block;
  assign draw_value_o = sum_valid_q;
  assign draw_row_o = sum_row;

  logic [Heads*ScoreBytes*8-1:0] score_bytes;
  logic [Heads*N*DrawBits-1:0] value_numbers;
  xpk_ssa_draws #(
      .Tokens    (Tokens),
      .TileTokens(N),
      .Heads     (Heads),
      .LeapScore (LeapScore),
      .LeapValue (LeapValue),
      .Seeds     (Seeds)
  ) u_draws (
      .clk_i, .rst_ni, .seed_we_i, .seed_lane_i, .seed_state_i,
      .draw_score_i   (draw_score_o),
      .score_row_i    (qk_row_o),
      .score_key_i    (qk_key_o),
      .score_bytes_o  (score_bytes),
      .draw_value_i   (sum_valid_q),
      .value_row_i    (sum_row),
      .value_numbers_o(value_numbers)
  );

  // ---------------------------------------------------------------- heads
  // Running tokens of the row block and of the key block at the tiles.
  logic [Blocks*N-1:0] running;
  logic [N-1:0] queries, keys;
  assign running = ~({Blocks * N{1'b1}} << n_tokens_i);
  assign queries = running[32'(qk_row)*N+:N];
  assign keys = running[32'(qk_key)*N+:N];

  logic [Heads-1:0] a_valid;
  for (genvar h = 0; h < Heads; h++) begin : gen_head
    xpk_ssa_tile #(
        .Tokens  (N),
        .HeadDim (HeadDim),
        .Blocks  (Blocks),
        .DrawBits(DrawBits)
    ) u_tile (
        .clk_i, .rst_ni, .clr_i,
        .load_i     (load),
        .qk_valid_i (qk_valid_q),
        .q_i        (q_i[h*N+:N]),
        .k_i        (k_i[h*N+:N]),
        .queries_i  (queries),
        .keys_i     (keys),
        .causal_i   (causal),
        .last_i     (qk_last_q),
        .bytes_s_i  (score_bytes[h*ScoreBytes*8+:ScoreBytes*8]),
        .s_row_i,
        .s_o        (s_o[h*N+:N]),
        .v_valid_i  (v_valid_q),
        .v_i        (v_i[h*N+:N]),
        .v_col_i    (v_col),
        .v_first_i  (v_first),
        .v_last_i   (v_last),
        .bytes_a_i  (value_numbers[h*N*DrawBits+:N*DrawBits]),
        .row_block_i(sum_row),
        .a_valid_o  (a_valid[h]),
        .a_o        (a_o[h*N+:N]),
        .layer_i
    );
  end
  // All tiles run in lockstep.
  assign a_valid_o = &a_valid;

  // ---------------------------------------------------------------- events
  logic [RowCountBits-1:0] gated_rows;
  logic [RowCountBits-1:0] gated_rows_q;

  xpk_popcount #(
      .Width(Heads * N)
  ) u_gated (
      .bits_i (~q_i & {Heads{queries}} & {Heads * N{qk_valid_q}}),
      .count_o(gated_rows)
  );

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) gated_rows_q <= '0;
    else if (clr_i) gated_rows_q <= '0;
    else gated_rows_q <= gated_rows;
  end
  assign gated_rows_o = gated_rows_q;

endmodule

`default_nettype wire
