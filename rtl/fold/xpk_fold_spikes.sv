// SPDX-License-Identifier: Apache-2.0
// Spike memories of a folded chip: where every spike is, and the residuals on the way into them.
//
// | parameter | legal        | meaning             |
// |-----------|--------------|---------------------|
// | (all)     | see xpk_core | shapes of the build |
//
// Memory A holds x, Q, A and what lives for one token-step: input, h, hidden layer of FF; and the scores
// of one head. Memory B holds K and V. Spikes come from the encoder, from a matrix (a column each, at
// least three cycles apart), or from attention. Into h and x a spike goes with its residual, which takes
// the read port of memory A (hold_o) for a cycle; busy_o is up until it is written.
// Source: docs/numerics.md sections 1 and 8.

`default_nettype none

module xpk_fold_spikes #(
    parameter int unsigned Tokens = 8,
    parameter int unsigned Dim = 32,
    parameter int unsigned FfDim = 64,
    parameter int unsigned Steps = 8,
    parameter int unsigned InputRows = 16,
    localparam int unsigned IndexBits = 12,
    localparam int unsigned RowBits = (InputRows > 1) ? $clog2(InputRows) : 1,
    localparam int unsigned TokenBits = (Tokens > 1) ? $clog2(Tokens) : 1,
    localparam int unsigned StepBits = (Steps > 1) ? $clog2(Steps) : 1,
    localparam int unsigned ColumnBits = (Dim > 1) ? $clog2(Dim) : 1,
    localparam int unsigned ScoreBits = (Tokens > 1) ? $clog2(Tokens * Tokens) : 1
) (
    input  wire logic                    clk_i,
    input  wire logic                    rst_ni,
    input  wire logic                    clr_i,
    // Token-step at work, its residuals.
    input  wire logic [TokenBits-1:0]    token_i,
    input  wire logic [StepBits-1:0]     step_i,
    input  wire logic [2:0]              matrix_i,
    input  wire logic [1:0]              res1_i,
    input  wire logic [1:0]              res2_i,
    // Encoder.
    input  wire logic                    row_we_i,
    input  wire logic [RowBits-1:0]      row_i,
    input  wire logic                    row_bit_i,
    // Matrix: input bits, and spikes.
    input  wire logic                    bit_re_i,
    // Small matrices need fewer bits.
    /* verilator lint_off UNUSEDSIGNAL */
    input  wire logic [IndexBits-1:0]    bit_index_i,
    /* verilator lint_on UNUSEDSIGNAL */
    output logic                         bit_o,          // of memory A
    output logic                         hold_o,
    input  wire logic                    out_valid_i,
    input  wire logic [IndexBits-1:0]    out_column_i,
    input  wire logic                    out_spike_i,
    output logic                         busy_o,
    // Attention.
    input  wire logic                    attention_i,    // it has both memories
    input  wire logic [StepBits-1:0]     a_step_i,
    input  wire logic                    re_i,
    input  wire logic                    values_i,
    input  wire logic [TokenBits-1:0]    query_i,
    input  wire logic [ScoreBits-1:0]    score_i,
    input  wire logic [TokenBits-1:0]    key_i,
    input  wire logic [ColumnBits-1:0]   column_i,
    output logic                         b_o,
    input  wire logic                    score_we_i,
    input  wire logic                    output_we_i,
    input  wire logic                    result_i,
    // What a residual made of a spike of PROJ or FF2, for simulations.
    output logic                         res_valid_o,
    output logic                         res_spike_o
);

  localparam int unsigned VectorBits = StepBits + TokenBits + ColumnBits;
  localparam int unsigned Bits = 4 << VectorBits;
  localparam int unsigned AddrBits = VectorBits + 2;
  localparam int unsigned BBits = VectorBits + 1;
  // Regions of memory A.
  localparam logic [1:0] RegionX = 2'd0;
  localparam logic [1:0] RegionQ = 2'd1;
  localparam logic [1:0] RegionA = 2'd2;
  localparam logic [1:0] RegionShort = 2'd3;
  // Places in the last one. FF1 reads h and writes the hidden layer: these share no word.
  localparam int unsigned PlaceH = InputRows;
  localparam int unsigned PlaceHidden = (PlaceH + Dim + 15) / 16 * 16;
  localparam int unsigned PlaceScores = PlaceHidden + FfDim;

  if (PlaceScores + Tokens * Tokens > (1 << VectorBits)) begin : gen_check
    $error("xpk_fold_spikes: input rows, FF and scores of a head do not fit beside x, Q and A");
  end
  if (AddrBits < 5) begin : gen_check_small
    $error("xpk_fold_spikes: Tokens * Dim * Steps must be at least 8");
  end

  function automatic logic [AddrBits-1:0] short_place(input logic [VectorBits-1:0] place);
    short_place = {RegionShort, place};
  endfunction

  // ---- Spikes of a matrix ----------------------------------------------------------------------
  typedef enum logic [1:0] {Idle, Read, Write} state_e;
  state_e state_q;
  /* verilator lint_off UNUSEDSIGNAL */
  logic [IndexBits-1:0] column_q;  // as of bit_index_i
  /* verilator lint_on UNUSEDSIGNAL */
  logic spike_q, has_residual, to_b, spike;
  logic [AddrBits-1:0] vector, h_address, target;
  logic residual;

  assign vector = {RegionX, step_i, token_i, ColumnBits'(0)};
  assign has_residual = matrix_i == xpk_pkg::MatrixProj || matrix_i == xpk_pkg::MatrixFf2;
  assign to_b = matrix_i == xpk_pkg::MatrixK || matrix_i == xpk_pkg::MatrixV;
  assign h_address = short_place(VectorBits'(PlaceH) + VectorBits'(column_q));
  assign hold_o = state_q == Read && has_residual;
  assign busy_o = state_q != Idle;

  xpk_residual #(
      .Width(1)
  ) u_residual (
      .mode_i(matrix_i == xpk_pkg::MatrixProj ? res1_i : res2_i), .x_i(bit_o), .branch_i(spike_q), .y_o(residual)
  );
  assign spike = has_residual ? residual : spike_q;
  assign res_valid_o = state_q == Write && has_residual;
  assign res_spike_o = spike;

  always_comb begin
    case (matrix_i)
      xpk_pkg::MatrixQ:    target = {RegionQ, vector[VectorBits-1:0]} + AddrBits'(column_q);
      xpk_pkg::MatrixProj: target = h_address;
      xpk_pkg::MatrixFf1:  target = short_place(VectorBits'(PlaceHidden) + VectorBits'(column_q));
      default:             target = vector + AddrBits'(column_q);  // EMBED, FF2
    endcase
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= Idle;
      column_q <= '0;
      spike_q <= 1'b0;
    end else if (clr_i) begin
      state_q <= Idle;
    end else begin
      case (state_q)
        Idle: begin
          if (out_valid_i && matrix_i != xpk_pkg::MatrixHead) begin
            state_q <= Read;
            column_q <= out_column_i;
            spike_q <= out_spike_i;
          end
        end
        Read: state_q <= Write;
        Write: state_q <= Idle;
        default: state_q <= Idle;
      endcase
    end
  end

  // ---- Memory A ------------------------------------------------------------------------------
  logic a_we, a_wdata, a_re;
  logic [AddrBits-1:0] a_waddr, a_raddr, source;

  always_comb begin
    case (matrix_i)
      xpk_pkg::MatrixEmbed: source = short_place(VectorBits'(bit_index_i));
      xpk_pkg::MatrixProj:  source = {RegionA, vector[VectorBits-1:0]} + AddrBits'(bit_index_i);
      xpk_pkg::MatrixFf1:   source = short_place(VectorBits'(PlaceH) + VectorBits'(bit_index_i));
      xpk_pkg::MatrixFf2:   source = short_place(VectorBits'(PlaceHidden) + VectorBits'(bit_index_i));
      default:              source = vector + AddrBits'(bit_index_i);  // Q, K, V, HEAD
    endcase
  end

  always_comb begin
    a_we = state_q == Write && !to_b;
    a_waddr = target;
    a_wdata = spike;
    a_re = bit_re_i || hold_o;
    a_raddr = source;
    if (hold_o) a_raddr = (matrix_i == xpk_pkg::MatrixProj) ? vector + AddrBits'(column_q) : h_address;
    if (row_we_i) begin
      a_we = 1'b1;
      a_waddr = short_place(VectorBits'(row_i));
      a_wdata = row_bit_i;
    end
    if (attention_i) begin
      a_we = score_we_i || output_we_i;
      a_waddr = score_we_i ? short_place(VectorBits'(PlaceScores) + VectorBits'(score_i)) :
          {RegionA, a_step_i, query_i, column_i};
      a_wdata = result_i;
      a_re = re_i;
      a_raddr = values_i ? short_place(VectorBits'(PlaceScores) + VectorBits'(score_i)) :
          {RegionQ, a_step_i, query_i, column_i};
    end
  end

  xpk_bit_ram #(
      .Bits(Bits), .ReadFirst(1'b0)
  ) u_a (
      .clk_i, .rst_ni, .we_i(a_we), .waddr_i(a_waddr), .wdata_i(a_wdata), .re_i(a_re), .raddr_i(a_raddr),
      .rdata_o(bit_o)
  );

  // ---- Memory B: K, then V -------------------------------------------------------------------
  logic [BBits-1:0] b_waddr;
  assign b_waddr = {matrix_i == xpk_pkg::MatrixV, step_i, token_i, ColumnBits'(column_q)};

  xpk_bit_ram #(
      .Bits(1 << BBits), .ReadFirst(1'b0)
  ) u_b (
      .clk_i, .rst_ni, .we_i(state_q == Write && to_b), .waddr_i(b_waddr), .wdata_i(spike),
      .re_i(re_i), .raddr_i({values_i, a_step_i, key_i, column_i}), .rdata_o(b_o)
  );

endmodule

`default_nettype wire
