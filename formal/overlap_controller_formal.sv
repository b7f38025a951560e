// SPDX-License-Identifier: Apache-2.0
// xpk_overlap_controller: pages that are written and read at the same time are different ones, no
// more waits than there is room for, and nothing stands still while an image is in flight.
//
// Around it stand the engines: each may end whenever it is at work. Proven without a limit on the
// length of a run. That every image comes to its end follows: in each cycle of an image in flight an
// engine works, the chip waits for the input packet, or something starts; every image needs a
// fixed number of jobs; and an engine's own work has an end.
//
// Assumes: a start only when allowed; depth in 1..Depth, standing still while busy; an engine ends
// only while it works, copy 0 not before its encoder; a seeder is busy from the cycle after its
// start on.

module overlap_controller_formal #(
    parameter int unsigned Depth = 2
) (
    input wire logic           clk_i,
    input wire logic           rst_ni,
    input wire logic           clr_i,
    input wire logic           start_i,
    input wire logic [31:0]    seed_i,
    input wire logic [31:0]    image_i,
    input wire logic [4:0]     depth_i,
    input wire logic           input_full_i,
    input wire logic           encoder_seeded_i,
    input wire logic           encoded_i,
    input wire logic [Depth:0] chain_done_i,
    input wire logic           ssa_seeded_i,
    input wire logic           ssa_done_i,
    input wire logic           readout_done_i
);

  logic can_start, encoder_seed, encoder_start, encoder_release, qkv_rpage, a_wpage, ssa_seed;
  logic ssa_start, head_page, readout, readout_page, busy, done, encoder_seeding_q, ssa_seeding_q;
  logic [31:0] encoder_word, encoder_image, ssa_word, ssa_image;
  logic [Depth:0] chain_start, chain_busy;
  logic [Depth-1:0] qkv_wpage, a_rpage;
  logic [3:0] ssa_layer, phase;
  logic [4:0] activity;

  xpk_overlap_controller #(
      .Depth(Depth)
  ) u_dut (
      .clk_i, .rst_ni, .clr_i, .start_i, .seed_i, .image_i, .depth_i, .can_start_o(can_start),
      .input_full_i, .encoder_seeding_i(encoder_seeding_q), .encoder_seed_o(encoder_seed),
      .encoder_word_o(encoder_word), .encoder_image_o(encoder_image),
      .encoder_start_o(encoder_start), .encoded_i, .encoder_release_o(encoder_release),
      .chain_start_o(chain_start), .chain_done_i, .chain_busy_o(chain_busy),
      .qkv_wpage_o(qkv_wpage), .a_rpage_o(a_rpage), .ssa_layer_o(ssa_layer),
      .qkv_rpage_o(qkv_rpage), .a_wpage_o(a_wpage), .ssa_seeding_i(ssa_seeding_q),
      .ssa_seed_o(ssa_seed), .ssa_word_o(ssa_word), .ssa_image_o(ssa_image),
      .ssa_start_o(ssa_start), .ssa_done_i,
      .head_page_o(head_page), .readout_o(readout), .readout_page_o(readout_page),
      .readout_done_i, .busy_o(busy), .done_o(done), .phase_o(phase), .activity_o(activity)
  );

  first_reset u_reset (.clk_i, .rst_ni);

  // ---- Environment ----------------------------------------------------------------------------
  logic [4:0] depth_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      {encoder_seeding_q, ssa_seeding_q} <= '0;
    end else begin
      encoder_seeding_q <= !clr_i && (encoder_seed || (encoder_seeding_q && !encoder_seeded_i));
      ssa_seeding_q <= !clr_i && (ssa_seed || (ssa_seeding_q && !ssa_seeded_i));
    end
  end
  always_ff @(posedge clk_i) depth_q <= depth_i;

  // ---- What the registers hold ----------------------------------------------------------------
  logic [2*Depth-1:0] probe_qkv, probe_a;  // pages of every layer
  logic [Depth-1:0] probe_qkv_rpage, probe_a_wpage;
  logic [1:0] probe_scores;
  logic probe_pending, probe_asked, probe_encoding, probe_chosen, probe_seed, probe_run;
  logic probe_readout;
  logic ssa_active;

  assign ssa_active = probe_chosen || probe_seed || probe_run;

  // A layer has work for the SSA engine; in the next cycle the engine is at it.
  logic ready, ready_q;
  always_comb begin
    ready = 1'b0;
    for (int l = 0; l < Depth; l++) begin
      if (probe_qkv[2*l+:2] != '0 && probe_a[2*l+:2] != 2'd2) ready = 1'b1;
    end
  end
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) ready_q <= 1'b0;
    else ready_q <= ready && !ssa_active && !clr_i;
  end

  logic same_qkv, same_a, x_over, served, counts, reads, beyond, serves, pages, parity;
  logic [1:0] qkv, a;

  always_comb begin
    assume (depth_i >= 5'd1 && depth_i <= 5'(Depth));
    if (busy) assume (depth_i == depth_q);
    if (!can_start) assume (!start_i);
    assume ((chain_done_i & ~chain_busy) == '0);
    if (probe_encoding) assume (!chain_done_i[0]);
    if (!probe_encoding) assume (!encoded_i);
    if (!probe_run) assume (!ssa_done_i);
    if (!probe_readout) assume (!readout_done_i);

    // By layer, because a property in a loop would have to have many names.
    {same_qkv, same_a, x_over} = '0;
    {counts, reads, beyond, serves, pages, parity} = '1;
    for (int l = 0; l < Depth; l++) begin
      qkv = probe_qkv[2*l+:2];
      a = probe_a[2*l+:2];
      served = ssa_active && ssa_layer == 4'(l);
      if (served && chain_busy[l] && qkv_rpage == qkv_wpage[l]) same_qkv = 1'b1;
      if (served && chain_busy[l+1] && a_wpage == a_rpage[l]) same_a = 1'b1;
      // Two images whose x the next copy has not begun, the one that is being written included.
      if (32'(qkv) + 32'(a) + 32'(chain_busy[l]) > 32'd2 + 32'(chain_busy[l+1])) x_over = 1'b1;
      // Helpers of the induction.
      if (qkv > 2'd2 || a > 2'd2) counts = 1'b0;
      if (chain_busy[l+1] && a == '0) reads = 1'b0;
      if (5'(l) >= depth_i && (qkv != '0 || a != '0)) beyond = 1'b0;
      if (served && (qkv == '0 || a > 2'd1)) serves = 1'b0;
      if (served && (qkv_rpage != probe_qkv_rpage[l] || a_wpage != probe_a_wpage[l])) pages = 1'b0;
      if ((qkv_wpage[l] ^ probe_qkv_rpage[l]) != qkv[0] ||
          (probe_a_wpage[l] ^ a_rpage[l]) != a[0]) parity = 1'b0;
    end
    a_qkv_pages: assert (!same_qkv);
    a_a_pages: assert (!same_a);
    a_x_room: assert (!x_over);
    if (probe_readout && (chain_busy >> depth_i) != '0) begin
      a_head_pages: assert (head_page != readout_page);
    end
    // Something goes on, or begins.
    if (busy && chain_busy == '0 && !probe_chosen && !probe_seed && !probe_run && !probe_readout &&
        !encoder_seeding_q && !(probe_pending && !input_full_i)) begin
      a_not_stuck: assert (chain_start != '0 || encoder_seed || readout || ready);
    end
    if (ready_q) a_ssa_taken: assert (ssa_active);
    if (encoder_start) a_encoder_seeds: assert (!encoder_seeding_q && input_full_i);
    if (encoder_seed) a_encoder_quiet: assert (!probe_encoding);
    if (ssa_start) a_ssa_seeds: assert (!ssa_seeding_q);
    if (!busy) begin
      a_idle: assert (chain_busy == '0 && !ssa_active && !probe_readout && can_start);
    end

    // Helpers of the induction.
    h_ssa_once: assert (32'(probe_chosen) + 32'(probe_seed) + 32'(probe_run) <= 32'd1);
    if (ssa_seeding_q) h_ssa_seeding: assert (probe_seed);
    if (ssa_active) h_ssa_layer: assert (5'(ssa_layer) < depth_i);
    h_chains: assert ((chain_busy >> depth_i) <= (Depth + 1)'(1));
    if (probe_asked) h_asked: assert (probe_pending && !probe_encoding);
    if (encoder_seeding_q) h_seeding: assert (probe_asked);
    if (probe_encoding) h_encoding: assert (chain_busy[0]);
    h_scores: assert (probe_scores <= 2'd2 && (head_page ^ readout_page) == probe_scores[0]);
    if (probe_readout) h_readout: assert (probe_scores != '0);
    if ((chain_busy >> depth_i) != '0) h_head: assert (probe_scores <= 2'd1);
    h_layers: assert (counts && reads && beyond && serves && pages && parity);
  end

  always_ff @(posedge clk_i) begin
    c_all_busy: cover (rst_ni && chain_busy == '1 && probe_run && depth_i == 5'(Depth));
    c_done: cover (rst_ni && done);
    c_two_scores: cover (rst_ni && probe_scores == 2'd2);
  end

endmodule
