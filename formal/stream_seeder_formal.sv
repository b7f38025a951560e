// SPDX-License-Identifier: Apache-2.0
// xpk_stream_seeder: a start while idle writes every lane of its kind once, in order, in 18 + lanes
// cycles, then it is idle again; no lane is seeded with 0, whatever the words.
//
// Assumes that the jump maps no state but 0 to 0: lfsr_jump_formal, and the map is linear. (Put to
// the solver directly, this is a dense system of XORs, for which it has no method.)

module stream_seeder_formal #(
    parameter int unsigned EncoderLanes = 2,
    parameter int unsigned AttentionLanes = 3,
    parameter int unsigned CalibrationLanes = 1
) (
    input wire logic        clk_i,
    input wire logic        rst_ni,
    input wire logic        clr_i,
    input wire logic        start_i,
    input wire logic        kind_i,
    input wire logic        calibrate_i,
    input wire logic [3:0]  layer_i,
    input wire logic [31:0] seed_i,
    input wire logic [31:0] image_i
);

  logic busy, kind, we;
  logic [15:0] lane;
  logic [31:0] state;

  xpk_stream_seeder #(
      .EncoderLanes(EncoderLanes),
      .AttentionLanes(AttentionLanes),
      .CalibrationLanes(CalibrationLanes)
  ) u_dut (
      .clk_i, .rst_ni, .clr_i, .start_i, .kind_i, .calibrate_i, .layer_i, .seed_i,
      .image_i,
      .busy_o(busy), .seed_kind_o(kind), .seed_we_o(we), .seed_lane_o(lane), .seed_state_o(state)
  );

  first_reset u_reset (.clk_i, .rst_ni);

  // Cycles of the run so far.
  logic run_q, kind_q, calibrate_q, we_q;
  logic [16:0] cycle_q, length;
  logic [31:0] state_q;

  assign length = 17'd18 + (kind_q ? 17'(AttentionLanes) :
                            calibrate_q ? 17'(CalibrationLanes) : 17'(EncoderLanes));

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      run_q <= 1'b0;
      kind_q <= 1'b0;
      calibrate_q <= 1'b0;
      cycle_q <= '0;
      we_q <= 1'b0;
    end else if (clr_i) begin
      run_q <= 1'b0;
      we_q <= 1'b0;
    end else begin
      we_q <= we;
      if (run_q) begin
        cycle_q <= cycle_q + 17'd1;
        run_q <= cycle_q + 17'd1 != length;
      end else if (start_i) begin
        run_q <= 1'b1;
        kind_q <= kind_i;
        calibrate_q <= calibrate_i;
        cycle_q <= '0;
      end
    end
  end
  always_ff @(posedge clk_i) state_q <= state;

  logic probe_mix, probe_calibrate;
  logic [2:0] probe_round;
  logic [1:0] probe_word;

  always_comb begin
    // Jumped from the state of the cycle before.
    if (we_q && state_q != '0) assume (state != '0);

    a_busy: assert (busy == run_q);
    a_writes: assert (we == (run_q && cycle_q >= 17'd18));
    if (we) begin
      a_kind: assert (kind == kind_q);
      a_lane: assert (17'(lane) == cycle_q - 17'd18);
      a_not_zero: assert (state != '0);
    end
    // Helpers of the induction.
    h_mix: assert (probe_mix == (run_q && cycle_q < 17'd18));
    if (probe_mix) begin
      h_count: assert (17'(probe_word) * 17'd6 + 17'(probe_round) == cycle_q && lane == '0);
      h_round: assert (probe_round < 3'd6);
    end
    if (run_q) h_run: assert (cycle_q < length && kind == kind_q);
    if (run_q && !kind_q) h_calibrate: assert (probe_calibrate == calibrate_q);
  end

  always_ff @(posedge clk_i) begin
    c_zero_base: cover (rst_ni && we && lane == '0 && state == 32'd1);
    c_ends: cover (rst_ni && !busy && we_q && kind_q);
  end

endmodule
