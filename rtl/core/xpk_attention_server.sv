// SPDX-License-Identifier: Apache-2.0
// One SSA engine in the service of all layers: seeds its lanes, runs it on the columns of a layer and
// puts the result into the A memory of that layer.
//
// | parameter | legal             | meaning                             |
// |-----------|-------------------|-------------------------------------|
// | Depth     | 2..16             | layers, each with an A memory of two pages |
// | Seeds     | see xpk_lfsr_bank | lanes seeded per cycle              |
// | (others)  | see xpk_core      | shapes of the build                 |
//
// `seed_i` makes the lane states of layer_i and of the two words beside it; seeding_o is up from the
// next cycle on, for 18 + ceil(lanes / Seeds) cycles. `start_i` then runs the engine: reads of the
// columns go to all layers, those of layer_i count, and answer one cycle later. layer_i, its
// configuration and a_wpage_i stand still from `seed_i` to `done_o`. Words of A may be read as
// xpk_corner_turn says; a_rpage_i and a_tag_i name the page and word of every layer's port.

`default_nettype none

module xpk_attention_server #(
    parameter int unsigned Tokens = 8,
    parameter int unsigned Heads = 2,
    parameter int unsigned HeadDim = 8,
    parameter int unsigned Depth = 2,
    parameter int unsigned Steps = 4,
    parameter int unsigned LeapScore = 32,
    parameter int unsigned LeapValue = 32,
    parameter int unsigned Seeds = 1,
    localparam int unsigned Dim = Heads * HeadDim,
    localparam int unsigned ColBits = (HeadDim > 1) ? $clog2(HeadDim) : 1,
    localparam int unsigned ColumnBits = 3 * Heads * Tokens,
    localparam int unsigned TagBits = xpk_pkg::TagBits,
    localparam int unsigned DrainBits = $clog2((Tokens + HeadDim - 1) / HeadDim + 1),
    localparam int unsigned GatedBits = $clog2(Heads * Tokens + 1)
) (
    input  wire logic                        clk_i,
    input  wire logic                        rst_ni,
    input  wire logic                        clr_i,
    input  wire logic [xpk_pkg::TokenCountBits-1:0] n_tokens_i,
    input  wire logic [7:0]                  steps_i,
    input  wire logic                        causal_i,
    input  wire logic [3:0]                  layer_i,
    input  wire xpk_pkg::layer_t             layer_cfg_i,
    // Control.
    input  wire logic                        seed_i,
    input  wire logic [31:0]                 word_i,   // register SEED of the image
    input  wire logic [31:0]                 image_i,  // its number
    output logic                             seeding_o,
    input  wire logic                        start_i,
    output logic                             done_o,
    // Columns of every layer: V above K above Q.
    output logic                             qk_re_o,
    output logic      [7:0]                  qk_step_o,
    output logic      [ColBits-1:0]          qk_col_o,
    output logic                             v_re_o,
    output logic      [7:0]                  v_step_o,
    output logic      [ColBits-1:0]          v_col_o,
    input  wire logic [Depth*ColumnBits-1:0] columns_i,
    // A memories, one per layer.
    input  wire logic                        a_wpage_i,
    input  wire logic [Depth-1:0]            a_rpage_i,
    input  wire logic [Depth-1:0]            a_re_i,
    input  wire logic [Depth*TagBits-1:0]    a_tag_i,
    output logic      [Depth*Dim-1:0]        a_rdata_o,
    // Events, for the counters.
    output logic                             draw_score_o,
    output logic                             draw_value_o,
    output logic      [GatedBits-1:0]        gated_rows_o,
    output xpk_pkg::count_t                  a_column_o,
    output logic      [DrainBits-1:0]        a_words_o
);

  localparam int unsigned LayerIndexBits = $clog2(Depth);

  if (Depth < 2 || Depth > 16) begin : gen_check
    $error("xpk_attention_server: Depth must be 2..16");
  end

  logic a_valid, ssa_we, unused_ssa_kind;
  logic [7:0] a_step;
  logic [ColBits-1:0] a_col;
  logic [Heads*Tokens-1:0] a_bits;
  logic [15:0] ssa_lane;
  logic [Seeds*32-1:0] ssa_state;
  logic [ColumnBits-1:0] columns;
  // Seen by the simulation monitor only.
  logic unused_s_valid, unused_ssa_busy, unused_draining;
  logic [7:0] unused_s_step;
  logic [Heads*Tokens-1:0] unused_s;
  // A tile is as long as a sequence here: one block.
  logic unused_s_row, unused_s_key, unused_q_block, unused_k_block, unused_v_block, unused_a_block;
  logic unused_draw_row;

  xpk_stream_seeder #(
      .EncoderLanes(1), .AttentionLanes(2 * Heads * ((Tokens + 3) / 4)), .Seeds(Seeds)
  ) u_ssa_seeder (
      .clk_i, .rst_ni, .clr_i, .start_i(seed_i), .kind_i(1'b1), .calibrate_i(1'b0),
      .layer_i,
      .seed_i(word_i), .image_i, .busy_o(seeding_o),
      .seed_kind_o(unused_ssa_kind), .seed_we_o(ssa_we), .seed_lane_o(ssa_lane),
      .seed_state_o(ssa_state)
  );

  always_comb begin
    columns = columns_i[0+:ColumnBits];
    for (int unsigned l = 1; l < Depth; l++) begin
      if (layer_i == 4'(l)) columns = columns_i[l*ColumnBits+:ColumnBits];
    end
  end

  xpk_ssa_engine #(
      .Tokens(Tokens), .Heads(Heads), .HeadDim(HeadDim), .Steps(Steps),
      .LeapScore(LeapScore), .LeapValue(LeapValue), .Seeds(Seeds)
  ) u_ssa (
      .clk_i, .rst_ni, .clr_i, .start_i, .n_tokens_i,
      .steps_i, .causal_i, .layer_i(layer_cfg_i),
      .busy_o(unused_ssa_busy), .done_o,
      .seed_we_i(ssa_we), .seed_lane_i(ssa_lane), .seed_state_i(ssa_state),
      .qk_re_o, .qk_step_o, .qk_row_o(unused_q_block), .qk_key_o(unused_k_block), .qk_col_o,
      .q_i(columns[0+:Heads*Tokens]), .k_i(columns[Heads*Tokens+:Heads*Tokens]),
      .v_re_o, .v_step_o, .v_key_o(unused_v_block), .v_col_o,
      .v_i(columns[2*Heads*Tokens+:Heads*Tokens]),
      .a_valid_o(a_valid), .a_step_o(a_step), .a_row_o(unused_a_block), .a_col_o(a_col), .a_o(a_bits),
      .s_valid_o(unused_s_valid), .s_step_o(unused_s_step), .s_row_block_o(unused_s_row),
      .s_key_block_o(unused_s_key),
      .s_row_i('0), .s_o(unused_s),
      .draw_score_o, .draw_value_o, .draw_row_o(unused_draw_row), .gated_rows_o
  );

  // The second page of A lies behind the time steps of the first one.
  logic [Depth*TagBits-1:0] a_tags;

  always_comb begin
    a_tags = a_tag_i;
    for (int unsigned l = 0; l < Depth; l++) begin
      if (a_rpage_i[l]) a_tags[l*TagBits+:8] = a_tag_i[l*TagBits+:8] + 8'(Steps);
    end
  end

  xpk_corner_turn #(
      .Tokens(Tokens), .Heads(Heads), .HeadDim(HeadDim), .Steps(2 * Steps), .Memories(Depth)
  ) u_corner_turn (
      .clk_i, .rst_ni, .clr_i, .n_tokens_i,
      .a_valid_i(a_valid), .a_step_i(a_step + (a_wpage_i ? 8'(Steps) : 8'd0)),
      .a_memory_i(LayerIndexBits'(layer_i)), .a_block_i(1'b0), .a_col_i(a_col), .a_i(a_bits),
      .draining_o(unused_draining), .wr_words_o(a_words_o),
      .re_i(a_re_i), .re_tag_i(a_tags), .rdata_o(a_rdata_o)
  );

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      a_column_o <= '0;
    end else if (clr_i) begin
      a_column_o <= '0;
    end else begin
      a_column_o.fire <= a_valid;
      if (a_valid) a_column_o.spikes <= xpk_pkg::SpikeCountBits'($countones(a_bits));
    end
  end

endmodule

`default_nettype wire
