// SPDX-License-Identifier: Apache-2.0
// Bench top: the Bernoulli encoder of the package.

module xpk_bernoulli_sim (
  input  logic [10:0] value_i,
  input  logic [9:0]  draw_i,
  input  logic [3:0]  exponent_i,
  output logic        spike_o
);

  assign spike_o = xpk_pkg::bernoulli(value_i, draw_i, exponent_i);

endmodule : xpk_bernoulli_sim
