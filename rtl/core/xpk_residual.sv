// SPDX-License-Identifier: Apache-2.0
// Joins a residual path and a branch, one gate per feature (numerics, section 8).
//
// | parameter | legal | meaning                    |
// |-----------|-------|----------------------------|
// | Width     | >= 1  | features of a spike vector |
//
// Combinational. The unused code 3 acts like IAND.

`default_nettype none

module xpk_residual #(
    parameter int unsigned Width = 8
) (
    input  wire logic [      1:0] mode_i,
    input  wire logic [Width-1:0] x_i,
    input  wire logic [Width-1:0] branch_i,
    output logic      [Width-1:0] y_o
);

  always_comb begin
    unique case (mode_i)
      xpk_pkg::ResidualOr: y_o = x_i | branch_i;
      xpk_pkg::ResidualXor: y_o = x_i ^ branch_i;
      default: y_o = x_i & ~branch_i;
    endcase
  end

endmodule

`default_nettype wire
