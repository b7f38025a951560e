// SPDX-License-Identifier: Apache-2.0
// xpk_controller: one inference from start to done, for every depth 1..16.
//
// Around it stand models of what it drives: each takes a start and answers within Bound cycles, at
// any time it likes. Proven, without a limit on the length of a run: no deadlock (a run of depth d
// ends within (3 d + 3) (Bound + 3) cycles and the controller is idle again), engines run one at a
// time and in order, every layer once, no start is lost on a busy seeder, attention starts with
// the seeds of its own layer.
//
// Assumes: depth in 1..16, standing still during a run; an answer only when asked, within Bound
// cycles; a full input stays full until it is released.

module controller_formal #(
    parameter int unsigned Bound = 3
) (
    input wire logic       clk_i,
    input wire logic       rst_ni,
    input wire logic       clr_i,
    input wire logic       start_i,
    input wire logic [4:0] depth_i,
    input wire logic       input_full_i,
    input wire logic       seeder_ends_i,
    input wire logic       chain_done_i,
    input wire logic       ssa_done_i,
    input wire logic       readout_done_i
);

  logic encoder_start, encoder_release, seeder_start, seeder_kind, embed, last, chain_start;
  logic ssa_start, readout, busy, done, seeder_q;
  logic [3:0] seeder_layer, layer, qkv_layer, phase;

  xpk_controller u_dut (
      .clk_i, .rst_ni, .clr_i, .start_i, .depth_i,
      .input_full_i, .encoder_start_o(encoder_start), .encoder_release_o(encoder_release),
      .seeder_busy_i(seeder_q), .seeder_start_o(seeder_start), .seeder_kind_o(seeder_kind),
      .seeder_layer_o(seeder_layer),
      .embed_o(embed), .last_o(last), .layer_o(layer), .qkv_layer_o(qkv_layer),
      .chain_start_o(chain_start), .chain_done_i,
      .ssa_start_o(ssa_start), .ssa_done_i,
      .readout_o(readout), .readout_done_i,
      .busy_o(busy), .done_o(done), .phase_o(phase)
  );

  first_reset u_reset (.clk_i, .rst_ni);

  // ---- Environment ----------------------------------------------------------------------------
  localparam logic [7:0] Limit = 8'(Bound);
  logic chain_q, ssa_q, readout_q;  // under way
  logic kind_q;  // of the last seeds
  logic [3:0] seeded_layer_q;
  logic [7:0] seeder_age_q, engine_age_q, wait_q;
  logic [4:0] depth_q;
  logic full_q, waits;

  assign waits = phase == xpk_pkg::PhaseWaitInput;

  // ---- What has happened in this run ----------------------------------------------------------
  logic run_q;
  logic [4:0] chains_q, ssas_q;  // starts so far
  logic released_q, encoder_seeded_q;
  logic [15:0] cycles_q, phase_cycles_q;  // of the run, of the phase
  logic [3:0] phase_q;
  logic ended_q, cleared_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      {seeder_q, chain_q, ssa_q, readout_q, full_q, run_q, ended_q, cleared_q} <= '0;
      {released_q, encoder_seeded_q, kind_q, seeded_layer_q, chains_q, ssas_q} <= '0;
      {seeder_age_q, engine_age_q, wait_q, cycles_q, phase_cycles_q} <= '0;
      phase_q <= xpk_pkg::PhaseIdle;
    end else begin
      seeder_q <= !clr_i && (seeder_start || (seeder_q && !seeder_ends_i));
      seeder_age_q <= seeder_q ? seeder_age_q + 8'd1 : '0;
      if (seeder_start) begin
        kind_q <= seeder_kind;
        seeded_layer_q <= seeder_layer;
        if (!seeder_kind) encoder_seeded_q <= 1'b1;
      end
      chain_q <= !clr_i && (encoder_start || chain_start || (chain_q && !chain_done_i));
      ssa_q <= !clr_i && (ssa_start || (ssa_q && !ssa_done_i));
      readout_q <= !clr_i && (readout || (readout_q && !readout_done_i));
      engine_age_q <= (chain_q || ssa_q || readout_q) ? engine_age_q + 8'd1 : '0;
      if (chain_done_i || ssa_done_i || readout_done_i) engine_age_q <= '0;
      wait_q <= waits ? wait_q + 8'd1 : '0;
      full_q <= input_full_i && !encoder_release && !clr_i;

      run_q <= !clr_i && (run_q ? !done : start_i);
      cleared_q <= clr_i;
      ended_q <= done;
      if (encoder_start || chain_start) chains_q <= chains_q + 5'd1;
      if (ssa_start) ssas_q <= ssas_q + 5'd1;
      if (encoder_release) released_q <= 1'b1;
      cycles_q <= cycles_q + 16'd1;
      phase_q <= phase;
      phase_cycles_q <= (phase == phase_q) ? phase_cycles_q + 16'd1 : 16'd1;
      if (!run_q) begin
        {chains_q, ssas_q, released_q, encoder_seeded_q} <= '0;
        cycles_q <= '0;
      end
    end
  end
  always_ff @(posedge clk_i) depth_q <= depth_i;

  // Phases before this one in a run of this depth.
  logic [15:0] before, limit, in_phase;
  always_comb begin
    case (phase)
      xpk_pkg::PhaseWaitInput: before = 16'd0;
      xpk_pkg::PhaseAimc: before = embed ? 16'd1 : 16'd4 + 16'd3 * 16'(layer);
      xpk_pkg::PhaseWaitSeed: before = 16'd2 + 16'd3 * 16'(layer);
      xpk_pkg::PhaseSsa: before = 16'd3 + 16'd3 * 16'(layer);
      default: before = 16'd2 + 16'd3 * 16'(depth_i);
    endcase
  end
  assign in_phase = (phase == phase_q) ? phase_cycles_q : 16'd0;
  assign limit = (16'd3 * 16'(depth_i) + 16'd3) * 16'(Bound + 3);

  always_comb begin
    assume (depth_i >= 5'd1 && depth_i <= 5'd16);
    if (run_q) assume (depth_i == depth_q);
    if (seeder_q && seeder_age_q >= Limit - 8'd1) assume (seeder_ends_i);
    if (!chain_q) assume (!chain_done_i);
    if (!ssa_q) assume (!ssa_done_i);
    if (!readout_q) assume (!readout_done_i);
    if (engine_age_q >= Limit - 8'd1) begin
      assume (chain_done_i == chain_q && ssa_done_i == ssa_q && readout_done_i == readout_q);
    end
    if (full_q || (waits && wait_q >= Limit)) assume (input_full_i);
  end

  always_comb begin
    a_busy: assert (busy == run_q);
    a_ends_in_time: assert (!run_q || cycles_q < limit);
    if (ended_q || cleared_q) a_idle: assert (!busy && !chain_start && !ssa_start);
    a_one_engine: assert (32'(chain_q) + 32'(ssa_q) + 32'(readout_q) + 32'(encoder_start) +
                          32'(chain_start) + 32'(ssa_start) <= 32'd1);
    if (readout) a_readout: assert (last && chain_done_i);
    if (seeder_start) a_seeder_free: assert (!seeder_q);
    if (encoder_start) begin
      a_encoder_seeds: assert (encoder_seeded_q && !seeder_q && input_full_i);
      a_first: assert (embed && chains_q == '0 && qkv_layer == '0);
    end
    if (ssa_start) begin
      a_ssa_seeds: assert (!seeder_q && kind_q && seeded_layer_q == layer);
      a_ssa_layer: assert (5'(layer) == ssas_q && chains_q == ssas_q + 5'd1);
    end
    if (chain_start) begin
      a_chain_layer: assert (!embed && 5'(layer) + 5'd1 == ssas_q && chains_q == ssas_q);
      a_chain_last: assert (last == (ssas_q == depth_i));
      if (!last) a_chain_qkv: assert (5'(qkv_layer) == ssas_q);
    end
    if (encoder_release) a_release: assert (!released_q && chains_q == 5'd1);
    if (done) begin
      a_all_layers: assert (ssas_q == depth_i && chains_q == depth_i + 5'd1 && released_q);
    end
  end

  // ---- Helpers of the induction ---------------------------------------------------------------
  logic probe_seeded;

  always_comb begin
    h_aimc: assert ((phase == xpk_pkg::PhaseAimc) == (chain_start || chain_q));
    h_ssa: assert ((phase == xpk_pkg::PhaseSsa) == (ssa_start || ssa_q));
    h_readout: assert ((phase == xpk_pkg::PhaseReadout) == readout_q);
    if (run_q) begin
      h_layer: assert (5'(layer) < depth_i);
      h_embed: assert (embed == (waits || (phase == xpk_pkg::PhaseAimc && ssas_q == '0)));
      h_cycles: assert (cycles_q <= before * 16'(Bound + 3) + in_phase);
      h_released: assert (released_q == !embed);
      if (embed) h_embed_layer: assert (layer == '0 && ssas_q == '0);
    end
    if (waits) begin
      h_wait: assert (16'(wait_q) == in_phase && in_phase <= 16'(Bound + 2) && chains_q == '0);
      h_seeded: assert (probe_seeded == (wait_q != '0) && encoder_seeded_q == probe_seeded);
      if (seeder_q) h_wait_seeder: assert (wait_q == seeder_age_q + 8'd1 && !kind_q);
    end
    h_seeder: assert (seeder_age_q < Limit || !seeder_q);
    if (!run_q) h_seeder_idle: assert (!seeder_q);
    if (phase == xpk_pkg::PhaseWaitSeed) begin
      h_wait_seed: assert (chains_q == ssas_q + 5'd1 && 5'(layer) == ssas_q && kind_q &&
                           seeded_layer_q == layer);
      if (seeder_q) h_wait_seed_time: assert (in_phase <= 16'(seeder_age_q));
      if (!seeder_q) h_wait_seed_end: assert (in_phase <= 16'(Bound));
    end
    if (phase == xpk_pkg::PhaseSsa) begin
      h_ssa_count: assert (ssas_q + 5'(ssa_start) == 5'(layer) + 5'd1 &&
                           chains_q == 5'(layer) + 5'd1 && !seeder_q);
      h_ssa_time: assert (in_phase == (ssa_start ? 16'd0 : 16'd1 + 16'(engine_age_q)));
    end
    if (phase == xpk_pkg::PhaseAimc) begin
      h_aimc_count: assert (chains_q + 5'(chain_start) == ssas_q + 5'd1 &&
                            ssas_q == (embed ? 5'd0 : 5'(layer) + 5'd1));
      h_aimc_time: assert (in_phase == (embed ? 16'(engine_age_q) : chain_start ? 16'd0 :
                                        16'd1 + 16'(engine_age_q)));
      if (!last) h_aimc_seeds: assert (kind_q && seeded_layer_q == qkv_layer);
      if (last) h_aimc_no_seeds: assert (!seeder_q);
    end
    if (phase == xpk_pkg::PhaseReadout) begin
      h_readout_time: assert (in_phase == 16'(engine_age_q) && !seeder_q);
      h_readout_count: assert (ssas_q == depth_i && chains_q == depth_i + 5'd1);
    end
    h_engine: assert (engine_age_q < Limit);
  end

  // ---- Whole runs -----------------------------------------------------------------------------
  logic [1:0] runs_q;
  logic waited_seed_q;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      runs_q <= '0;
      waited_seed_q <= 1'b0;
    end else begin
      runs_q <= clr_i ? '0 : runs_q + 2'(done);
      if (phase == xpk_pkg::PhaseWaitSeed) waited_seed_q <= 1'b1;
    end
  end

  always_ff @(posedge clk_i) begin
    c_depth_1: cover (rst_ni && done && depth_i == 5'd1);
    c_depth_3: cover (rst_ni && done && depth_i == 5'd3 && waited_seed_q);
    c_two_runs: cover (rst_ni && runs_q == 2'd2);
  end

endmodule
