// SPDX-License-Identifier: Apache-2.0
// The jump matrix J of xpk_pkg is L^(2^20) up to a root of unity: J^(2^12) = L^(2^32), which is L,
// the matrix of one register step, since L has period 2^32 - 1. L maps no state but 0 to 0, so J
// does not either. Constants only: Yosys works the matrices out, the solver compares.

module lfsr_jump_formal (
    input wire logic clk_i
);

  // Column b (bits 32b+31:32b) is what becomes of state 2^b.
  function automatic logic [31:0] times(input logic [1023:0] matrix, input logic [31:0] state);
    times = '0;
    for (int unsigned b = 0; b < 32; b++) begin
      times = times ^ (matrix[32*b+:32] & {32{state[b]}});
    end
  endfunction

  function automatic logic [31:0] step(input logic [31:0] state);
    step = (state >> 1) ^ (state[0] ? xpk_pkg::LfsrTaps : 32'd0);
  endfunction

  // Powers 2^0 .. 2^12 of J.
  logic [13*1024-1:0] powers;
  assign powers[1023:0] = xpk_pkg::LfsrJump;

  for (genvar p = 0; p < 12; p++) begin : gen_square
    for (genvar b = 0; b < 32; b++) begin : gen_column
      assign powers[(p+1)*1024+b*32+:32] =
          times(powers[p*1024+:1024], powers[p*1024+b*32+:32]);
    end
  end

  logic [1023:0] single;
  for (genvar b = 0; b < 32; b++) begin : gen_single
    assign single[b*32+:32] = step(32'd1 << b);
  end

  // Any state, for the single step.
  (* anyconst *) logic [31:0] state;

  always_comb begin
    a_jump: assert (powers[12*1024+:1024] == single);
    if (state != '0) a_step: assert (step(state) != '0);
  end

  always_ff @(posedge clk_i) c_runs: cover (state == 32'd5);

endmodule
