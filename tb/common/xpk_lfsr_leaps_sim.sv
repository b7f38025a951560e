// SPDX-License-Identifier: Apache-2.0
// One random bank for every legal Leap, of 1 to 5 lanes, so that one simulation covers all of them.
// Bank b has Leap b + 1 and b mod 5 + 1 lanes; its bytes are at [b*160 +: 160], lane 0 lowest.

`default_nettype none

module xpk_lfsr_leaps_sim (
    input  wire logic            clk_i,
    input  wire logic            rst_ni,
    input  wire logic [31:0]     seed_we_i,
    input  wire logic [2:0]      seed_lane_i,
    input  wire logic [31:0]     seed_i,
    input  wire logic [31:0]     draw_i,
    output logic      [5119:0]   bytes_o
);

  for (genvar b = 0; b < 32; b++) begin : gen_bank
    localparam int unsigned Lanes = b % 5 + 1;
    logic [Lanes*32-1:0] bytes;
    xpk_lfsr_bank #(
        .Lanes(Lanes),
        .Leap (b + 1)
    ) u_bank (
        .clk_i,
        .rst_ni,
        .seed_we_i  (seed_we_i[b]),
        .seed_lane_i(16'(seed_lane_i)),
        .seed_i,
        .draw_i     (draw_i[b]),
        .bytes_o    (bytes)
    );
    assign bytes_o[b*160+:160] = 160'(bytes);
  end

endmodule

`default_nettype wire
