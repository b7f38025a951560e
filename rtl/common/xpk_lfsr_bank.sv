// SPDX-License-Identifier: Apache-2.0
// A bank of random lanes that are seeded one by one, or in groups, and draw together, or each by
// itself.
//
// | parameter | legal | meaning                                                          |
// |-----------|-------|------------------------------------------------------------------|
// | Lanes     | >= 1  | lanes, four bytes each                                           |
// | Leap      | 1..32 | register steps per draw                                          |
// | Seeds     | 1..32, a power of two | lanes that one write seeds                       |
// | First     | >= 0  | number of lane 0 on the seed port, where banks may stand in line |
// | Draws     | 1 or Lanes | draw enables: one for all lanes, or one for each            |
//
// Random byte b of the bank is bytes_o[8b +: 8]. A write seeds the lanes seed_lane_i .. seed_lane_i +
// Seeds - 1 of the port (seed_lane_i is a multiple of Seeds), those that exist, with bits
// [32 s +: 32] of seed_i. A seed written in cycle c is on offer (advanced by one draw) from cycle
// c + 1 on.
// Source: docs/numerics.md section 2.

`default_nettype none

module xpk_lfsr_bank #(
    parameter int unsigned Lanes = 4,
    parameter int unsigned Leap = 32,
    parameter int unsigned Seeds = 1,
    parameter int unsigned First = 0,
    parameter int unsigned Draws = 1
) (
    input  wire logic                clk_i,
    input  wire logic                rst_ni,
    input  wire logic                seed_we_i,
    input  wire logic [15:0]         seed_lane_i,
    input  wire logic [Seeds*32-1:0] seed_i,
    input  wire logic [Draws-1:0]    draw_i,
    output logic      [Lanes*32-1:0] bytes_o
);

  if (Lanes < 1) begin : gen_check_lanes
    $error("xpk_lfsr_bank: Lanes must be at least 1");
  end
  if (Draws != 1 && Draws != Lanes) begin : gen_check_draws
    $error("xpk_lfsr_bank: Draws must be 1 or Lanes");
  end

  // Groups of lanes, counted from that of lane 0.
  localparam int unsigned FirstGroup = First / Seeds;
  localparam int unsigned Groups = (First + Lanes - 1) / Seeds - FirstGroup + 1;
  localparam int unsigned GroupBits = (Groups > 1) ? $clog2(Groups) : 1;

  logic [15:0] group;
  logic here;
  assign group = 16'(32'(seed_lane_i) / Seeds - FirstGroup);
  assign here = seed_we_i && group < 16'(Groups);

  for (genvar l = 0; l < Lanes; l++) begin : gen_lane
    xpk_lfsr_lane #(
        .Leap(Leap)
    ) u_lane (
        .clk_i,
        .rst_ni,
        .seed_we_i(here && group[GroupBits-1:0] == GroupBits'((First + l) / Seeds - FirstGroup)),
        .seed_i   (seed_i[(First+l)%Seeds*32+:32]),
        .draw_i   (draw_i[l%Draws]),
        .bytes_o  (bytes_o[l*32+:32])
    );
  end

  // States of a group that belong to no lane of this bank.
  wire unused = &{1'b0, seed_i};

endmodule

`default_nettype wire
