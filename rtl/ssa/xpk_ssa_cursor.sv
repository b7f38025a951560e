// SPDX-License-Identifier: Apache-2.0
// Walks over the columns of all blocks of all time steps, columns innermost, one per cycle.
//
// | parameter | legal  | meaning                                                          |
// |-----------|--------|------------------------------------------------------------------|
// | HeadDim   | 1..256 | columns of a block                                               |
// | Blocks    | 1..4   | most row blocks of a time step, and most key blocks of a row     |
// | Square    | 0, 1   | 1: visits the key blocks of every row block; 0: row blocks alone |
//
// A time step has the row blocks 0..last_block_i; a row block has the key blocks 0..last_block_i or,
// if causal_i, those up to its own number. After start_i the walk stands on its first column from
// the next cycle on and moves on in every cycle with advance_i; active_o falls behind the last one.
// steps_i, last_block_i and causal_i are stable meanwhile. start_i is only given while active_o is
// low.

`default_nettype none

module xpk_ssa_cursor #(
    parameter int unsigned HeadDim = 8,
    parameter int unsigned Blocks = 1,
    parameter int unsigned Square = 1,
    localparam int unsigned ColBits = (HeadDim > 1) ? $clog2(HeadDim) : 1,
    localparam int unsigned BlockBits = (Blocks > 1) ? $clog2(Blocks) : 1
) (
    input  wire logic                 clk_i,
    input  wire logic                 rst_ni,
    input  wire logic                 clr_i,
    input  wire logic                 start_i,
    input  wire logic                 advance_i,
    input  wire logic [7:0]           steps_i,
    input  wire logic [BlockBits-1:0] last_block_i,  // number of the last row block of the run
    input  wire logic                 causal_i,
    output logic                      active_o,
    output logic      [7:0]           step_o,
    output logic      [BlockBits-1:0] row_o,
    output logic      [BlockBits-1:0] key_o,
    output logic      [ColBits-1:0]   col_o,
    output logic                      first_col_o,
    output logic                      last_col_o,
    output logic                      last_key_o,    // of the row block
    output logic                      last_block_o,  // of the time step
    output logic                      last_step_o
);

  if (Blocks < 1 || Blocks > 4) begin : gen_check_blocks
    $error("xpk_ssa_cursor: Blocks must be 1..4");
  end

  logic active_q;
  logic [7:0] step_q;
  logic [BlockBits-1:0] row_q, key_q;
  logic [ColBits-1:0] col_q;

  assign active_o = active_q;
  assign step_o = step_q;
  assign row_o = row_q;
  assign key_o = key_q;
  assign col_o = col_q;
  assign first_col_o = active_q && col_q == '0;
  assign last_col_o = active_q && col_q == ColBits'(HeadDim - 1);
  assign last_step_o = step_q == steps_i - 8'd1;

  if (Blocks > 1) begin : gen_last
    if (Square != 0) begin : gen_key
      assign last_key_o = key_q == (causal_i ? row_q : last_block_i);
    end else begin : gen_row
      logic unused_causal;
      assign unused_causal = causal_i;
      assign last_key_o = 1'b1;
    end
    assign last_block_o = last_key_o && row_q == last_block_i;
  end else begin : gen_one
    logic unused_blocks;
    assign unused_blocks = ^{last_block_i, causal_i};
    assign last_key_o = 1'b1;
    assign last_block_o = 1'b1;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      active_q <= 1'b0;
      step_q   <= '0;
      row_q    <= '0;
      key_q    <= '0;
      col_q    <= '0;
    end else if (clr_i || start_i) begin
      active_q <= !clr_i;
      step_q   <= '0;
      row_q    <= '0;
      key_q    <= '0;
      col_q    <= '0;
    end else if (active_q && advance_i) begin
      col_q <= col_q + 1'b1;
      if (last_col_o) begin
        col_q <= '0;
        if (!last_key_o) begin
          key_q <= key_q + 1'b1;
        end else if (!last_block_o) begin
          key_q <= '0;
          row_q <= row_q + 1'b1;
        end else begin
          key_q <= '0;
          row_q <= '0;
          step_q <= step_q + 8'd1;
          active_q <= !last_step_o;
        end
      end
    end
  end

endmodule

`default_nettype wire
