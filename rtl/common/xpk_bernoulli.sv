// SPDX-License-Identifier: Apache-2.0
// Bernoulli encoder: an integer and a random byte make one spike.
//
//   spike_o = value_i > (byte_i & (2^exponent_i - 1)),  P(spike) = min(1, value / 2^exponent)
//
// The comparison is exact at both ends: value 0 never spikes, value 2^exponent always does.
// exponent_i is 0..8; larger ones act like 8. Combinational.
// Source: docs/numerics.md section 3; arXiv 2408.08794, Bernoulli encoders of the SSA engine.

module xpk_bernoulli (
  input  logic [8:0] value_i,
  input  logic [7:0] byte_i,
  input  logic [3:0] exponent_i,
  output logic       spike_o
);

  // Ones below the exponent: a shift moves the zeros in, which needs no subtraction.
  logic [7:0] mask;
  assign mask = ~(8'hFF << exponent_i);

  assign spike_o = value_i > {1'b0, byte_i & mask};

endmodule : xpk_bernoulli
