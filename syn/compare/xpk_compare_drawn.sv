// SPDX-License-Identifier: Apache-2.0
// For comparison only: one row of stochastic attention cells as the paper draws them. Per cell an AND
// gate and an 8-bit up counter, a comparator with a random number, a register that holds the score for
// the next time step, and a delay line of Delay bits that brings V to it. With Delay 0 the cell is the
// fair one: V is read from the memory when it is needed.
//
// | parameter | legal  | meaning                                          |
// |-----------|--------|--------------------------------------------------|
// | Cells     | 1..256 | cells of the row                                 |
// | Delay     | 0..256 | columns by which V is delayed, dK as drawn       |
//
// load_i clears the counters (together with last_i from the second step on). With last_i the scores
// of the step are held, its last column included; bytes_i then still shows the numbers of this step.
// Source: arXiv 2408.08794, stochastic attention cell.

`default_nettype none

module xpk_compare_drawn #(
    parameter int unsigned Cells = 16,
    parameter int unsigned Delay = 64
) (
    input  wire logic               clk_i,
    input  wire logic               load_i,
    input  wire logic [Cells*8-1:0] bytes_i,
    input  wire logic               valid_i,
    input  wire logic               q_i,
    input  wire logic [Cells-1:0]   k_i,
    input  wire logic               last_i,
    input  wire logic [Cells-1:0]   v_i,
    output logic      [Cells-1:0]   hit_o
);

  for (genvar c = 0; c < Cells; c++) begin : gen_cell
    logic [7:0] count_q, count_d;
    logic score_q;

    assign count_d = count_q + 8'(q_i && k_i[c]);

    always_ff @(posedge clk_i) begin
      if (load_i) count_q <= '0;
      else if (valid_i) count_q <= count_d;
      if (last_i) score_q <= count_d > bytes_i[8*c+:8];
    end

    if (Delay == 0) begin : gen_direct
      assign hit_o[c] = score_q && v_i[c];
    end else begin : gen_delay
      logic [Delay-1:0] line_q;

      always_ff @(posedge clk_i) begin
        if (valid_i) line_q <= Delay'({line_q, v_i[c]});
      end
      assign hit_o[c] = score_q && line_q[Delay-1];
    end
  end

endmodule

`default_nettype wire
