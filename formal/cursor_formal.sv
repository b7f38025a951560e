// SPDX-License-Identifier: Apache-2.0
// xpk_ssa_cursor: after a start every column of every time step is visited exactly once, in order,
// one per cycle, with the marks of first and last. Visit number k must be step k / HeadDim,
// column k mod HeadDim, and there are steps_i * HeadDim visits.
//
// Assumes: at least one step, standing still while active; no start while active.

module cursor_formal #(
    parameter int unsigned HeadDim = 3,
    localparam int unsigned ColBits = (HeadDim > 1) ? $clog2(HeadDim) : 1
) (
    input wire logic       clk_i,
    input wire logic       rst_ni,
    input wire logic       clr_i,
    input wire logic       start_i,
    input wire logic [7:0] steps_i
);

  logic active, first_col, last_col, last_step;
  logic [7:0] step;
  logic [ColBits-1:0] col;

  xpk_ssa_cursor #(
      .HeadDim(HeadDim)
  ) u_dut (
      .clk_i, .rst_ni, .clr_i, .start_i, .steps_i,
      .active_o(active), .step_o(step), .col_o(col),
      .first_col_o(first_col), .last_col_o(last_col), .last_step_o(last_step)
  );

  first_reset u_reset (.clk_i, .rst_ni);

  logic walk_q;
  logic [16:0] visit_q;
  logic [7:0] steps_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      walk_q <= 1'b0;
      visit_q <= '0;
    end else if (clr_i) begin
      walk_q <= 1'b0;
    end else if (start_i) begin
      walk_q <= 1'b1;
      visit_q <= '0;
    end else begin
      visit_q <= visit_q + 17'd1;
      if (visit_q + 17'd1 == 17'(steps_i) * 17'(HeadDim)) walk_q <= 1'b0;
    end
  end

  always_ff @(posedge clk_i) steps_q <= steps_i;

  always_comb begin
    assume (steps_i != '0);
    if (walk_q) assume (!start_i && steps_i == steps_q);

    a_active: assert (active == walk_q);
    if (active) begin
      a_position: assert (17'(step) * 17'(HeadDim) + 17'(col) == visit_q);
      a_range: assert (step < steps_i && 32'(col) < HeadDim);
      a_last_step: assert (last_step == (step + 8'd1 == steps_i));
    end
    a_first_col: assert (first_col == (active && col == '0));
    a_last_col: assert (last_col == (active && 32'(col) == HeadDim - 1));
  end

  always_ff @(posedge clk_i) begin
    c_ends: cover (rst_ni && walk_q && last_col && last_step && steps_i == 8'd2);
    c_again: cover (rst_ni && !walk_q && visit_q == 17'(HeadDim) && start_i && !clr_i);
  end

endmodule
