// SPDX-License-Identifier: Apache-2.0
// CRC-32 of IEEE 802.3 over words of 32 bits, the low byte first. Combinational.
//
// No parameters. `crc_i` is the CRC of the words before, 0 for none; `crc_o` that with `data_i` behind
// them. Both are finished values, as zlib's crc32() takes and gives them.
// Source: IEEE 802.3, 3.2.9 (polynomial 0x04C11DB7, here with its bits reversed).

`default_nettype none

module xpk_crc32 (
    input  wire logic [31:0] crc_i,
    input  wire logic [31:0] data_i,
    output logic      [31:0] crc_o
);

  localparam logic [31:0] Polynomial = 32'hEDB8_8320;

  logic [31:0] state;

  always_comb begin
    state = ~crc_i ^ data_i;
    for (int unsigned i = 0; i < 32; i++) begin
      state = (state >> 1) ^ (state[0] ? Polynomial : 32'd0);
    end
    crc_o = ~state;
  end

endmodule

`default_nettype wire
