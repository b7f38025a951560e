// SPDX-License-Identifier: Apache-2.0
// The A memory between SSA and AIMC phases: controller, corner turn and token reader together, as
// the core wires them. No word is read before it is written, none is written while it is read or
// still to be read, although the reader starts while the last step is being written.
//
// Assumes: columns only between ssa_start and the last column of the last step, which comes with
// ssa_done; AIMC phases with the reader end when it has delivered everything; shapes in range and
// standing still while busy.

module a_memory_formal #(
    parameter int unsigned Tokens = 3,
    parameter int unsigned TileTokens = Tokens,
    parameter int unsigned HeadDim = 2,
    parameter int unsigned Steps = 2,
    localparam int unsigned ColBits = (HeadDim > 1) ? $clog2(HeadDim) : 1,
    localparam int unsigned Banks = (TileTokens + HeadDim - 1) / HeadDim,
    localparam int unsigned Blocks = (Tokens + TileTokens - 1) / TileTokens,
    localparam int unsigned BlockBits = (Blocks > 1) ? $clog2(Blocks) : 1,
    localparam int unsigned WordsBits = $clog2(Banks + 1),
    localparam int unsigned Groups = (TileTokens + Banks - 1) / Banks,
    localparam int unsigned GroupBits = (Groups > 1) ? $clog2(Groups) : 1
) (
    input wire logic              clk_i,
    input wire logic              rst_ni,
    input wire logic              clr_i,
    input wire logic              start_i,
    input wire logic              input_full_i,
    input wire logic              seeder_busy_i,
    input wire logic              chain_done_i,
    input wire logic              readout_done_i,
    input wire logic              a_valid_i,
    input wire logic [TileTokens-1:0] a_i,
    input wire logic              out_ready_i
);

  (* anyconst *) logic [4:0] depth;
  (* anyconst *) logic [10:0] n_tokens;
  (* anyconst *) logic [7:0] steps;

  logic chain_start, ssa_start, embed, busy, re, out_valid, ssa_done, draining;
  logic [3:0] phase;
  logic [17:0] re_tag;
  logic [HeadDim-1:0] rdata, out_data;
  logic [WordsBits-1:0] wr_words;

  xpk_controller u_controller (
      .clk_i, .rst_ni, .clr_i, .start_i, .depth_i(depth), .input_full_i, .encoder_start_o(),
      .encoder_release_o(), .seeder_busy_i, .seeder_start_o(), .seeder_kind_o(),
      .seeder_layer_o(), .embed_o(embed), .last_o(), .layer_o(), .qkv_layer_o(),
      .chain_start_o(chain_start), .chain_done_i, .ssa_start_o(ssa_start), .ssa_done_i(ssa_done),
      .readout_o(), .readout_done_i, .busy_o(busy), .done_o(), .phase_o(phase)
  );

  // Columns of the attention engine, at any time it likes.
  logic ssa_q;
  logic [ColBits-1:0] col_q;
  logic [7:0] step_q;
  logic last_col, last_block;
  logic [BlockBits-1:0] block_q;

  assign last_col = a_valid_i && 32'(col_q) == HeadDim - 1;
  assign last_block = (32'(block_q) + 1) * TileTokens >= 32'(n_tokens);
  assign ssa_done = last_col && last_block && step_q + 8'd1 == steps;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      ssa_q <= 1'b0;
      col_q <= '0;
      step_q <= '0;
      block_q <= '0;
    end else if (clr_i || ssa_start) begin
      ssa_q <= !clr_i;
      col_q <= '0;
      step_q <= '0;
      block_q <= '0;
    end else if (a_valid_i) begin
      col_q <= last_col ? '0 : col_q + 1'b1;
      if (last_col) block_q <= last_block ? '0 : block_q + 1'b1;
      if (last_col && last_block) step_q <= step_q + 8'd1;
      if (ssa_done) ssa_q <= 1'b0;
    end
  end

  xpk_corner_turn #(
      .Tokens(Tokens), .TileTokens(TileTokens), .Heads(1), .HeadDim(HeadDim), .Steps(Steps)
  ) u_corner_turn (
      .clk_i, .rst_ni, .clr_i, .n_tokens_i(n_tokens),
      .a_valid_i, .a_step_i(step_q), .a_memory_i(1'b0), .a_block_i(block_q), .a_col_i(col_q), .a_i,
      .draining_o(draining), .wr_words_o(wr_words), .re_i(re), .re_tag_i(re_tag), .rdata_o(rdata)
  );

  xpk_token_reader #(
      .Width(HeadDim)
  ) u_reader (
      .clk_i, .rst_ni, .clr_i, .start_i(chain_start), .n_tokens_i(n_tokens), .steps_i(steps),
      .re_o(re), .re_tag_o(re_tag), .rdata_i(rdata),
      .out_valid_o(out_valid), .out_ready_i, .out_data_o(out_data), .out_tag_o()
  );

  first_reset u_reset (.clk_i, .rst_ni);

  // What the corner turn writes in this cycle: a group of tokens of one step.
  logic [7:0] probe_drain_step, group, step;
  logic [9:0] token, drain_block, drain_place;
  logic [31:0] probe_drain_block;
  logic [GroupBits-1:0] probe_group;
  logic probe_walk, reading;
  logic [1:0] probe_level, probe_count;
  logic probe_fresh;

  assign group = 8'(probe_group);
  assign {token, step} = re_tag;
  // The first token that is written in this cycle, and the next block.
  assign drain_block = 10'(probe_drain_block);
  assign drain_place = drain_block * 10'(TileTokens) + 10'(group) * 10'(Banks);
  assign reading = chain_start || probe_walk || probe_level != '0;

  always_comb begin
    assume (depth >= 5'd1 && depth <= 5'd16);
    assume (n_tokens >= 11'd1 && 32'(n_tokens) <= Tokens && steps >= 8'd1 && 32'(steps) <= Steps);
    if (!ssa_q) assume (!a_valid_i);
    if (phase != xpk_pkg::PhaseAimc || (!embed && reading)) assume (!chain_done_i);

    // A read word is complete: not written now, nor later in this step.
    if (re && draining && step == probe_drain_step) begin
      a_read_after_write: assert (token < drain_place);
    end
    // Columns, from which the next writes come, arrive only while nothing is left to read.
    if (a_valid_i) a_write_after_read: assert (!reading && phase == xpk_pkg::PhaseSsa);
    if (re) a_read_in_phase: assert (phase == xpk_pkg::PhaseAimc && !embed);

    // Helpers of the induction.
    h_ssa: assert ((phase == xpk_pkg::PhaseSsa) == (ssa_start || ssa_q));
    if (ssa_start) h_ssa_start: assert (!ssa_q);
    if (phase == xpk_pkg::PhaseSsa || phase == xpk_pkg::PhaseWaitSeed) h_embed: assert (!embed);
    if (reading) h_reading: assert (phase == xpk_pkg::PhaseAimc && !embed && busy);
    if (chain_start) h_chain_start: assert (!probe_walk && probe_level == '0);
    if (!probe_walk) h_tag: assert (re_tag == '0);
    h_level: assert (probe_level == probe_count + 2'(probe_fresh) && probe_level <= 2'd2);
    h_range: assert ({1'b0, token} < n_tokens && step < steps && 32'(col_q) < HeadDim);
    h_block: assert (11'(block_q) * 11'(TileTokens) < n_tokens && 32'(block_q) < Blocks);
    if (ssa_q) h_step: assert (step_q < steps);
    if (draining) begin
      h_group: assert (11'(drain_place) < n_tokens && 32'(drain_block) < Blocks &&
                       11'(group) * 11'(Banks) < 11'(TileTokens));
      if (phase == xpk_pkg::PhaseSsa) begin
        h_drain_ssa: assert (ssa_q && 8'(col_q) <= group && !reading);
      end else begin
        h_drain_aimc: assert (chain_start ? group == '0 : probe_walk && 10'(group) > token);
        h_drain_block: assert ((11'(drain_block) + 11'd1) * 11'(TileTokens) >= n_tokens);
        h_drain_last: assert (reading && probe_drain_step + 8'd1 == steps);
      end
    end
  end

  always_ff @(posedge clk_i) begin
    c_overlap: cover (rst_ni && re && draining && step == probe_drain_step);
    c_all_read: cover (rst_ni && !reading && phase == xpk_pkg::PhaseAimc && !embed &&
                       n_tokens == 11'(Tokens) && chain_done_i);
  end

endmodule
