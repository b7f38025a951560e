// SPDX-License-Identifier: Apache-2.0
// Attention of a folded chip: one cell, one head after the other, scores and outputs in memory.
//
// | parameter | legal        | meaning             |
// |-----------|--------------|---------------------|
// | Tokens    | 1..64        | N, longest sequence |
// | Heads     | 1..32        | heads               |
// | HeadDim   | 1..256       | dK                  |
// | Lanes     | (Tokens + 3) / 4 | lanes of a bank of one head |
//
// start_i begins a layer (while busy_o is 0), done_o is up in its last cycle. For each time step and
// head: draw bank S, make the scores of all pairs of tokens; then for each column draw bank A, make the
// outputs of all tokens. A score or an output is a walk over `x`: in each step a bit of memory A (Q, or a
// score) and one of memory B (K, or V), asked for in one cycle and added in the next.
// Cycles: T * H * (draw + n^2 (dK + 2) + dK (draw + n^2 + 2 n)), n (n + 1) / 2 for n^2 if causal; a draw
// of a bank takes 2 cycles more than draw_busy_i.
// Source: docs/numerics.md sections 2 and 7.

`default_nettype none

module xpk_fold_attention #(
    parameter int unsigned Tokens = 8,
    parameter int unsigned Heads = 2,
    parameter int unsigned HeadDim = 16,
    localparam int unsigned Lanes = (Tokens + 3) / 4,
    localparam int unsigned AllLanes = 2 * Heads * Lanes,
    localparam int unsigned LaneBits = $clog2(AllLanes),
    localparam int unsigned TokenBits = (Tokens > 1) ? $clog2(Tokens) : 1,
    localparam int unsigned ColumnBits = (Heads * HeadDim > 1) ? $clog2(Heads * HeadDim) : 1,
    localparam int unsigned ScoreBits = (Tokens > 1) ? $clog2(Tokens * Tokens) : 1
) (
    input  wire logic                    clk_i,
    input  wire logic                    rst_ni,
    input  wire logic                    clr_i,
    input  wire logic                    start_i,
    input  wire logic [xpk_pkg::TokenCountBits-1:0] n_tokens_i,
    input  wire logic [7:0]              steps_i,
    input  wire logic                    causal_i,
    // Residuals are not attention's.
    /* verilator lint_off UNUSEDSIGNAL */
    input  wire xpk_pkg::layer_t         layer_i,
    /* verilator lint_on UNUSEDSIGNAL */
    output logic                         busy_o,
    output logic                         done_o,
    // Random bytes.
    output logic                         draw_o,
    output logic      [LaneBits-1:0]     draw_first_o,
    input  wire logic                    draw_busy_i,
    input  wire logic [Lanes*32-1:0]     bytes_i,
    // Spikes of time step step_o; both answer in the next cycle.
    output logic      [7:0]              step_o,
    output logic                         re_o,
    output logic                         values_o,     // 0: Q and K, 1: scores and V
    output logic      [TokenBits-1:0]    query_o,      // token of Q
    output logic      [ScoreBits-1:0]    score_o,      // number of the score
    output logic      [TokenBits-1:0]    key_o,        // token of K or V
    output logic      [ColumnBits-1:0]   column_o,     // of Q and K, or V
    input  wire logic                    a_i,
    input  wire logic                    b_i,
    // Results, at score_o, or at query_o and column_o.
    output logic                         score_we_o,
    output logic                         output_we_o,
    output logic                         result_o
);

  localparam int unsigned WalkBits = $clog2((HeadDim > Tokens ? HeadDim : Tokens) + 1);
  localparam int unsigned HeadBits = (Heads > 1) ? $clog2(Heads) : 1;

  typedef enum logic [2:0] {Idle, Draw, Wait, Walk, Drain, Result} state_e;
  state_e state_q;
  logic values_q;
  logic [7:0] step_q;
  logic [HeadBits-1:0] head_q;
  logic [ColumnBits-1:0] head_column_q;  // first column of the head
  logic [TokenBits-1:0] query_q, key_q;  // key_q: of a score
  logic [ScoreBits-1:0] row_q;           // first score of the query
  logic [WalkBits-1:0] walk_q, column_q, count_q;
  logic walked_q;

  logic [TokenBits-1:0] last_token, last_key;
  logic last_walk, last_of_row, last_query, last_column, last_head, last_step;
  logic [WalkBits-1:0] ends;
  assign last_token = TokenBits'(n_tokens_i - 1'b1);
  assign last_key = causal_i ? query_q : last_token;
  assign ends = values_q ? WalkBits'(last_key) : WalkBits'(HeadDim - 1);
  assign last_walk = walk_q == ends;
  assign last_of_row = values_q || key_q == last_key;
  assign last_query = query_q == last_token;
  assign last_column = !values_q || column_q == WalkBits'(HeadDim - 1);
  assign last_head = head_q == HeadBits'(Heads - 1);
  assign last_step = step_q == steps_i - 8'd1;

  assign busy_o = state_q != Idle;
  assign draw_o = state_q == Draw;
  assign draw_first_o = LaneBits'((32'(head_q) + (values_q ? Heads : 0)) * Lanes);
  assign step_o = step_q;
  assign re_o = state_q == Walk;
  assign values_o = values_q;
  assign query_o = query_q;
  assign key_o = values_q ? TokenBits'(walk_q) : key_q;
  assign column_o = head_column_q + (values_q ? ColumnBits'(column_q) : ColumnBits'(walk_q));
  assign score_o = row_q + ScoreBits'(key_o);

  // ---- Random number and exponent ------------------------------------------------------------
  logic [TokenBits:0] ring;
  logic [TokenBits-1:0] place;
  logic [7:0] draw;
  logic signed [5:0] row_exponent;
  logic [3:0] exponent;
  always_comb begin
    ring = {1'b0, query_q} + {1'b0, key_q};
    if (32'(ring) >= Tokens) ring = ring - (TokenBits + 1)'(Tokens);
    place = values_q ? query_q : ring[TokenBits-1:0];
    draw = bytes_i[8*32'(place)+:8];
    // ceil_log2(i + 1): as many bits as i has.
    row_exponent = '0;
    for (int unsigned b = 0; b < TokenBits; b++) begin
      if (query_q[b]) row_exponent = 6'(b + 1);
    end
    row_exponent = row_exponent + 6'(layer_i.row_offset);
    if (row_exponent < 0) row_exponent = '0;
    if (row_exponent > 8) row_exponent = 6'sd8;
    if (!values_q) exponent = layer_i.k_s;
    else exponent = layer_i.row_exponent ? row_exponent[3:0] : layer_i.k_a;
  end

  assign result_o = xpk_pkg::bernoulli(11'(count_q), 10'(draw), exponent);
  assign score_we_o = state_q == Result && !values_q;
  assign output_we_o = state_q == Result && values_q;
  assign done_o = output_we_o && last_query && last_column && last_head && last_step;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= Idle;
      {values_q, walked_q} <= '0;
      step_q <= '0;
      head_q <= '0;
      head_column_q <= '0;
      query_q <= '0;
      key_q <= '0;
      row_q <= '0;
      walk_q <= '0;
      column_q <= '0;
      count_q <= '0;
    end else if (clr_i) begin
      state_q <= Idle;
      walked_q <= 1'b0;
    end else begin
      walked_q <= re_o;
      if (walked_q && a_i && b_i) count_q <= count_q + 1'b1;
      case (state_q)
        Idle: begin
          if (start_i) begin
            state_q <= Draw;
            values_q <= 1'b0;
            step_q <= '0;
            head_q <= '0;
            head_column_q <= '0;
            query_q <= '0;
            key_q <= '0;
            row_q <= '0;
            walk_q <= '0;
            column_q <= '0;
            count_q <= '0;
          end
        end
        Draw: state_q <= Wait;
        Wait: if (!draw_busy_i) state_q <= Walk;
        Walk: begin
          // The last place stays until the result is written.
          if (last_walk) state_q <= Drain;
          else walk_q <= walk_q + 1'b1;
        end
        Drain: state_q <= Result;
        Result: begin
          state_q <= Walk;
          walk_q <= '0;
          count_q <= '0;
          key_q <= key_q + 1'b1;
          if (last_of_row) begin
            key_q <= '0;
            query_q <= query_q + 1'b1;
            row_q <= row_q + ScoreBits'(Tokens);
            if (last_query) begin
              query_q <= '0;
              row_q <= '0;
              state_q <= Draw;
              values_q <= 1'b1;
              if (values_q) column_q <= column_q + 1'b1;
              if (values_q && last_column) begin
                values_q <= 1'b0;
                column_q <= '0;
                head_q <= head_q + 1'b1;
                head_column_q <= head_column_q + ColumnBits'(HeadDim);
                if (last_head) begin
                  head_q <= '0;
                  head_column_q <= '0;
                  step_q <= step_q + 8'd1;
                  if (last_step) state_q <= Idle;
                end
              end
            end
          end
        end
        default: state_q <= Idle;
      endcase
    end
  end

endmodule

`default_nettype wire
