// SPDX-License-Identifier: Apache-2.0
// Order of work in an AIMC phase of a folded chip: tokens, time steps, matrices.
//
// No parameters. start_i begins a phase: all time steps of the first token, then those of the next one. A
// token-step is the encoder's (encoder_start_o) and EMBED's in phase 0 (embed_i), else PROJ, FF1 and FF2 of
// layer_i; then Q, K and V of qkv_layer_i or, in the last phase (last_i), HEAD, for tokens that count.
// Each starts when everything before it is in memory (busy_i is 0). done_o is up in the last cycle.
// Source: docs/architecture.md (phases); docs/numerics.md sections 1 and 9.

`default_nettype none

module xpk_fold_sequencer (
    input  wire logic                    clk_i,
    input  wire logic                    rst_ni,
    input  wire logic                    clr_i,
    input  wire logic                    start_i,
    input  wire logic                    embed_i,
    input  wire logic                    last_i,
    input  wire logic [3:0]              layer_i,
    input  wire logic [3:0]              qkv_layer_i,
    input  wire logic [xpk_pkg::TokenCountBits-1:0] n_tokens_i,
    input  wire logic [7:0]              steps_i,
    input  wire logic [1:0]              pooling_i,
    input  wire logic                    busy_i,            // encoder, matrix, or a write
    output logic                         encoder_start_o,
    output logic                         matrix_start_o,
    output logic      [2:0]              matrix_o,
    output logic      [3:0]              matrix_layer_o,
    output logic      [xpk_pkg::TokenBits-1:0] token_o,
    output logic      [7:0]              step_o,
    output logic                         first_counted_o,  // the first token that HEAD counts
    output logic                         done_o
);

  typedef enum logic [1:0] {Idle, Encode, Matrix, Wait} state_e;
  state_e state_q;
  logic [2:0] matrix_q;
  logic [xpk_pkg::TokenBits-1:0] token_q, last_token;
  logic [7:0] step_q;
  logic first_token, counted, last_step, ends;

  assign last_token = xpk_pkg::TokenBits'(n_tokens_i - 1'b1);
  assign first_token = token_q == '0;
  assign last_step = step_q == steps_i - 8'd1;
  always_comb begin
    case (pooling_i)
      xpk_pkg::PoolFirst: counted = first_token;
      xpk_pkg::PoolLast:  counted = token_q == last_token;
      default:            counted = 1'b1;
    endcase
  end
  assign first_counted_o = pooling_i != xpk_pkg::PoolAll || first_token;

  // The token-step ends with this matrix.
  assign ends = matrix_q == xpk_pkg::MatrixV || matrix_q == xpk_pkg::MatrixHead ||
      (matrix_q == xpk_pkg::MatrixFf2 && last_i && !counted);

  assign encoder_start_o = state_q == Encode;
  assign matrix_start_o = state_q == Matrix && !busy_i;
  assign matrix_o = matrix_q;
  always_comb begin
    case (matrix_q)
      xpk_pkg::MatrixEmbed, xpk_pkg::MatrixHead:                matrix_layer_o = '0;
      xpk_pkg::MatrixQ, xpk_pkg::MatrixK, xpk_pkg::MatrixV: matrix_layer_o = qkv_layer_i;
      default:                                                  matrix_layer_o = layer_i;
    endcase
  end
  assign token_o = token_q;
  assign step_o = step_q;
  assign done_o = state_q == Wait && !busy_i && ends && last_step && token_q == last_token;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= Idle;
      matrix_q <= '0;
      token_q <= '0;
      step_q <= '0;
    end else if (clr_i) begin
      state_q <= Idle;
    end else begin
      case (state_q)
        Idle: begin
          if (start_i) begin
            state_q <= embed_i ? Encode : Matrix;
            matrix_q <= embed_i ? xpk_pkg::MatrixEmbed : xpk_pkg::MatrixProj;
            token_q <= '0;
            step_q <= '0;
          end
        end
        Encode: state_q <= Matrix;  // which waits for the encoder
        Matrix: if (matrix_start_o) state_q <= Wait;
        Wait: begin
          if (!busy_i) begin
            state_q <= Matrix;
            if (ends) begin
              state_q <= embed_i ? Encode : Matrix;
              matrix_q <= embed_i ? xpk_pkg::MatrixEmbed : xpk_pkg::MatrixProj;
              step_q <= last_step ? '0 : step_q + 8'd1;
              if (last_step) token_q <= token_q + 1'b1;
              if (done_o) state_q <= Idle;
            end else if (matrix_q == xpk_pkg::MatrixFf2) begin
              matrix_q <= last_i ? xpk_pkg::MatrixHead : xpk_pkg::MatrixQ;
            end else begin
              matrix_q <= matrix_q + 3'd1;  // EMBED, Q, K, V; PROJ, FF1, FF2
            end
          end
        end
        default: state_q <= Idle;
      endcase
    end
  end

endmodule

`default_nettype wire
