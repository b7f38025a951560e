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
    parameter bit Calibration = 1'b1,
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
    // Calibration pass, while nothing else is under way.
    input  wire xpk_pkg::calib_t                  calib_i,
    input  wire logic [ArrayRows-1:0]             calib_rows_i,
    output logic [xpk_pkg::CellBits-1:0]          cell_rdata_o,
    output logic                                  cell_rvalid_o,
    // Memory accesses and events for the counters.
    output logic                                  x_re_o,
    output logic                                  x_we_o,
    output xpk_pkg::chain_events_t                events_o
);

  localparam int unsigned CellBits = xpk_pkg::CellBits;
  localparam int unsigned XWords = Tokens * Steps;
  localparam int unsigned XAddrBits = (XWords > 1) ? $clog2(XWords) : 1;

  // EMBED, the layer, Q K V, HEAD.
  logic [3:0] cell_rvalid;
  logic [4*CellBits-1:0] cell_rdata;
  logic [7:0] converting;  // by matrix number

  // ---- EMBED ---------------------------------------------------------------------------------
  logic embed_valid, embed_ready, unused_embed_busy;
  logic [Dim-1:0] embed_bits;
  xpk_pkg::tag_t embed_tag;

  // Only Q, K and V hand out spikes per mux step; those ports of EMBED stay open.
  /* verilator lint_off PINCONNECTEMPTY */
  xpk_stage #(
      .Inputs(InputRows), .Outputs(Dim), .Layers(1), .Matrix(xpk_pkg::MatrixEmbed),
      .Rows(ArrayRows), .Cols(ArrayCols), .Converters(Converters), .AdcCycles(AdcCycles),
      .Calibration(Calibration)
  ) u_embed (
      .clk_i, .rst_ni, .clr_i, .layer_i(4'd0),
      .in_valid_i(rows_valid_i), .in_ready_o(rows_ready_o),
      .in_bits_i(rows_bits_i), .in_tag_i(rows_tag_i),
      .out_valid_o(embed_valid), .out_ready_i(embed_ready),
      .out_bits_o(embed_bits), .out_tag_o(embed_tag),
      .step_valid_o(), .step_index_o(), .step_bits_o(), .step_tag_o(),
      .par_i, .cell_i, .calib_i, .calib_rows_i,
      .cell_rdata_o(cell_rdata[0+:CellBits]), .cell_rvalid_o(cell_rvalid[0]),
      .busy_o(unused_embed_busy), .conv_o(converting[0])
  );
  /* verilator lint_on PINCONNECTEMPTY */

  // ---- PROJ, res1, FF1, FF2, res2 ------------------------------------------------------------
  logic layer_valid, layer_ready, a_fire, h_fire, ff1_fire;
  logic [Dim-1:0] layer_bits, a_bits, proj_bits, h_bits, ff2_bits, x_rdata;
  logic [FfDim-1:0] ff1_bits;
  xpk_pkg::tag_t layer_tag, x_re_tag;
  xpk_pkg::tag_t unused_a_tag, unused_h_tag, unused_ff1_tag;  // for the simulation monitor

  xpk_layer_chain #(
      .Dim(Dim), .FfDim(FfDim), .Layers(Depth), .ArrayRows(ArrayRows), .ArrayCols(ArrayCols),
      .Converters(Converters), .AdcCycles(AdcCycles), .Calibration(Calibration)
  ) u_layer (
      .clk_i, .rst_ni, .clr_i, .n_tokens_i(ctrl_i.n_tokens), .steps_i(ctrl_i.steps),
      .res1_mode_i, .res2_mode_i, .layer_i, .start_i,
      .a_re_o, .a_re_tag_o(a_tag_o), .a_rdata_i,
      .x_re_o, .x_re_tag_o(x_re_tag), .x_rdata_i(x_rdata),
      .out_valid_o(layer_valid), .out_ready_i(layer_ready),
      .out_bits_o(layer_bits), .out_tag_o(layer_tag),
      .a_fire_o(a_fire), .a_tag_o(unused_a_tag), .a_bits_o(a_bits),
      .h_fire_o(h_fire), .h_tag_o(unused_h_tag), .proj_bits_o(proj_bits), .h_bits_o(h_bits),
      .ff1_fire_o(ff1_fire), .ff1_tag_o(unused_ff1_tag), .ff1_bits_o(ff1_bits),
      .ff2_bits_o(ff2_bits),
      .converting_o(converting[6:4]),
      .par_i, .cell_i, .calib_i, .calib_rows_i,
      .cell_rdata_o(cell_rdata[1*CellBits+:CellBits]), .cell_rvalid_o(cell_rvalid[1])
  );

  // ---- x: from EMBED or res2, to the x memory and Q, K, V, or to HEAD -------------------------
  logic x_valid, x_ready, x_fire, qkv_ready, head_ready, head_mvm, head_busy;
  logic [Dim-1:0] x_bits;
  xpk_pkg::tag_t x_tag;

  assign x_valid = embed_i ? embed_valid : layer_valid;
  assign x_bits = embed_i ? embed_bits : layer_bits;
  assign x_tag = embed_i ? embed_tag : layer_tag;
  assign x_ready = last_i ? head_ready : qkv_ready;
  assign x_fire = x_valid && x_ready;
  assign embed_ready = embed_i && x_ready;
  assign layer_ready = !embed_i && x_ready;

  assign x_we_o = x_fire && !last_i;

  xpk_ram_1r1w #(.Width(Dim), .Depth(XWords)) u_x_memory (
      .clk_i, .we_i(x_we_o),
      .waddr_i(XAddrBits'(x_tag.token * Steps + 32'(x_tag.step))), .wdata_i(x_bits),
      .re_i(x_re_o),
      .raddr_i(XAddrBits'(x_re_tag.token * Steps + 32'(x_re_tag.step))), .rdata_o(x_rdata)
  );

  logic qkv_done;
  logic [3*Dim-1:0] unused_qkv_bits;  // for the simulation monitor
  xpk_pkg::tag_t q_tag;

  xpk_qkv #(
      .Dim(Dim), .Layers(Depth), .ArrayRows(ArrayRows), .ArrayCols(ArrayCols),
      .Converters(Converters), .AdcCycles(AdcCycles), .Calibration(Calibration)
  ) u_qkv (
      .clk_i, .rst_ni, .clr_i, .layer_i(qkv_layer_i),
      .in_valid_i(x_valid && !last_i), .in_ready_o(qkv_ready), .in_bits_i(x_bits),
      .in_tag_i(x_tag),
      .step_valid_o, .step_index_o, .step_tag_o, .q_bits_o, .k_bits_o, .v_bits_o,
      .done_o(qkv_done), .done_tag_o(q_tag), .bits_o(unused_qkv_bits),
      .converting_o(converting[3:1]),
      .par_i, .cell_i, .calib_i, .calib_rows_i,
      .cell_rdata_o(cell_rdata[2*CellBits+:CellBits]), .cell_rvalid_o(cell_rvalid[2])
  );

  xpk_head #(
      .Inputs(Dim), .Classes(Classes), .Steps(Steps), .Rows(ArrayRows), .Cols(ArrayCols),
      .Converters(Converters), .AdcCycles(AdcCycles), .Calibration(Calibration)
  ) u_head (
      .clk_i, .rst_ni, .clr_i,
      .n_tokens_i(ctrl_i.n_tokens), .steps_i(ctrl_i.steps), .pooling_i(ctrl_i.pooling),
      .anytime_i(ctrl_i.anytime), .classes_i(ctrl_i.classes),
      .in_valid_i(x_valid && last_i), .in_ready_o(head_ready),
      .in_bits_i(x_bits), .in_tag_i(x_tag),
      .busy_o(head_busy), .conv_o(converting[7]), .mvm_o(head_mvm),
      .page_i(1'b0), .readout_i, .readout_page_i(1'b0),
      .out_valid_o, .out_ready_i, .out_data_o, .out_last_o, .done_o(readout_done_o),
      .par_i, .cell_i, .calib_i, .calib_rows_i,
      .cell_rdata_o(cell_rdata[3*CellBits+:CellBits]),
      .cell_rvalid_o(cell_rvalid[3])
  );

  // ---- End of phase --------------------------------------------------------------------------
  xpk_chain_end u_end (
      .clk_i, .rst_ni, .clr_i, .n_tokens_i(ctrl_i.n_tokens), .steps_i(ctrl_i.steps),
      .to_head_i(last_i), .x_fire_i(x_fire), .x_tag_i(x_tag), .head_busy_i(head_busy),
      .qkv_done_i(qkv_done), .qkv_tag_i(q_tag), .done_o(sink_done_o)
  );

  // ---- Read-back of cells: whoever is not asked answers 0 ---------------------------------------
  assign cell_rdata_o = cell_rdata[0+:CellBits] | cell_rdata[CellBits+:CellBits] |
                        cell_rdata[2*CellBits+:CellBits] | cell_rdata[3*CellBits+:CellBits];
  assign cell_rvalid_o = |cell_rvalid;

  xpk_chain_events #(
      .InputRows(InputRows), .Dim(Dim), .FfDim(FfDim), .StepBits(DimBlocks * Converters)
  ) u_events (
      .clk_i, .rst_ni, .clr_i,
      .rows_fire_i(rows_valid_i && rows_ready_o), .rows_i(rows_bits_i),
      .a_fire_i(a_fire), .a_i(a_bits),
      .h_fire_i(h_fire), .proj_i(proj_bits), .h_i(h_bits),
      .ff1_fire_i(ff1_fire), .ff1_i(ff1_bits),
      .x_fire_i(x_fire), .ff2_i(ff2_bits), .x_i(x_bits),
      .step_valid_i(step_valid_o), .q_i(q_bits_o), .k_i(k_bits_o), .v_i(v_bits_o),
      .embed_i, .last_i, .head_mvm_i(head_mvm), .converting_i(|converting), .events_o
  );

endmodule

`default_nettype wire
