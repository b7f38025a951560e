// SPDX-License-Identifier: Apache-2.0
// A bank of random lanes that draw together and are seeded one by one.
//
// | parameter | legal | meaning                 |
// |-----------|-------|-------------------------|
// | Lanes     | >= 1  | lanes, four bytes each  |
// | Leap      | 1..32 | register steps per draw |
//
// Random byte b of the bank is bytes_o[8b +: 8]. A seed written in cycle c is on offer (advanced by
// one draw) from cycle c + 1 on. Writes to lanes that do not exist are ignored.
// Source: docs/numerics.md section 2.

`default_nettype none

module xpk_lfsr_bank #(
    parameter int unsigned Lanes = 4,
    parameter int unsigned Leap = 32,
    localparam int unsigned LaneBits = (Lanes > 1) ? $clog2(Lanes) : 1
) (
    input  wire logic                clk_i,
    input  wire logic                rst_ni,
    input  wire logic                seed_we_i,
    input  wire logic [LaneBits-1:0] seed_lane_i,
    input  wire logic [31:0]         seed_i,
    input  wire logic                draw_i,
    output logic      [Lanes*32-1:0] bytes_o
);

  if (Lanes < 1) begin : gen_check_lanes
    $error("xpk_lfsr_bank: Lanes must be at least 1");
  end

  for (genvar l = 0; l < Lanes; l++) begin : gen_lane
    xpk_lfsr_lane #(
        .Leap(Leap)
    ) u_lane (
        .clk_i,
        .rst_ni,
        .seed_we_i(seed_we_i && seed_lane_i == LaneBits'(l)),
        .seed_i,
        .draw_i,
        .bytes_o  (bytes_o[l*32+:32])
    );
  end

endmodule

`default_nettype wire
