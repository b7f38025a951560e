// SPDX-License-Identifier: Apache-2.0
// Number of ones in a vector. Combinational.
//
// | parameter | legal | meaning           |
// |-----------|-------|-------------------|
// | Width     | >= 1  | bits of the input |

`default_nettype none

module xpk_popcount #(
    parameter int unsigned Width = 8,
    localparam int unsigned CountBits = $clog2(Width + 1)
) (
    input  wire logic [Width-1:0]     bits_i,
    output logic      [CountBits-1:0] count_o
);

  if (Width < 1) begin : gen_check_width
    $error("xpk_popcount: Width must be at least 1");
  end

  // Both tools turn the function into a good tree by themselves: carry-save adders in synthesis,
  // word-wise bit tricks in simulation.
  assign count_o = CountBits'($countones(bits_i));

endmodule

`default_nettype wire
