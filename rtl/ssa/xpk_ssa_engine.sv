// SPDX-License-Identifier: Apache-2.0
// Attention of one layer: a tile per head, two banks of random lanes, and the walk over columns.
//
// | parameter  | legal  | meaning                                      |
// |------------|--------|----------------------------------------------|
// | Tokens     | 1..256 | N, side of a tile                            |
// | Heads      | 1..32  | tiles                                        |
// | HeadDim    | 1..256 | columns of a head                            |
// | Steps      | 1..64  | largest steps_i                              |
// | LeapScore  | 1..32  | register steps per draw of bank S            |
// | LeapValue  | 1..32  | register steps per draw of bank A            |
// | Seeds      | see xpk_lfsr_bank | lanes seeded by one write         |
//
// start_i begins a layer (ignored while busy). The run-time fields are stable from start_i to
// done_o. Both memories answer one cycle after their read enable. All heads read the same column
// index; head h is bits [h*N +: N] of every vector.
//
// Latency: with start_i in cycle 0, column d of time step t of Q and K is read in cycle
// 1 + t*HeadDim + d, and V exactly HeadDim cycles later: V is read when its scores are ready, so
// no delay line holds it. a_valid_o comes 3 cycles after the read of V, done_o together with the
// last A column: T*HeadDim + HeadDim + 3 cycles after start_i. Nothing toggles outside a layer.
//
// Bank S draws once per time step, bank A once per A column. The seed port must be quiet while busy.
// clr_i drops the layer; the lanes must be seeded again.
//
// Source: arXiv 2408.08794, SSA engine; docs/numerics.md sections 2 and 7.

