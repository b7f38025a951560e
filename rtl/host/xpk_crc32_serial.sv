// SPDX-License-Identifier: Apache-2.0
// CRC-32 of IEEE 802.3, one bit per cycle: the small sister of xpk_crc32.
//
// No parameters. `clr_i` begins a new one. With `step_i`, the bit `bit_i` joins; the bits of a byte
// come from the low one on. With `out_i` beside it the CRC leaves instead, a bit per cycle on
// `bit_o`, in the order in which it is sent. `good_o`: the last 32 bits were the CRC of those before.
// Source: IEEE 802.3, 3.2.9 (polynomial 0x04C11DB7, here with its bits reversed).

`default_nettype none

module xpk_crc32_serial (
    input  wire logic clk_i,
    input  wire logic rst_ni,
    input  wire logic clr_i,
    input  wire logic step_i,
    input  wire logic out_i,
    input  wire logic bit_i,
    output logic      bit_o,
    output logic      good_o
);

  localparam logic [31:0] Polynomial = 32'hEDB8_8320;
  localparam logic [31:0] Residue = 32'hDEBB_20E3;  // of any message and its CRC

  logic [31:0] crc_q;
  logic feedback;

  assign feedback = (crc_q[0] ^ bit_i) && !out_i;
  assign bit_o = !crc_q[0];
  assign good_o = crc_q == Residue;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      crc_q <= '1;
    end else if (clr_i) begin
      crc_q <= '1;
    end else if (step_i) begin
      crc_q <= {1'b0, crc_q[31:1]} ^ (feedback ? Polynomial : 32'd0);
    end
  end

endmodule

`default_nettype wire
