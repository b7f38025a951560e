// SPDX-License-Identifier: Apache-2.0
// xpk_lfsr_lane: the state is never 0, whatever mix of seeds and draws comes.
//
// Assumes: no seed is 0 (xpk_stream_seeder makes none: stream_seeder_formal).

module lfsr_lane_formal #(
    parameter int unsigned Leap = 32
) (
    input wire logic        clk_i,
    input wire logic        rst_ni,
    input wire logic        seed_we_i,
    input wire logic [31:0] seed_i,
    input wire logic        draw_i
);

  logic [31:0] bytes, before_q;
  logic idle_q;

  xpk_lfsr_lane #(
      .Leap(Leap)
  ) u_dut (
      .clk_i, .rst_ni, .seed_we_i, .seed_i, .draw_i, .bytes_o(bytes)
  );

  first_reset u_reset (.clk_i, .rst_ni);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) idle_q <= 1'b0;
    else idle_q <= !seed_we_i && !draw_i;
  end
  always_ff @(posedge clk_i) before_q <= bytes;

  always_comb begin
    if (seed_we_i) assume (seed_i != '0);
    a_not_zero: assert (bytes != '0);
    if (idle_q) a_holds: assert (bytes == before_q);
  end

  always_ff @(posedge clk_i) begin
    c_seed: cover (rst_ni && seed_we_i && bytes != 32'd1);
    c_draw: cover (rst_ni && draw_i && !seed_we_i && bytes != 32'd1);
  end

endmodule
