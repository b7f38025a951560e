// SPDX-License-Identifier: Apache-2.0
// Runs several images at a time: every chain copy, the SSA engine and the readout work on whatever
// is ready for them.
//
// | parameter | legal | meaning                                 |
// |-----------|-------|-----------------------------------------|
// | Depth     | 2..16 | layers of the build; depth_i is 1..Depth |
//
// Copy 0 makes Q, K, V of layer 0, copy c those of layer c, from the attention output of layer
// c - 1; copy depth_i feeds HEAD. Between two copies lie two pages of Q, K, V and two of A. A copy
// starts an image when its input is complete and at most one image waits between it and the next
// copy; then a page is free, and x finds room in its queue as soon as the next copy reads on. The
// SSA engine serves the deepest layer that has a page of Q, K, V and a free page of A; lanes are
// seeded just before. HEAD has two pages of scores: one gathers while the other is read out.
//
// A start is taken while can_start_o is up: until the entry holds an image that copy 0 has not yet
// begun. Seed and image number of the images in flight wait in a ring, and every layer counts the
// images that it has served. depth_i stands still while an image is in flight. An engine starts in
// the cycle after the last thing it waited for. clr_i drops everything.

`default_nettype none

module xpk_overlap_controller #(
    parameter int unsigned Depth = 2
) (
    input  wire logic             clk_i,
    input  wire logic             rst_ni,
    input  wire logic             clr_i,
    input  wire logic             start_i,
    input  wire logic [31:0]      seed_i,
    input  wire logic [31:0]      image_i,
    input  wire logic [4:0]       depth_i,
    output logic                  can_start_o,
    // Input encoder and its seeder; encoded_i: its last vector is taken.
    input  wire logic             input_full_i,
    input  wire logic             encoder_seeding_i,
    output logic                  encoder_seed_o,      // start, with the two words
    output logic      [31:0]      encoder_word_o,
    output logic      [31:0]      encoder_image_o,
    output logic                  encoder_start_o,
    input  wire logic             encoded_i,
    output logic                  encoder_release_o,
    // Chain copies.
    output logic      [Depth:0]   chain_start_o,
    input  wire logic [Depth:0]   chain_done_i,
    output logic      [Depth:0]   chain_busy_o,
    // Pages between the copies, by layer: written by the copy, read by the copy above.
    output logic      [Depth-1:0] qkv_wpage_o,
    output logic      [Depth-1:0] a_rpage_o,
    // SSA engine and its seeder.
    output logic      [3:0]       ssa_layer_o,
    output logic                  qkv_rpage_o,
    output logic                  a_wpage_o,
    input  wire logic             ssa_seeding_i,
    output logic                  ssa_seed_o,          // start, with the two words
    output logic      [31:0]      ssa_word_o,
    output logic      [31:0]      ssa_image_o,
    output logic                  ssa_start_o,
    input  wire logic             ssa_done_i,
    // HEAD.
    output logic                  head_page_o,
    output logic                  readout_o,
    output logic                  readout_page_o,
    input  wire logic             readout_done_i,
    // Status.
    output logic                  busy_o,
    output logic                  done_o,              // pulse
    output logic      [3:0]       phase_o,             // of the engine furthest ahead in the list
    output xpk_pkg::activity_t    activity_o           // the copies count their phases themselves
);

  // Images whose attention is not complete: one at the entry, one in copy 0, and for every layer
  // one in the next copy and two that wait.
  localparam int unsigned RingBits = $clog2(3 * Depth + 2);
  localparam int unsigned Ring = 2 ** RingBits;

  if (Depth < 2 || Depth > 16) begin : gen_check
    $error("xpk_overlap_controller: Depth must be 2..16");
  end

  // ---- Entry ---------------------------------------------------------------------------------
  logic pending_q;   // an image is started, and copy 0 has not begun
  logic asked_q;     // its encoder lanes are made, or being made
  logic encoding_q;  // the encoder still draws for the image before
  logic [31:0] seed_q, image_q;

  assign can_start_o = !pending_q;
  assign encoder_seed_o = pending_q && !asked_q && !encoding_q;
  assign encoder_word_o = seed_q;
  assign encoder_image_o = image_q;
  assign encoder_start_o = chain_start_o[0];
  assign encoder_release_o = encoding_q && encoded_i;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      {pending_q, asked_q, encoding_q} <= '0;
      {seed_q, image_q} <= '0;
    end else if (clr_i) begin
      {pending_q, asked_q, encoding_q} <= '0;
    end else begin
      if (start_i) begin
        pending_q <= 1'b1;
        seed_q <= seed_i;
        image_q <= image_i;
      end else if (chain_start_o[0]) begin
        pending_q <= 1'b0;
      end
      asked_q <= encoder_seed_o || (asked_q && !chain_start_o[0]);
      encoding_q <= chain_start_o[0] || (encoding_q && !encoded_i);
    end
  end

  // ---- Images in flight ----------------------------------------------------------------------
  logic [63:0] ring[0:Ring-1];
  logic [RingBits-1:0] entry_q;
  logic [RingBits-1:0] served;  // by the layer that the SSA engine serves

  always_ff @(posedge clk_i) begin
    if (encoder_seed_o) ring[entry_q] <= {seed_q, image_q};
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) entry_q <= '0;
    else if (clr_i) entry_q <= '0;
    else if (encoder_seed_o) entry_q <= entry_q + 1'b1;
  end

  assign {ssa_word_o, ssa_image_o} = ring[served];

  // ---- Pages of every layer ------------------------------------------------------------------
  logic [Depth:0] chain_busy_q, is_last, input_ready, output_free;
  logic [Depth-1:0] ssa_ready, ssa_end, work;
  logic [Depth-1:0] qkv_rpage, a_wpage;
  logic [Depth*RingBits-1:0] served_all;
  logic ssa_run_q;

  for (genvar l = 0; l < Depth; l++) begin : gen_layer
    logic [1:0] qkv_q, a_q;  // complete pages; a page of A until the next copy has done with it
    logic two_wait;          // two images are complete, and not begun by the next copy
    logic qkv_wpage_q, qkv_rpage_q, a_wpage_q, a_rpage_q;
    logic [RingBits-1:0] served_q;
    logic serves, to_qkv;

    assign serves = ssa_layer_o == 4'(l);
    assign to_qkv = chain_done_i[l] && !is_last[l];
    assign ssa_end[l] = ssa_done_i && ssa_run_q && serves;
    assign two_wait = qkv_q + a_q == 2'd2 + 2'(chain_busy_q[l+1]);

    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) begin
        {qkv_q, a_q} <= '0;
        {qkv_wpage_q, qkv_rpage_q, a_wpage_q, a_rpage_q} <= '0;
        served_q <= '0;
      end else if (clr_i) begin
        {qkv_q, a_q} <= '0;
        {qkv_wpage_q, qkv_rpage_q, a_wpage_q, a_rpage_q} <= '0;
        served_q <= '0;
      end else begin
        qkv_q <= qkv_q + 2'(to_qkv) - 2'(ssa_end[l]);
        a_q <= a_q + 2'(ssa_end[l]) - 2'(chain_done_i[l+1]);
        qkv_wpage_q <= qkv_wpage_q ^ to_qkv;
        qkv_rpage_q <= qkv_rpage_q ^ ssa_end[l];
        a_wpage_q <= a_wpage_q ^ ssa_end[l];
        a_rpage_q <= a_rpage_q ^ chain_done_i[l+1];
        if (ssa_seed_o && serves) served_q <= served_q + 1'b1;
      end
    end

    assign qkv_wpage_o[l] = qkv_wpage_q;
    assign a_rpage_o[l] = a_rpage_q;
    assign qkv_rpage[l] = qkv_rpage_q;
    assign a_wpage[l] = a_wpage_q;
    assign served_all[l*RingBits+:RingBits] = served_q;
    assign output_free[l] = !two_wait;
    assign input_ready[l+1] = a_q != '0;
    assign ssa_ready[l] = qkv_q != '0 && !a_q[1];
    assign work[l] = qkv_q != '0 || a_q != '0;
  end

  assign qkv_rpage_o = 1'(qkv_rpage >> ssa_layer_o);
  assign a_wpage_o = 1'(a_wpage >> ssa_layer_o);
  assign served = served_all[32'(ssa_layer_o)*RingBits+:RingBits];

  // ---- Chain copies --------------------------------------------------------------------------
  logic [1:0] scores_q;  // complete pages of scores, until they are read out
  assign input_ready[0] = pending_q && asked_q && !encoder_seeding_i && input_full_i;
  assign output_free[Depth] = 1'b1;  // HEAD: below

  for (genvar c = 0; c <= Depth; c++) begin : gen_chain
    assign is_last[c] = (c != 0) && depth_i == 5'(c);
    assign chain_start_o[c] = input_ready[c] && !chain_busy_q[c] &&
                              (is_last[c] ? !scores_q[1] : output_free[c]);
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) chain_busy_q <= '0;
    else if (clr_i) chain_busy_q <= '0;
    else chain_busy_q <= chain_start_o | (chain_busy_q & ~chain_done_i);
  end

  assign chain_busy_o = chain_busy_q;

  // ---- SSA engine: choose, seed, run ---------------------------------------------------------
  logic ssa_chosen_q, ssa_seed_q;
  logic ssa_idle;
  logic [3:0] deepest;

  assign ssa_idle = !ssa_chosen_q && !ssa_seed_q && !ssa_run_q;
  assign ssa_seed_o = ssa_chosen_q;
  assign ssa_start_o = ssa_seed_q && !ssa_seeding_i;

  always_comb begin
    deepest = '0;
    for (int unsigned l = 0; l < Depth; l++) begin
      if (ssa_ready[l]) deepest = 4'(l);
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      {ssa_chosen_q, ssa_seed_q, ssa_run_q} <= '0;
      ssa_layer_o <= '0;
    end else if (clr_i) begin
      {ssa_chosen_q, ssa_seed_q, ssa_run_q} <= '0;
      ssa_layer_o <= '0;
    end else begin
      ssa_chosen_q <= ssa_idle && ssa_ready != '0;
      ssa_seed_q <= ssa_chosen_q || (ssa_seed_q && !ssa_start_o);
      ssa_run_q <= ssa_start_o || (ssa_run_q && !ssa_done_i);
      if (ssa_idle && ssa_ready != '0) ssa_layer_o <= deepest;
    end
  end

  // ---- Scores and readout --------------------------------------------------------------------
  logic readout_q, scored;

  assign scored = (chain_done_i & is_last) != '0;
  assign readout_o = scores_q != '0 && !readout_q;
  assign done_o = readout_q && readout_done_i;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      scores_q <= '0;
      {head_page_o, readout_page_o, readout_q} <= '0;
    end else if (clr_i) begin
      scores_q <= '0;
      {head_page_o, readout_page_o, readout_q} <= '0;
    end else begin
      scores_q <= scores_q + 2'(scored) - 2'(done_o);
      head_page_o <= head_page_o ^ scored;
      readout_page_o <= readout_page_o ^ done_o;
      readout_q <= readout_o || (readout_q && !readout_done_i);
    end
  end

  // ---- Status --------------------------------------------------------------------------------
  assign busy_o = pending_q || chain_busy_q != '0 || work != '0 || scores_q != '0;
  assign activity_o.aimc = 1'b0;
  assign activity_o.ssa = ssa_run_q;
  assign activity_o.wait_input = pending_q && !input_full_i;
  assign activity_o.wait_seed = ssa_chosen_q || ssa_seed_q;
  assign activity_o.readout = readout_q;

  always_comb begin
    phase_o = xpk_pkg::PhaseIdle;
    if (pending_q) phase_o = xpk_pkg::PhaseWaitInput;
    if (scores_q != '0) phase_o = xpk_pkg::PhaseReadout;
    if (!ssa_idle) phase_o = ssa_run_q ? xpk_pkg::PhaseSsa : xpk_pkg::PhaseWaitSeed;
    if (chain_busy_q != '0) phase_o = xpk_pkg::PhaseAimc;
  end

endmodule

`default_nettype wire