`default_nettype none

module xpk_ssa_engine #(
    parameter int unsigned Tokens = 8,
    parameter int unsigned Heads = 2,
    parameter int unsigned HeadDim = 8,
    parameter int unsigned Steps = 4,
    parameter int unsigned LeapScore = 32,
    parameter int unsigned LeapValue = 32,
    parameter int unsigned Seeds = 1,
    localparam int unsigned N = Tokens,
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
    output logic      [ColBits-1:0]      qk_col_o,
    input  wire logic [Heads*N-1:0]      q_i,
    input  wire logic [Heads*N-1:0]      k_i,
    output logic                         v_re_o,
    output logic      [7:0]              v_step_o,
    output logic      [ColBits-1:0]      v_col_o,
    input  wire logic [Heads*N-1:0]      v_i,
    // Columns out.
    output logic                         a_valid_o,
    output logic      [7:0]              a_step_o,
    output logic      [ColBits-1:0]      a_col_o,
    output logic      [Heads*N-1:0]      a_o,
    // Observation: scores of a step, complete and visible in the cycle of s_valid_o.
    output logic                         s_valid_o,
    output logic      [7:0]              s_step_o,
    input  wire logic [RowBits-1:0]      s_row_i,
    output logic      [Heads*N-1:0]      s_o,         // row s_row_i of every head
    // Events, for the counters. gated_rows_o: rows of running tokens, over all heads, whose Q bit
    // was 0 in the column that entered one cycle before; 0 when there was none.
    output logic                         draw_score_o,
    output logic                         draw_value_o,
    output logic      [RowCountBits-1:0] gated_rows_o
);

  localparam int unsigned HeadLanes = (N + 3) / 4;
  localparam int unsigned BankLanes = Heads * HeadLanes;

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

  logic qk_first_col, qk_last_col, qk_last_step;
  xpk_ssa_cursor #(
      .HeadDim(HeadDim)
  ) u_qk_cursor (
      .clk_i, .rst_ni, .clr_i, .steps_i,
      .start_i    (start),
      .active_o   (qk_re_o),
      .step_o     (qk_step_o),
      .col_o      (qk_col_o),
      .first_col_o(qk_first_col),
      .last_col_o (qk_last_col),
      .last_step_o(qk_last_step)
  );

  // V follows when the last column of time step 0 has been read.
  logic v_first_col, v_last_col, v_last_step;
  xpk_ssa_cursor #(
      .HeadDim(HeadDim)
  ) u_v_cursor (
      .clk_i, .rst_ni, .clr_i, .steps_i,
      .start_i    (qk_last_col && qk_step_o == 8'd0),
      .active_o   (v_re_o),
      .step_o     (v_step_o),
      .col_o      (v_col_o),
      .first_col_o(v_first_col),
      .last_col_o (v_last_col),
      .last_step_o(v_last_step)
  );

  // What was read is at the tiles one cycle later; the row sums are compared in the next one.
  logic qk_valid_q, qk_last_q, qk_more_q, v_valid_q, sum_valid_q, s_valid_q;
  logic [7:0] s_step_q;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      {qk_valid_q, qk_last_q, qk_more_q} <= '0;
      {s_valid_q, sum_valid_q, v_valid_q} <= '0;
      s_step_q <= '0;
    end else if (clr_i) begin
      {qk_valid_q, qk_last_q, qk_more_q} <= '0;
      {s_valid_q, sum_valid_q, v_valid_q} <= '0;
    end else begin
      qk_valid_q  <= qk_re_o;
      qk_last_q   <= qk_last_col;
      qk_more_q   <= qk_last_col && !qk_last_step;
      v_valid_q   <= v_re_o;
      sum_valid_q <= v_valid_q;
      s_valid_q   <= v_first_col;
      if (v_first_col) s_step_q <= v_step_o;
    end
  end
  assign s_valid_o = s_valid_q;
  assign s_step_o = s_step_q;

  // Numbers the A columns; in step with the valid bits of the tiles.
  logic a_active, a_first_col, a_last_col, a_last_step;
  xpk_ssa_cursor #(
      .HeadDim(HeadDim)
  ) u_a_cursor (
      .clk_i, .rst_ni, .clr_i, .steps_i,
      .start_i    (sum_valid_q && !a_active),
      .active_o   (a_active),
      .step_o     (a_step_o),
      .col_o      (a_col_o),
      .first_col_o(a_first_col),
      .last_col_o (a_last_col),
      .last_step_o(a_last_step)
  );
  assign done_o = a_last_col && a_last_step;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) busy_q <= 1'b0;
    else if (clr_i) busy_q <= 1'b0;
    else busy_q <= start || (busy_q && !done_o);
  end

  logic unused_cursor;
  assign unused_cursor = ^{qk_first_col, v_last_col, v_last_step, a_first_col};

  // ---------------------------------------------------------------- random numbers
  logic load;
  assign load = (qk_first_col && qk_step_o == 8'd0) || qk_more_q;
  assign draw_score_o = load;
  assign draw_value_o = sum_valid_q;

  logic [BankLanes*32-1:0] bytes_s;
  logic [BankLanes*32-1:0] bytes_a;
  xpk_lfsr_bank #(
      .Lanes(BankLanes),
      .Leap (LeapScore),
      .Seeds(Seeds)
  ) u_score_bank (
      .clk_i, .rst_ni,
      .seed_we_i,
      .seed_lane_i,
      .seed_i     (seed_state_i),
      .draw_i     (load),
      .bytes_o    (bytes_s)
  );
  xpk_lfsr_bank #(
      .Lanes(BankLanes),
      .Leap (LeapValue),
      .Seeds(Seeds),
      .First(BankLanes)
  ) u_value_bank (
      .clk_i, .rst_ni,
      .seed_we_i,
      .seed_lane_i,
      .seed_i     (seed_state_i),
      .draw_i     (sum_valid_q),
      .bytes_o    (bytes_a)
  );

  // ---------------------------------------------------------------- heads
  logic [Heads-1:0] a_valid;
  for (genvar h = 0; h < Heads; h++) begin : gen_head
    xpk_ssa_tile #(
        .Tokens (N),
        .HeadDim(HeadDim)
    ) u_tile (
        .clk_i, .rst_ni, .clr_i,
        .load_i    (load),
        .qk_valid_i(qk_valid_q),
        .q_i       (q_i[h*N+:N]),
        .k_i       (k_i[h*N+:N]),
        .last_i    (qk_last_q),
        .bytes_s_i (bytes_s[h*HeadLanes*32+:N*8]),
        .s_row_i,
        .s_o       (s_o[h*N+:N]),
        .v_valid_i (v_valid_q),
        .v_i       (v_i[h*N+:N]),
        .bytes_a_i (bytes_a[h*HeadLanes*32+:N*8]),
        .a_valid_o (a_valid[h]),
        .a_o       (a_o[h*N+:N]),
        .n_tokens_i, .causal_i, .layer_i
    );
  end
  // The last lane of a head may have bytes to spare.
  if (N % 4 != 0) begin : gen_spare
    for (genvar h = 0; h < Heads; h++) begin : gen_head
      logic unused_bytes;
      assign unused_bytes = ^{bytes_s[h*HeadLanes*32+N*8+:(4-N%4)*8],
                              bytes_a[h*HeadLanes*32+N*8+:(4-N%4)*8]};
    end
  end

  // All tiles run in lockstep.
  assign a_valid_o = &a_valid;

  // ---------------------------------------------------------------- events
  logic [N-1:0] token_valid;
  logic [RowCountBits-1:0] gated_rows;
  logic [RowCountBits-1:0] gated_rows_q;
  assign token_valid = ~({N{1'b1}} << n_tokens_i);

  xpk_popcount #(
      .Width(Heads * N)
  ) u_gated (
      .bits_i (~q_i & {Heads{token_valid}} & {Heads * N{qk_valid_q}}),
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
