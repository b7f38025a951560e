// SPDX-License-Identifier: Apache-2.0
// Runs one inference: input, seeds, then AIMC and SSA phases in turn, then the readout.
//
// No parameters. A phase starts in the cycle after the one before it has ended; lane seeds for
// the coming SSA phase are made during the AIMC phase. Source: paper, section IV (controller),
// docs/architecture.md (phases).

`default_nettype none

module xpk_controller (
    input  wire logic           clk_i,
    input  wire logic           rst_ni,
    input  wire logic           clr_i,
    input  wire logic           start_i,         // checked and allowed: busy_o follows
    input  wire logic    [4:0]  depth_i,
    // Input encoder.
    input  wire logic           input_full_i,
    output logic                encoder_start_o,
    output logic                encoder_release_o,
    // Seeder.
    input  wire logic           seeder_busy_i,
    output logic                seeder_start_o,
    output logic                seeder_kind_o,   // 0 encoder, 1 attention
    output logic         [3:0]  seeder_layer_o,
    // AIMC chain.
    output logic                embed_o,         // AIMC 0: EMBED feeds x
    output logic                last_o,          // x goes to HEAD
    output logic         [3:0]  layer_o,         // layer of the SSA phase, and of PROJ, FF1, FF2
    output logic         [3:0]  qkv_layer_o,
    output logic                chain_start_o,   // start reading A and x
    input  wire logic           chain_done_i,
    // SSA engine.
    output logic                ssa_start_o,
    input  wire logic           ssa_done_i,
    // Readout.
    output logic                readout_o,
    input  wire logic           readout_done_i,
    // Status.
    output logic                busy_o,
    output logic                done_o,          // pulse
    output logic         [3:0]  phase_o
);

  logic [3:0] phase_q, phase_d;
  logic [3:0] layer_q, layer_d;
  logic embed_q, embed_d;
  logic seeded_q, seeded_d;  // encoder seeds have been asked for
  logic chain_start_d, ssa_start_d;

  assign embed_o = embed_q;
  assign layer_o = layer_q;
  assign qkv_layer_o = embed_q ? 4'd0 : layer_q + 4'd1;
  assign last_o = !embed_q && (5'(layer_q) + 5'd1 == depth_i);
  assign busy_o = (phase_q != xpk_pkg::PhaseIdle);
  assign phase_o = phase_q;

  always_comb begin
    phase_d = phase_q;
    layer_d = layer_q;
    embed_d = embed_q;
    seeded_d = seeded_q;
    encoder_start_o = 1'b0;
    encoder_release_o = 1'b0;
    seeder_start_o = 1'b0;
    seeder_kind_o = 1'b1;
    seeder_layer_o = qkv_layer_o;
    chain_start_d = 1'b0;
    ssa_start_d = 1'b0;
    readout_o = 1'b0;
    done_o = 1'b0;

    case (phase_q)
      xpk_pkg::PhaseIdle: begin
        if (start_i) begin
          phase_d = xpk_pkg::PhaseWaitInput;
          layer_d = '0;
          embed_d = 1'b1;
          seeded_d = 1'b0;
        end
      end
      xpk_pkg::PhaseWaitInput: begin
        if (!seeded_q) begin
          // A cleared seeder is idle, so this start is always taken.
          seeder_start_o = 1'b1;
          seeder_kind_o = 1'b0;
          seeder_layer_o = '0;
          seeded_d = 1'b1;
        end else if (input_full_i && !seeder_busy_i) begin
          phase_d = xpk_pkg::PhaseAimc;
          encoder_start_o = 1'b1;
          seeder_start_o = 1'b1;
        end
      end
      xpk_pkg::PhaseAimc: begin
        if (chain_done_i) begin
          encoder_release_o = embed_q;
          if (last_o) begin
            phase_d = xpk_pkg::PhaseReadout;
            readout_o = 1'b1;
          end else begin
            layer_d = qkv_layer_o;
            embed_d = 1'b0;
            if (seeder_busy_i) begin
              phase_d = xpk_pkg::PhaseWaitSeed;
            end else begin
              phase_d = xpk_pkg::PhaseSsa;
              ssa_start_d = 1'b1;
            end
          end
        end
      end
      xpk_pkg::PhaseWaitSeed: begin
        if (!seeder_busy_i) begin
          phase_d = xpk_pkg::PhaseSsa;
          ssa_start_d = 1'b1;
        end
      end
      xpk_pkg::PhaseSsa: begin
        if (ssa_done_i) begin
          phase_d = xpk_pkg::PhaseAimc;
          chain_start_d = 1'b1;
          seeder_start_o = !last_o;
        end
      end
      xpk_pkg::PhaseReadout: begin
        if (readout_done_i) begin
          phase_d = xpk_pkg::PhaseIdle;
          done_o = 1'b1;
        end
      end
      default: phase_d = xpk_pkg::PhaseIdle;
    endcase
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      phase_q <= xpk_pkg::PhaseIdle;
      layer_q <= '0;
      embed_q <= 1'b1;
      seeded_q <= 1'b0;
      chain_start_o <= 1'b0;
      ssa_start_o <= 1'b0;
    end else if (clr_i) begin
      phase_q <= xpk_pkg::PhaseIdle;
      layer_q <= '0;
      embed_q <= 1'b1;
      seeded_q <= 1'b0;
      chain_start_o <= 1'b0;
      ssa_start_o <= 1'b0;
    end else begin
      phase_q <= phase_d;
      layer_q <= layer_d;
      embed_q <= embed_d;
      seeded_q <= seeded_d;
      // One cycle late: the layer number has settled, and the corner turn needs two cycles for the
      // first word of the last step.
      chain_start_o <= chain_start_d;
      ssa_start_o <= ssa_start_d;
    end
  end

`ifdef FORMAL
  always_comb begin
    i_legal: assert (phase_q <= xpk_pkg::PhaseReadout);
    i_one_start: assert (!(chain_start_o && ssa_start_o));
  end
`endif

endmodule

`default_nettype wire
