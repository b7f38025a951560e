// SPDX-License-Identifier: Apache-2.0
// Lane states of a phase for a folded chip: what xpk_stream_seeder makes, with one adder and no matrix.
//
// | parameter      | legal    | meaning                                     |
// |----------------|----------|---------------------------------------------|
// | EncoderLanes   | 1..65535 | lanes of kind 0                             |
// | AttentionLanes | 1..65535 | lanes of kind 1, banks S and A of all heads |
//
// start_i (ignored while busy) begins; kind and layer are sampled, seed and image must stay while busy_o
// is up. Three words join the state, each with a cycle to add it and six to stir; then lanes 0, 1, .. of
// the kind are written, one every 33 cycles: seed_we_o with seed_lane_o and seed_state_o. busy_o is up from
// the cycle after start_i to that of the last write: 22 + 33 (lanes - 1) + 1 cycles. Kind 0 belongs to
// no layer: layer_i then counts as 0.
//
// From lane to lane the state jumps J = 2^20 register steps. One step S moves bit 31 k places down in k
// steps, k < 32, so 1, S, .., S^31 take bit 31 to each of the bits; J, which commutes with S, is the sum of
// those S^k whose bit 31 - k is set in J's image of bit 31. Horner's rule needs one step and one
// addition a cycle.
// Source: docs/numerics.md section 2.

`default_nettype none

module xpk_fold_seeder #(
    parameter int unsigned EncoderLanes = 4,
    parameter int unsigned AttentionLanes = 8
) (
    input  wire logic        clk_i,
    input  wire logic        rst_ni,
    input  wire logic        clr_i,
    input  wire logic        start_i,
    input  wire logic        kind_i,  // 0 encoder, 1 attention
    input  wire logic [3:0]  layer_i,
    input  wire logic [31:0] seed_i,
    input  wire logic [31:0] image_i,
    output logic             busy_o,
    output logic             seed_kind_o,
    output logic             seed_we_o,
    output logic      [15:0] seed_lane_o,
    output logic      [31:0] seed_state_o
);

  localparam int unsigned Lanes = (AttentionLanes > EncoderLanes) ? AttentionLanes : EncoderLanes;
  localparam int unsigned LaneBits = (Lanes > 1) ? $clog2(Lanes) : 1;
  localparam logic [31:0] Jump = xpk_pkg::LfsrJump[1023:992];  // of bit 31
  localparam logic [4:0] LastRound = 5'd5;                     // of a word
  localparam logic [1:0] LastWord = 2'd2;                      // seed, image, layer with kind

  if (EncoderLanes < 1 || EncoderLanes > 65535 || AttentionLanes < 1 || AttentionLanes > 65535) begin : gen_check
    $error("xpk_fold_seeder: EncoderLanes and AttentionLanes must be 1..65535");
  end

  typedef enum logic [2:0] {Idle, Add, Stir, Check, Emit, Jumping} state_e;
  state_e state_q;
  logic kind_q;
  logic [3:0] layer_q;
  logic [1:0] word_q;
  logic [4:0] count_q;  // rounds, or bits of Jump
  logic [LaneBits-1:0] lane_q;
  logic [31:0] lane_state_q, jumped_q, word, sum, step, jumped;
  logic last_lane;

  // ---- Words ---------------------------------------------------------------------------------
  // The carries of the addition are what makes neighbouring words independent.
  always_comb begin
    case (word_q)
      2'd0:    word = seed_i;
      2'd1:    word = image_i;
      default: word = 32'({layer_q, kind_q});
    endcase
    if (state_q != Add) word = lane_state_q << 9;
  end
  assign sum = lane_state_q + word;

  // ---- Jumps ---------------------------------------------------------------------------------
  assign step = (jumped_q >> 1) ^ (jumped_q[0] ? xpk_pkg::LfsrTaps : '0);
  assign jumped = ((count_q == '0) ? '0 : step) ^ (Jump[count_q] ? lane_state_q : '0);

  assign last_lane = lane_q == (kind_q ? LaneBits'(AttentionLanes - 1) : LaneBits'(EncoderLanes - 1));
  assign busy_o = state_q != Idle;
  assign seed_kind_o = kind_q;
  assign seed_we_o = state_q == Emit;
  assign seed_lane_o = 16'(lane_q);
  assign seed_state_o = lane_state_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= Idle;
      kind_q <= 1'b0;
      layer_q <= '0;
      word_q <= '0;
      count_q <= '0;
      lane_q <= '0;
    end else if (clr_i) begin
      state_q <= Idle;
    end else begin
      count_q <= count_q + 5'd1;
      case (state_q)
        Idle: begin
          if (start_i) begin
            state_q <= Add;
            kind_q <= kind_i;
            layer_q <= kind_i ? layer_i : '0;
          end
          word_q <= '0;
          lane_q <= '0;
        end
        Add: begin
          state_q <= Stir;
          count_q <= '0;
        end
        Stir: begin
          if (count_q == LastRound) begin
            state_q <= (word_q == LastWord) ? Check : Add;
            word_q <= word_q + 2'd1;
          end
        end
        Check: state_q <= Emit;
        Emit: begin
          state_q <= last_lane ? Idle : Jumping;
          count_q <= '0;
        end
        Jumping: begin
          if (count_q == '1) begin
            state_q <= Emit;
            lane_q <= lane_q + 1'b1;
          end
        end
        default: state_q <= Idle;
      endcase
    end
  end

  // What needs no reset: it is written before it counts.
  always_ff @(posedge clk_i) begin
    case (state_q)
      Idle:    lane_state_q <= xpk_pkg::MixSeed;
      Add:     lane_state_q <= sum;
      Stir:    lane_state_q <= sum ^ (sum >> 12);
      Check:   if (lane_state_q == '0) lane_state_q <= 32'd1;
      Jumping: if (count_q == '1) lane_state_q <= jumped;
      default: ;
    endcase
    jumped_q <= jumped;
  end

endmodule

`default_nettype wire
