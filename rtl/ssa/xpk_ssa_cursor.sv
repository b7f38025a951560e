// SPDX-License-Identifier: Apache-2.0
// Walks over the columns of all time steps, columns inner, one per cycle.
//
// | parameter | legal  | meaning           |
// |-----------|--------|-------------------|
// | HeadDim   | 1..256 | columns of a step |
//
// active_o is high for steps_i * HeadDim cycles, from the cycle after start_i on. steps_i is stable
// meanwhile. start_i is only given while active_o is low.

`default_nettype none

module xpk_ssa_cursor #(
    parameter int unsigned HeadDim = 8,
    localparam int unsigned ColBits = (HeadDim > 1) ? $clog2(HeadDim) : 1
) (
    input  wire logic               clk_i,
    input  wire logic               rst_ni,
    input  wire logic               clr_i,
    input  wire logic               start_i,
    input  wire logic [7:0]         steps_i,
    output logic                    active_o,
    output logic      [7:0]         step_o,
    output logic      [ColBits-1:0] col_o,
    output logic                    first_col_o,
    output logic                    last_col_o,
    output logic                    last_step_o
);

  logic active_q;
  logic [7:0] step_q;
  logic [ColBits-1:0] col_q;

  assign active_o = active_q;
  assign step_o = step_q;
  assign col_o = col_q;
  assign first_col_o = active_q && col_q == '0;
  assign last_col_o = active_q && col_q == ColBits'(HeadDim - 1);
  assign last_step_o = step_q == steps_i - 8'd1;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      active_q <= 1'b0;
      step_q   <= '0;
      col_q    <= '0;
    end else if (clr_i || start_i) begin
      active_q <= !clr_i;
      step_q   <= '0;
      col_q    <= '0;
    end else if (active_q) begin
      col_q <= col_q + 1'b1;
      if (last_col_o) begin
        col_q <= '0;
        step_q <= step_q + 8'd1;
        active_q <= !last_step_o;
      end
    end
  end

endmodule

`default_nettype wire
