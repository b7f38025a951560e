// SPDX-License-Identifier: Apache-2.0
// Makes the lane states of a phase: the base state from four words, then one or more lanes per cycle.
//
// | parameter      | legal    | meaning                                    |
// |----------------|----------|--------------------------------------------|
// | EncoderLanes   | 1..65535 | lanes of kind 0                            |
// | AttentionLanes | 1..65535 | lanes of kind 1, banks S and A of all heads |
// | CalibrationLanes | 1..65535 | lanes of kind 0 for a calibration pass   |
// | Seeds          | 1..32, a power of two | lanes made per cycle           |
//
// start_i samples the words (ignored while busy). 18 cycles mix them, one stirring round each; then
// the lanes L = 0, 1, .. of the kind are written, Seeds of them in every cycle: seed_lane_o is the
// number of the first one, bits [32 s +: 32] of seed_state_o are the state of lane seed_lane_o + s,
// J^L base, J = 2^20 register steps. The last write may name lanes that do not exist. busy_o is high
// from the cycle after start_i to that of the last write: 18 + ceil(lanes / Seeds) cycles. Kind 0
// belongs to no layer: layer_i then counts as 0. With calibrate_i, of kind 0, the image counts as 0 and
// the third word is 2, which no layer and kind have.
//
// Source: docs/numerics.md section 2.

`default_nettype none

module xpk_stream_seeder #(
    parameter int unsigned EncoderLanes = 4,
    parameter int unsigned AttentionLanes = 8,
    parameter int unsigned CalibrationLanes = 1,
    parameter int unsigned Seeds = 1
) (
    input  wire logic        clk_i,
    input  wire logic        rst_ni,
    input  wire logic        clr_i,
    input  wire logic        start_i,
    input  wire logic        kind_i,  // 0 encoder, 1 attention
    input  wire logic        calibrate_i,
    input  wire logic [3:0]  layer_i,
    input  wire logic [31:0] seed_i,
    input  wire logic [31:0] image_i,
    output logic             busy_o,
    output logic             seed_kind_o,
    output logic             seed_we_o,
    output logic      [15:0] seed_lane_o,
    output logic      [Seeds*32-1:0] seed_state_o
);

  if (EncoderLanes < 1 || EncoderLanes > 65535) begin : gen_check_encoder
    $error("xpk_stream_seeder: EncoderLanes must be 1..65535");
  end
  if (AttentionLanes < 1 || AttentionLanes > 65535) begin : gen_check_attention
    $error("xpk_stream_seeder: AttentionLanes must be 1..65535");
  end

  if (CalibrationLanes < 1 || CalibrationLanes > 65535) begin : gen_check_calibration
    $error("xpk_stream_seeder: CalibrationLanes must be 1..65535");
  end

  if (Seeds < 1 || Seeds > 32 || (Seeds & (Seeds - 1)) != 0) begin : gen_check_seeds
    $error("xpk_stream_seeder: Seeds must be a power of two, 1..32");
  end

  localparam logic [2:0] LastRound = 3'd5;  // of a word
  localparam logic [1:0] LastWord = 2'd2;   // seed, image, layer with kind

  // The carries of the addition are what makes neighbouring words independent.
  function automatic logic [31:0] stir(input logic [31:0] h);
    stir = h + (h << 9);
    stir = stir ^ (stir >> 12);
  endfunction

  // Multiplication of a state by a constant bit matrix, column b in bits [32 b +: 32].
  function automatic logic [31:0] times(input logic [1023:0] matrix, input logic [31:0] s);
    times = '0;
    for (int unsigned b = 0; b < 32; b++) begin
      times = times ^ (matrix[32*b+:32] & {32{s[b]}});
    end
  endfunction

  // The matrix of `count` jumps, worked out at elaboration.
  function automatic logic [1023:0] jumps(input int unsigned count);
    jumps = xpk_pkg::LfsrJump;
    for (int unsigned i = 1; i < count; i++) begin
      for (int unsigned b = 0; b < 32; b++) begin
        jumps[32*b+:32] = times(xpk_pkg::LfsrJump, jumps[32*b+:32]);
      end
    end
  endfunction

  localparam logic [1023:0] GroupJump = jumps(Seeds);

  logic mix_q;   // mixing words
  logic emit_q;  // writing lanes
  logic kind_q;
  logic [2:0] round_q;
  logic [1:0] word_q;
  logic [3:0] layer_q;
  logic [31:0] image_q;
  logic [15:0] lane_q;
  logic [31:0] state_q;
  logic [31:0] mixed;
  logic last_lane;

  assign mixed = stir(state_q);
  // Numbers of the first lanes of the last groups.
  assign last_lane = lane_q == (kind_q ? 16'((AttentionLanes - 1) / Seeds * Seeds) :
                                layer_q[0] ? 16'((CalibrationLanes - 1) / Seeds * Seeds)
                                           : 16'((EncoderLanes - 1) / Seeds * Seeds));

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      {mix_q, emit_q, kind_q} <= '0;
      round_q <= '0;
      word_q  <= '0;
      layer_q <= '0;
      image_q <= '0;
      lane_q  <= '0;
      state_q <= '0;
    end else if (clr_i) begin
      {mix_q, emit_q} <= '0;
    end else if (mix_q) begin
      // Six rounds per word; the next word joins after the sixth.
      round_q <= round_q + 3'd1;
      state_q <= mixed;
      if (round_q == LastRound) begin
        round_q <= '0;
        word_q  <= word_q + 2'd1;
        if (word_q == LastWord) begin
          {mix_q, emit_q} <= 2'b01;
          if (mixed == '0) state_q <= 32'd1;
        end else if (word_q == 2'd0) begin
          state_q <= mixed + image_q;
        end else begin
          state_q <= mixed + 32'({layer_q, kind_q});
        end
      end
    end else if (emit_q) begin
      state_q <= times(GroupJump, state_q);
      lane_q  <= lane_q + 16'(Seeds);
      emit_q  <= !last_lane;
    end else if (start_i) begin
      mix_q   <= 1'b1;
      kind_q  <= kind_i;
      round_q <= '0;
      word_q  <= '0;
      // With kind 0 a layer of 1 makes the word 2 of a calibration pass.
      layer_q <= kind_i ? layer_i : {3'd0, calibrate_i};
      image_q <= calibrate_i ? '0 : image_i;
      lane_q  <= '0;
      state_q <= xpk_pkg::MixSeed + seed_i;
    end
  end

  assign busy_o = mix_q || emit_q;
  assign seed_kind_o = kind_q;
  assign seed_we_o = emit_q;
  assign seed_lane_o = lane_q;
  assign seed_state_o[31:0] = state_q;

  for (genvar s = 1; s < Seeds; s++) begin : gen_seed
    localparam logic [1023:0] Jumps = jumps(s);
    assign seed_state_o[32*s+:32] = times(Jumps, state_q);
  end

endmodule

`default_nettype wire
