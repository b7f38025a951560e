// SPDX-License-Identifier: Apache-2.0
// Population counts of several widths over the low bits of one input.

`default_nettype none

module xpk_popcounts_sim (
    input  wire logic [299:0] bits_i,
    output logic      [0:0]   count1_o,
    output logic      [1:0]   count2_o,
    output logic      [2:0]   count7_o,
    output logic      [3:0]   count8_o,
    output logic      [5:0]   count33_o,
    output logic      [6:0]   count64_o,
    output logic      [8:0]   count256_o,
    output logic      [8:0]   count300_o
);

  xpk_popcount #(.Width(1)) u_count1 (.bits_i(bits_i[0]), .count_o(count1_o));
  xpk_popcount #(.Width(2)) u_count2 (.bits_i(bits_i[1:0]), .count_o(count2_o));
  xpk_popcount #(.Width(7)) u_count7 (.bits_i(bits_i[6:0]), .count_o(count7_o));
  xpk_popcount #(.Width(8)) u_count8 (.bits_i(bits_i[7:0]), .count_o(count8_o));
  xpk_popcount #(.Width(33)) u_count33 (.bits_i(bits_i[32:0]), .count_o(count33_o));
  xpk_popcount #(.Width(64)) u_count64 (.bits_i(bits_i[63:0]), .count_o(count64_o));
  xpk_popcount #(.Width(256)) u_count256 (.bits_i(bits_i[255:0]), .count_o(count256_o));
  xpk_popcount #(.Width(300)) u_count300 (.bits_i, .count_o(count300_o));

endmodule

`default_nettype wire
