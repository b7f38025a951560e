// SPDX-License-Identifier: Apache-2.0
// Sum of the codes' magnitudes of one row block in a calibration pass.
//
// | parameter  | legal  | meaning                    |
// |------------|--------|----------------------------|
// | Converters | 1..256 | lanes                      |
// | Arrays     | 1..256 | arrays that a lane adds up |
//
// `add_i`: the lanes of `current_i`, 4 * the sum of magnitudes each, join the sum; it is complete two
// cycles later. `read_i` answers its lower or upper half in the next cycle; after the upper one the
// sum starts again at 0. `rdata_o` is 0 in all other cycles. Reset and `clr_i` set the sum to 0.
// A pass of at most 1024 vectors stays below 2^30 in an array of 256 columns. Numerics section 11.

`default_nettype none

module xpk_code_meter #(
    parameter int unsigned Converters = 4,
    parameter int unsigned Arrays = 1,
    localparam int unsigned CurrentBits = xpk_pkg::CurrentBits,
    localparam int unsigned HalfBits = xpk_pkg::SumBits / 2
) (
    input  wire logic                              clk_i,
    input  wire logic                              rst_ni,
    input  wire logic                              clr_i,
    input  wire logic                              add_i,
    input  wire logic [Converters*CurrentBits-1:0] current_i,
    input  wire logic                              read_i,
    input  wire logic                              high_i,
    output logic      [HalfBits-1:0]               rdata_o,
    output logic                                   rvalid_o
);

  // A magnitude is at most 16.
  localparam int unsigned LaneBits = $clog2(16 * Arrays + 1);
  localparam int unsigned LanesBits = $clog2(16 * Arrays * Converters + 1);

  logic add_q;
  logic [LanesBits-1:0] lanes_d, lanes_q;
  logic [xpk_pkg::SumBits-1:0] sum_q;

  always_comb begin
    lanes_d = '0;
    for (int unsigned c = 0; c < Converters; c++) begin
      lanes_d = lanes_d + LanesBits'(current_i[c*CurrentBits+2+:LaneBits]);
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      add_q <= 1'b0;
      lanes_q <= '0;
      sum_q <= '0;
      rdata_o <= '0;
      rvalid_o <= 1'b0;
    end else if (clr_i) begin
      add_q <= 1'b0;
      sum_q <= '0;
      rdata_o <= '0;
      rvalid_o <= 1'b0;
    end else begin
      add_q <= add_i;
      if (add_i) lanes_q <= lanes_d;
      if (read_i && high_i) sum_q <= '0;
      else if (add_q) sum_q <= sum_q + xpk_pkg::SumBits'(lanes_q);
      rvalid_o <= read_i;
      if (read_i) rdata_o <= high_i ? sum_q[HalfBits+:HalfBits] : sum_q[0+:HalfBits];
      else if (rvalid_o) rdata_o <= '0;
    end
  end

  // Lanes hold four times a magnitude, and their upper bits are 0 in small row blocks.
  wire unused = &{1'b0, current_i};

endmodule

`default_nettype wire
