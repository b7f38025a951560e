// SPDX-License-Identifier: Apache-2.0
// xpk_ssa_cursor: after a start every column of every block of every time step is visited exactly
// once, in order, one per advance, with the marks of first and last. With R row blocks a step has
// R * R blocks, R (R + 1) / 2 with a causal mask, or R without key blocks. Visit number k must be
// column k mod HeadDim of block k / HeadDim, and there are steps_i * blocks * HeadDim visits.
//
// Assumes: at least one step, at most Blocks row blocks, all standing still while active; no start
// while active.

module cursor_formal #(
    parameter int unsigned HeadDim = 3,
    parameter int unsigned Blocks = 1,
    parameter int unsigned Square = 1,
    localparam int unsigned ColBits = (HeadDim > 1) ? $clog2(HeadDim) : 1,
    localparam int unsigned BlockBits = (Blocks > 1) ? $clog2(Blocks) : 1
) (
    input wire logic       clk_i,
    input wire logic       rst_ni,
    input wire logic       clr_i,
    input wire logic       start_i,
    input wire logic       advance_i,
    input wire logic [7:0] steps_i,
    input wire logic [BlockBits-1:0] last_block_i,
    input wire logic       causal_i
);

  logic active, first_col, last_col, last_key, last_block, last_step;
  logic [7:0] step;
  logic [BlockBits-1:0] row, key;
  logic [ColBits-1:0] col;

  xpk_ssa_cursor #(
      .HeadDim(HeadDim), .Blocks(Blocks), .Square(Square)
  ) u_dut (
      .clk_i, .rst_ni, .clr_i, .start_i, .advance_i, .steps_i, .last_block_i, .causal_i,
      .active_o(active), .step_o(step), .row_o(row), .key_o(key), .col_o(col),
      .first_col_o(first_col), .last_col_o(last_col), .last_key_o(last_key),
      .last_block_o(last_block), .last_step_o(last_step)
  );

  first_reset u_reset (.clk_i, .rst_ni);

  // Blocks of a time step, and the number of the one at (row, key).
  logic [20:0] rows, blocks, block, columns;
  assign rows = 21'(last_block_i) + 21'd1;
  always_comb begin
    if (Square == 0) begin
      blocks = rows;
      block = 21'(row);
    end else if (causal_i) begin
      blocks = (rows * (rows + 21'd1)) >> 1;
      block = ((21'(row) * (21'(row) + 21'd1)) >> 1) + 21'(key);
    end else begin
      blocks = rows * rows;
      block = 21'(row) * rows + 21'(key);
    end
  end
  assign columns = blocks * 21'(HeadDim);

  logic walk_q, causal_q;
  logic [20:0] visit_q;
  logic [7:0] steps_q;
  logic [BlockBits-1:0] last_block_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      walk_q <= 1'b0;
      visit_q <= '0;
    end else if (clr_i) begin
      walk_q <= 1'b0;
    end else if (start_i) begin
      walk_q <= 1'b1;
      visit_q <= '0;
    end else if (walk_q && advance_i) begin
      visit_q <= visit_q + 21'd1;
      if (visit_q + 21'd1 == 21'(steps_i) * columns) walk_q <= 1'b0;
    end
  end

  always_ff @(posedge clk_i) begin
    steps_q <= steps_i;
    last_block_q <= last_block_i;
    causal_q <= causal_i;
  end

  always_comb begin
    assume (steps_i != '0 && 32'(last_block_i) < Blocks);
    if (walk_q) begin
      assume (!start_i && steps_i == steps_q && last_block_i == last_block_q &&
              causal_i == causal_q);
    end

    a_active: assert (active == walk_q);
    if (active) begin
      a_position: assert (21'(step) * columns + block * 21'(HeadDim) + 21'(col) == visit_q);
      a_range: assert (step < steps_i && 32'(col) < HeadDim && row <= last_block_i &&
                       key <= (Square == 0 ? '0 : causal_i ? row : last_block_i));
      a_last_step: assert (last_step == (step + 8'd1 == steps_i));
      a_last_key: assert (last_key == (Square == 0 || key == (causal_i ? row : last_block_i)));
      a_last_block: assert (last_block == (block + 21'd1 == blocks));
    end
    a_first_col: assert (first_col == (active && col == '0));
    a_last_col: assert (last_col == (active && 32'(col) == HeadDim - 1));
  end

  always_ff @(posedge clk_i) begin
    c_ends: cover (rst_ni && walk_q && last_col && last_block && last_step && steps_i == 8'd2 &&
                   32'(last_block_i) == Blocks - 1);
    c_again: cover (rst_ni && !walk_q && visit_q == columns && start_i && !clr_i);
  end

endmodule
