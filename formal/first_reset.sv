// SPDX-License-Identifier: Apache-2.0
// Assumes a reset in the first cycle. Later resets come when they like.

module first_reset (
    input wire logic clk_i,
    input wire logic rst_ni
);

  logic first_q = 1'b1;

  always_ff @(posedge clk_i) first_q <= 1'b0;

  always_comb begin
    if (first_q) assume (!rst_ni);
  end

endmodule
