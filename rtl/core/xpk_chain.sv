// SPDX-License-Identifier: Apache-2.0
// The AIMC chain: all fully connected stages, both residual units, the skip FIFO and the x memory.
//
//   AIMC 0:    rows -> EMBED -> x -> Q, K, V
//   AIMC l+1:  A -> PROJ -> res1 -> FF1 -> FF2 -> res2 -> x -> Q, K, V of layer l+1, or HEAD
//                            +------ skip FIFO ------^
//
// | parameter   | legal      | meaning                                 |
// |-------------|------------|-----------------------------------------|
// | (all)       | see xpk_core | shapes of the build                   |
//
// Every stage works on another token-step at the same time: one token-step per m * AdcCycles
// cycles, no bubble. x is kept in place: the word of a token-step is read for res1 before res2 of
// the same token-step overwrites it. Source: paper, section IV (dataflow), docs/numerics.md 1.

`default_nettype none

module xpk_chain #(
    parameter int unsigned Tokens = 8,
    parameter int unsigned Dim = 16,
    parameter int unsigned FfDim = 32,
    parameter int unsigned Depth = 1,
    parameter int unsigned Steps = 4,
    parameter int unsigned InputRows = 16,
    parameter int unsigned Classes = 4,
    parameter int unsigned ArrayRows = 32,
    parameter int unsigned ArrayCols = 16,
    parameter int unsigned Converters = 4,
    parameter int unsigned AdcCycles = 1,
    localparam int unsigned MuxSteps = (ArrayCols + Converters - 1) / Converters,
    localparam int unsigned MuxBits = (MuxSteps > 1) ? $clog2(MuxSteps) : 1,
    localparam int unsigned DimBlocks = (Dim + ArrayCols - 1) / ArrayCols
) (
    input  wire logic                             clk_i,
    input  wire logic                             rst_ni,
    input  wire logic                             clr_i,
    // Run-time configuration and phase.
    // Input encoding and random numbers do not concern the chain.
    /* verilator lint_off UNUSEDSIGNAL */
    input  wire xpk_pkg::ctrl_t                   ctrl_i,
    /* verilator lint_on UNUSEDSIGNAL */
    input  wire logic                      [ 1:0] res1_mode_i,
    input  wire logic                      [ 1:0] res2_mode_i,
    input  wire logic                             embed_i,       // AIMC 0
    input  wire logic                             last_i,        // x goes to HEAD
    input  wire logic                      [ 3:0] layer_i,       // of PROJ, FF1, FF2
    input  wire logic                      [ 3:0] qkv_layer_i,
    input  wire logic                             start_i,       // read A and x from the first token-step on
    output logic                                  sink_done_o,   // last token-step has left the chain
    // Encoded input rows.
    input  wire logic                             rows_valid_i,
    output logic                                  rows_ready_o,
    input  wire logic           [InputRows-1:0]   rows_bits_i,
    input  wire xpk_pkg::tag_t                    rows_tag_i,
    // A memory.
    output logic                                  a_re_o,
    output xpk_pkg::tag_t                         a_tag_o,
    input  wire logic           [Dim-1:0]         a_rdata_i,
    // Q, K, V spikes per mux step (all three in lock-step).
    output logic                                  step_valid_o,
    output logic                [MuxBits-1:0]     step_index_o,
    output xpk_pkg::tag_t                         step_tag_o,
    output logic [DimBlocks*Converters-1:0]       q_bits_o,
    output logic [DimBlocks*Converters-1:0]       k_bits_o,
    output logic [DimBlocks*Converters-1:0]       v_bits_o,
    // Scores.
    input  wire logic                             readout_i,
    output logic                                  readout_done_o,
    output logic                                  out_valid_o,
    input  wire logic                             out_ready_i,
    output logic                [31:0]            out_data_o,
    output logic                                  out_last_o,
    // Programming.
    input  wire xpk_pkg::par_t                    par_i,
    input  wire xpk_pkg::cell_t                   cell_i,
    output logic [xpk_pkg::CellBits-1:0]          cell_rdata_o,
    output logic                                  cell_rvalid_o,
    // Memory accesses and events for the counters.
    output logic                                  x_re_o,
    output logic                                  x_we_o,
    output xpk_pkg::chain_events_t                events_o
);

  localparam int unsigned SlotCycles = MuxSteps * AdcCycles;
  // Token-steps that can be under way between res1 and res2: two stages, each with its pipeline.
  localparam int unsigned SkipDepth = 2 * ((2 * SlotCycles + 5) / SlotCycles) + 2;
  localparam int unsigned XWords = Tokens * Steps;
  localparam int unsigned XAddrBits = (XWords > 1) ? $clog2(XWords) : 1;

  logic [7:0] cell_rvalid;
  logic [8*xpk_pkg::CellBits-1:0] cell_rdata;
  logic [7:0] converting;
  logic [7:0] unused_busy;

  // ---- EMBED ---------------------------------------------------------------------------------
  logic embed_valid, embed_ready;
  logic [Dim-1:0] embed_bits;
  xpk_pkg::tag_t embed_tag;

  // Only Q, K and V hand out spikes per mux step; the other stages' step ports stay open.
  /* verilator lint_off PINCONNECTEMPTY */
  xpk_stage #(
      .Inputs(InputRows), .Outputs(Dim), .Layers(1), .Matrix(xpk_pkg::MatrixEmbed),
      .Rows(ArrayRows), .Cols(ArrayCols), .Converters(Converters), .AdcCycles(AdcCycles)
  ) u_embed (
      .clk_i, .rst_ni, .clr_i, .layer_i(4'd0),
      .in_valid_i(rows_valid_i), .in_ready_o(rows_ready_o),
      .in_bits_i(rows_bits_i), .in_tag_i(rows_tag_i),
      .out_valid_o(embed_valid), .out_ready_i(embed_ready),
      .out_bits_o(embed_bits), .out_tag_o(embed_tag),
      .step_valid_o(), .step_index_o(), .step_bits_o(), .step_tag_o(),
      .par_i, .cell_i,
      .cell_rdata_o(cell_rdata[0+:xpk_pkg::CellBits]), .cell_rvalid_o(cell_rvalid[0]),
      .busy_o(unused_busy[0]), .conv_o(converting[0])
  );

  // ---- PROJ and res1 -------------------------------------------------------------------------
  logic a_valid, a_ready;
  logic [Dim-1:0] a_bits;
  xpk_pkg::tag_t a_tag;

  xpk_token_reader #(.Width(Dim)) u_a_reader (
      .clk_i, .rst_ni, .clr_i, .start_i,
      .n_tokens_i(ctrl_i.n_tokens), .steps_i(ctrl_i.steps),
      .re_o(a_re_o), .re_tag_o(a_tag_o), .rdata_i(a_rdata_i),
      .out_valid_o(a_valid), .out_ready_i(a_ready), .out_data_o(a_bits), .out_tag_o(a_tag)
  );

  logic proj_valid, proj_ready;
  logic [Dim-1:0] proj_bits;
  xpk_pkg::tag_t proj_tag;

  xpk_stage #(
      .Inputs(Dim), .Outputs(Dim), .Layers(Depth), .Matrix(xpk_pkg::MatrixProj),
      .Rows(ArrayRows), .Cols(ArrayCols), .Converters(Converters), .AdcCycles(AdcCycles)
  ) u_proj (
      .clk_i, .rst_ni, .clr_i, .layer_i,
      .in_valid_i(a_valid), .in_ready_o(a_ready), .in_bits_i(a_bits), .in_tag_i(a_tag),
      .out_valid_o(proj_valid), .out_ready_i(proj_ready),
      .out_bits_o(proj_bits), .out_tag_o(proj_tag),
      .step_valid_o(), .step_index_o(), .step_bits_o(), .step_tag_o(),
      .par_i, .cell_i,
      .cell_rdata_o(cell_rdata[4*xpk_pkg::CellBits+:xpk_pkg::CellBits]),
      .cell_rvalid_o(cell_rvalid[4]),
      .busy_o(unused_busy[4]), .conv_o(converting[4])
  );

  logic x_read_valid, x_read_ready;
  logic [Dim-1:0] x_read_bits, x_rdata;
  xpk_pkg::tag_t x_re_tag, unused_x_read_tag;

  xpk_token_reader #(.Width(Dim)) u_x_reader (
      .clk_i, .rst_ni, .clr_i, .start_i,
      .n_tokens_i(ctrl_i.n_tokens), .steps_i(ctrl_i.steps),
      .re_o(x_re_o), .re_tag_o(x_re_tag), .rdata_i(x_rdata),
      .out_valid_o(x_read_valid), .out_ready_i(x_read_ready),
      .out_data_o(x_read_bits), .out_tag_o(unused_x_read_tag)
  );

  logic h_valid, ff1_ready, skip_ready, h_fire;
  logic [Dim-1:0] h_bits;

  xpk_residual #(.Width(Dim)) u_res1 (
      .mode_i(res1_mode_i), .x_i(x_read_bits), .branch_i(proj_bits), .y_o(h_bits)
  );

  assign h_valid = proj_valid && x_read_valid;
  assign h_fire = h_valid && ff1_ready && skip_ready;
  assign proj_ready = h_fire;
  assign x_read_ready = h_fire;

  // ---- FF1, FF2 and res2 ---------------------------------------------------------------------
  logic ff1_valid, ff2_in_ready, ff2_valid, skip_valid, res2_fire;
  logic [FfDim-1:0] ff1_bits;
  logic [Dim-1:0] ff2_bits, skip_bits, res2_bits;
  xpk_pkg::tag_t ff1_tag, ff2_tag;

  xpk_stage #(
      .Inputs(Dim), .Outputs(FfDim), .Layers(Depth), .Matrix(xpk_pkg::MatrixFf1),
      .Rows(ArrayRows), .Cols(ArrayCols), .Converters(Converters), .AdcCycles(AdcCycles)
  ) u_ff1 (
      .clk_i, .rst_ni, .clr_i, .layer_i,
      .in_valid_i(h_valid && skip_ready), .in_ready_o(ff1_ready),
      .in_bits_i(h_bits), .in_tag_i(proj_tag),
      .out_valid_o(ff1_valid), .out_ready_i(ff2_in_ready),
      .out_bits_o(ff1_bits), .out_tag_o(ff1_tag),
      .step_valid_o(), .step_index_o(), .step_bits_o(), .step_tag_o(),
      .par_i, .cell_i,
      .cell_rdata_o(cell_rdata[5*xpk_pkg::CellBits+:xpk_pkg::CellBits]),
      .cell_rvalid_o(cell_rvalid[5]),
      .busy_o(unused_busy[5]), .conv_o(converting[5])
  );

  xpk_stage #(
      .Inputs(FfDim), .Outputs(Dim), .Layers(Depth), .Matrix(xpk_pkg::MatrixFf2),
      .Rows(ArrayRows), .Cols(ArrayCols), .Converters(Converters), .AdcCycles(AdcCycles)
  ) u_ff2 (
      .clk_i, .rst_ni, .clr_i, .layer_i,
      .in_valid_i(ff1_valid), .in_ready_o(ff2_in_ready), .in_bits_i(ff1_bits), .in_tag_i(ff1_tag),
      .out_valid_o(ff2_valid), .out_ready_i(res2_fire),
      .out_bits_o(ff2_bits), .out_tag_o(ff2_tag),
      .step_valid_o(), .step_index_o(), .step_bits_o(), .step_tag_o(),
      .par_i, .cell_i,
      .cell_rdata_o(cell_rdata[6*xpk_pkg::CellBits+:xpk_pkg::CellBits]),
      .cell_rvalid_o(cell_rvalid[6]),
      .busy_o(unused_busy[6]), .conv_o(converting[6])
  );

  xpk_fifo #(.Width(Dim), .Depth(SkipDepth)) u_skip (
      .clk_i, .rst_ni, .clr_i,
      .in_valid_i(h_valid && ff1_ready), .in_ready_o(skip_ready), .in_data_i(h_bits),
      .out_valid_o(skip_valid), .out_ready_i(res2_fire), .out_data_o(skip_bits)
  );

  xpk_residual #(.Width(Dim)) u_res2 (
      .mode_i(res2_mode_i), .x_i(skip_bits), .branch_i(ff2_bits), .y_o(res2_bits)
  );

  // ---- x: from EMBED or res2, to the x memory and Q, K, V, or to HEAD -------------------------
  logic x_valid, x_ready, x_fire, head_ready, head_mvm, head_busy;
  logic [2:0] qkv_ready;
  logic [Dim-1:0] x_bits;
  xpk_pkg::tag_t x_tag;

  assign x_valid = embed_i ? embed_valid : (ff2_valid && skip_valid);
  assign x_bits = embed_i ? embed_bits : res2_bits;
  assign x_tag = embed_i ? embed_tag : ff2_tag;
  assign x_ready = last_i ? head_ready : &qkv_ready;
  assign x_fire = x_valid && x_ready;
  assign embed_ready = embed_i && x_ready;
  assign res2_fire = !embed_i && x_fire;

  assign x_we_o = x_fire && !last_i;

  xpk_ram_1r1w #(.Width(Dim), .Depth(XWords)) u_x_memory (
      .clk_i, .we_i(x_we_o),
      .waddr_i(XAddrBits'(x_tag.token * Steps + 32'(x_tag.step))), .wdata_i(x_bits),
      .re_i(x_re_o),
      .raddr_i(XAddrBits'(x_re_tag.token * Steps + 32'(x_re_tag.step))), .rdata_o(x_rdata)
  );

  logic [2:0] qkv_valid, step_valid;
  logic [MuxBits-1:0] step_index;
  logic [3*DimBlocks*Converters-1:0] step_bits;
  xpk_pkg::tag_t q_tag, step_tag;

  for (genvar g = 0; g < 3; g++) begin : gen_qkv
    // The three run in lock-step: the tags and mux steps of Q serve all. The spikes of a whole
    // token-step are for the simulation monitor.
    logic [Dim-1:0] unused_bits;
    logic [MuxBits-1:0] unused_index;
    xpk_pkg::tag_t unused_tag, unused_step_tag;
    xpk_stage #(
        .Inputs(Dim), .Outputs(Dim), .Layers(Depth), .Matrix(xpk_pkg::MatrixQ + 3'(g)),
        .Rows(ArrayRows), .Cols(ArrayCols), .Converters(Converters), .AdcCycles(AdcCycles)
    ) u_stage (
        .clk_i, .rst_ni, .clr_i, .layer_i(qkv_layer_i),
        .in_valid_i(x_fire && !last_i), .in_ready_o(qkv_ready[g]),
        .in_bits_i(x_bits), .in_tag_i(x_tag),
        .out_valid_o(qkv_valid[g]), .out_ready_i(1'b1),
        .out_bits_o(unused_bits), .out_tag_o(unused_tag),
        .step_valid_o(step_valid[g]), .step_index_o(unused_index),
        .step_bits_o(step_bits[g*DimBlocks*Converters+:DimBlocks*Converters]),
        .step_tag_o(unused_step_tag),
        .par_i, .cell_i,
        .cell_rdata_o(cell_rdata[(1+g)*xpk_pkg::CellBits+:xpk_pkg::CellBits]),
        .cell_rvalid_o(cell_rvalid[1+g]),
        .busy_o(unused_busy[1+g]), .conv_o(converting[1+g])
    );
    if (g == 0) begin : gen_lead
      assign q_tag = unused_tag;
      assign step_tag = unused_step_tag;
      assign step_index = unused_index;
    end
  end
  /* verilator lint_on PINCONNECTEMPTY */

  assign step_valid_o = step_valid[0];
  assign step_index_o = step_index;
  assign step_tag_o = step_tag;
  assign {v_bits_o, k_bits_o, q_bits_o} = step_bits;

  xpk_head #(
      .Inputs(Dim), .Classes(Classes), .Steps(Steps), .Rows(ArrayRows), .Cols(ArrayCols),
      .Converters(Converters), .AdcCycles(AdcCycles)
  ) u_head (
      .clk_i, .rst_ni, .clr_i,
      .n_tokens_i(ctrl_i.n_tokens), .steps_i(ctrl_i.steps), .pooling_i(ctrl_i.pooling),
      .anytime_i(ctrl_i.anytime), .classes_i(ctrl_i.classes),
      .in_valid_i(x_valid && last_i), .in_ready_o(head_ready),
      .in_bits_i(x_bits), .in_tag_i(x_tag),
      .busy_o(head_busy), .conv_o(converting[7]), .mvm_o(head_mvm),
      .readout_i, .out_valid_o, .out_ready_i, .out_data_o, .out_last_o, .done_o(readout_done_o),
      .par_i, .cell_i,
      .cell_rdata_o(cell_rdata[7*xpk_pkg::CellBits+:xpk_pkg::CellBits]),
      .cell_rvalid_o(cell_rvalid[7])
  );
  assign unused_busy[7] = head_busy;

  // ---- End of phase --------------------------------------------------------------------------
  // The last token-step leaves through the output register of Q, K, V, or has been scored by HEAD.
  logic head_last_q, head_seen_last;
  xpk_pkg::tag_t final_tag;
  assign final_tag.token = xpk_pkg::TokenBits'(ctrl_i.n_tokens - 1'b1);
  assign final_tag.step = ctrl_i.steps - 8'd1;
  assign head_seen_last = x_fire && last_i && (x_tag == final_tag);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) head_last_q <= 1'b0;
    else if (clr_i || sink_done_o) head_last_q <= 1'b0;
    else if (head_seen_last) head_last_q <= 1'b1;
  end

  assign sink_done_o = last_i ? (head_last_q && !head_busy) : (qkv_valid[0] && q_tag == final_tag);

  // ---- Read-back of cells ---------------------------------------------------------------------
  always_comb begin
    cell_rdata_o = '0;
    for (int unsigned m = 0; m < 8; m++) begin
      if (cell_rvalid[m]) cell_rdata_o = cell_rdata[m*xpk_pkg::CellBits+:xpk_pkg::CellBits];
    end
  end
  assign cell_rvalid_o = |cell_rvalid;

  xpk_chain_events #(
      .InputRows(InputRows), .Dim(Dim), .FfDim(FfDim), .StepBits(DimBlocks * Converters)
  ) u_events (
      .clk_i, .rst_ni, .clr_i,
      .rows_fire_i(rows_valid_i && rows_ready_o), .rows_i(rows_bits_i),
      .a_fire_i(a_valid && a_ready), .a_i(a_bits),
      .h_fire_i(h_fire), .proj_i(proj_bits), .h_i(h_bits),
      .ff1_fire_i(ff1_valid && ff2_in_ready), .ff1_i(ff1_bits),
      .x_fire_i(x_fire), .ff2_i(ff2_bits), .x_i(x_bits),
      .step_valid_i(step_valid[0]), .q_i(q_bits_o), .k_i(k_bits_o), .v_i(v_bits_o),
      .embed_i, .last_i, .head_mvm_i(head_mvm), .converting_i(|converting), .events_o
  );

`ifdef VERILATOR
  // Q, K and V see the same handshakes, and the readers stay in step with the stages they feed.
  // Nothing is valid during a reset, so the properties need no reset of their own.
  a_lock_step : assert property (@(posedge clk_i) qkv_valid == '0 || qkv_valid == '1);
  a_lock_step_mux : assert property (@(posedge clk_i) step_valid == '0 || step_valid == '1);
  a_skip_in_step : assert property (@(posedge clk_i) !ff2_valid || embed_i || skip_valid);
  a_res1_tags : assert property (@(posedge clk_i) !h_fire || unused_x_read_tag == proj_tag);
`endif

endmodule

`default_nettype wire
