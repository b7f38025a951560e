// SPDX-License-Identifier: Apache-2.0
// Simulation only: tells the software around the model which engine works on what, cycle by cycle.
// Drives nothing. Bound to xpk_core, so the design does not know of it.
//
// A lane is a thing that is busy or idle. Whenever a lane becomes busy, turns to other work or
// becomes idle, `xpk_timeline_change(lane, busy, layer, token, step, cycle)` says so; the state
// holds from that cycle on. Cycles are counted from the start of the simulation. Work is named by
// what the lane has, all else is 0: AIMC phase, SSA phase and stages a layer, stages and encoder a
// token-step, the halves of the SSA engine a time step.
//
// | lane                              | busy while                                              |
// |-----------------------------------|---------------------------------------------------------|
// | wait_input, wait_seed, ssa, readout | the controller is in that phase                       |
// | aimc                              | the same; layer is the number of the phase, l of Q, K, V |
// | packet, result                    | a word is taken from the input, by the output           |
// | seed_encoder, seed_attention      | the seeder mixes words or writes lanes                  |
// | encoder                           | a token-step is offered to EMBED                        |
// | embed, q, k, v, proj, ff1, ff2, head | the converters of the matrix convert                 |
// | scores, values                    | columns of Q and K, or of V, are read for the SSA engine |

`default_nettype none

module xpk_timeline_sim (
    input wire logic              clk_i,
    input wire logic       [ 3:0] phase_i,
    input wire logic       [ 3:0] layer_i,
    input wire logic       [ 3:0] qkv_layer_i,
    input wire logic              packet_i,
    input wire logic              result_i,
    input wire logic              seeding_i,
    input wire logic              seed_kind_i,
    input wire logic       [ 3:0] seed_layer_i,
    input wire logic              encoder_i,
    input wire xpk_pkg::tag_t     encoder_tag_i,
    input wire logic       [ 7:0] converting_i,  // by matrix number
    input wire xpk_pkg::tag_t     qkv_tag_i,
    input wire xpk_pkg::tag_t     embed_tag_i,
    input wire xpk_pkg::tag_t     proj_tag_i,
    input wire xpk_pkg::tag_t     ff1_tag_i,
    input wire xpk_pkg::tag_t     ff2_tag_i,
    input wire logic              head_start_i,
    input wire xpk_pkg::tag_t     head_tag_i,    // of the vector that HEAD takes
    input wire logic              scores_i,
    input wire logic       [ 7:0] scores_step_i,
    input wire logic              values_i,
    input wire logic       [ 7:0] values_step_i
);

  import "DPI-C" function int xpk_timeline_enabled();
  import "DPI-C" function void xpk_timeline_change(
    input string lane,
    input int busy,
    input int layer,
    input int token,
    input int step,
    input longint unsigned cycle
  );

  typedef struct packed {
    logic          busy;
    logic [3:0]    layer;
    xpk_pkg::tag_t tag;
  } lane_t;
  localparam int unsigned LaneBits = $bits(lane_t);
  localparam int unsigned Lanes = 20;

  // The state of an idle lane is 0, whatever its registers hold.
  function automatic lane_t lane(input logic busy, input logic [3:0] layer, input xpk_pkg::tag_t tag);
    return busy ? {1'b1, layer, tag} : '0;
  endfunction

  longint unsigned cycle_q = 0;
  xpk_pkg::tag_t head_tag_q = '0;
  logic [Lanes*LaneBits-1:0] now;
  logic [Lanes*LaneBits-1:0] last_q = '0;

  assign now = {
    lane(result_i, 4'd0, '0),
    lane(values_i, layer_i, {xpk_pkg::TokenBits'(0), values_step_i}),
    lane(scores_i, layer_i, {xpk_pkg::TokenBits'(0), scores_step_i}),
    lane(converting_i[xpk_pkg::MatrixHead], 4'd0, head_tag_q),
    lane(converting_i[xpk_pkg::MatrixFf2], layer_i, ff2_tag_i),
    lane(converting_i[xpk_pkg::MatrixFf1], layer_i, ff1_tag_i),
    lane(converting_i[xpk_pkg::MatrixProj], layer_i, proj_tag_i),
    lane(converting_i[xpk_pkg::MatrixV], qkv_layer_i, qkv_tag_i),
    lane(converting_i[xpk_pkg::MatrixK], qkv_layer_i, qkv_tag_i),
    lane(converting_i[xpk_pkg::MatrixQ], qkv_layer_i, qkv_tag_i),
    lane(converting_i[xpk_pkg::MatrixEmbed], 4'd0, embed_tag_i),
    lane(encoder_i, 4'd0, encoder_tag_i),
    lane(seeding_i && seed_kind_i, seed_layer_i, '0),
    lane(seeding_i && !seed_kind_i, 4'd0, '0),
    lane(packet_i, 4'd0, '0),
    lane(phase_i == xpk_pkg::PhaseReadout, 4'd0, '0),
    lane(phase_i == xpk_pkg::PhaseSsa, layer_i, '0),
    lane(phase_i == xpk_pkg::PhaseAimc, qkv_layer_i, '0),
    lane(phase_i == xpk_pkg::PhaseWaitSeed, layer_i, '0),
    lane(phase_i == xpk_pkg::PhaseWaitInput, 4'd0, '0)
  };

  task automatic show(input string name, input int index);
    lane_t state;
    state = now[index*LaneBits+:LaneBits];
    if (state != last_q[index*LaneBits+:LaneBits]) begin
      xpk_timeline_change(name, int'({31'b0, state.busy}), int'({28'b0, state.layer}),
                          int'({22'b0, state.tag.token}), int'({24'b0, state.tag.step}), cycle_q);
    end
  endtask

  always_ff @(posedge clk_i) begin
    cycle_q <= cycle_q + 1;
    if (head_start_i) head_tag_q <= head_tag_i;
    if (now != last_q) begin
      last_q <= now;
      if (xpk_timeline_enabled() != 0) begin
        show("wait_input", 0);
        show("wait_seed", 1);
        show("aimc", 2);
        show("ssa", 3);
        show("readout", 4);
        show("packet", 5);
        show("seed_encoder", 6);
        show("seed_attention", 7);
        show("encoder", 8);
        show("embed", 9);
        show("q", 10);
        show("k", 11);
        show("v", 12);
        show("proj", 13);
        show("ff1", 14);
        show("ff2", 15);
        show("head", 16);
        show("scores", 17);
        show("values", 18);
        show("result", 19);
      end
    end
  end

endmodule

bind xpk_core xpk_timeline_sim u_timeline (
    .clk_i(clk_i), .phase_i(phase), .layer_i(layer), .qkv_layer_i(qkv_layer),
    .packet_i(in_valid_i && in_ready_o), .result_i(out_valid_o && out_ready_i),
    .seeding_i(seeder_busy), .seed_kind_i(lane_kind), .seed_layer_i(u_seeder.layer_q),
    .encoder_i(rows_valid), .encoder_tag_i(rows_tag), .converting_i(u_chain.converting),
    .qkv_tag_i(u_chain.u_qkv.gen_qkv[0].u_stage.tag_q), .embed_tag_i(u_chain.u_embed.tag_q),
    .proj_tag_i(u_chain.u_layer.u_proj.tag_q), .ff1_tag_i(u_chain.u_layer.u_ff1.tag_q),
    .ff2_tag_i(u_chain.u_layer.u_ff2.tag_q), .head_start_i(u_chain.head_mvm), .head_tag_i(u_chain.x_tag),
    .scores_i(qk_re), .scores_step_i(qk_step), .values_i(v_re), .values_step_i(v_step)
);

`default_nettype wire
