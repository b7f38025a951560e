// SPDX-License-Identifier: Apache-2.0
// One of the chains of a chip that works on several images at a time: copy 0 is AIMC 0, copy l + 1
// is AIMC l + 1.
//
//   copy 0:      rows -> EMBED -> x -> Q, K, V of layer 0
//   copy l + 1:  A -> PROJ, res1, FF1, FF2, res2 of layer l -> x -> Q, K, V of layer l + 1, or HEAD
//
// | parameter | legal        | meaning                                             |
// |-----------|--------------|-----------------------------------------------------|
// | Copy      | 0..Depth     | which one; it holds the arrays of its layers alone  |
// | (others)  | see xpk_core | shapes of the build                                 |
//
// The last copy always feeds HEAD, the others (but copy 0) with `last_i`, which stands still while
// the copy works. `start_i` begins an image, in copy 0 the first encoded rows do; `done_o` marks its
// end. One token-step per m * AdcCycles cycles. A full x queue holds the copy up.

`default_nettype none

module xpk_chain_copy #(
    parameter int unsigned Copy = 1,
    parameter int unsigned Dim = 16,
    parameter int unsigned FfDim = 32,
    parameter int unsigned Depth = 2,
    parameter int unsigned InputRows = 16,
    parameter int unsigned ArrayRows = 32,
    parameter int unsigned ArrayCols = 16,
    parameter int unsigned Converters = 4,
    parameter int unsigned AdcCycles = 1,
    parameter bit Calibration = 1'b1,
    localparam int unsigned MuxSteps = (ArrayCols + Converters - 1) / Converters,
    localparam int unsigned MuxBits = (MuxSteps > 1) ? $clog2(MuxSteps) : 1,
    localparam int unsigned StepBits = (Dim + ArrayCols - 1) / ArrayCols * Converters,
    localparam int unsigned CellBits = xpk_pkg::CellBits
) (
    input  wire logic                   clk_i,
    input  wire logic                   rst_ni,
    input  wire logic                   clr_i,
    input  wire logic [xpk_pkg::TokenCountBits-1:0] n_tokens_i,
    input  wire logic [7:0]             steps_i,
    input  wire logic [1:0]             res1_mode_i,
    input  wire logic [1:0]             res2_mode_i,
    input  wire logic                   last_i,        // x goes to HEAD
    input  wire logic                   start_i,
    output logic                        done_o,
    // Encoded input rows; of copy 0 alone.
    input  wire logic                   rows_valid_i,
    output logic                        rows_ready_o,
    input  wire logic [InputRows-1:0]   rows_bits_i,
    input  wire xpk_pkg::tag_t          rows_tag_i,
    // A memory and x queue of the layer below; not of copy 0.
    output logic                        a_re_o,
    output xpk_pkg::tag_t               a_tag_o,
    input  wire logic [Dim-1:0]         a_rdata_i,
    output logic                        x_re_o,
    input  wire logic [Dim-1:0]         x_rdata_i,
    // x: to the queue of the layer above, or to HEAD.
    output logic                        x_we_o,
    input  wire logic                   x_full_i,
    output logic                        head_valid_o,
    input  wire logic                   head_ready_i,
    input  wire logic                   head_busy_i,
    input  wire logic                   head_mvm_i,
    input  wire logic                   head_conv_i,
    output logic      [Dim-1:0]         x_bits_o,
    output xpk_pkg::tag_t               x_tag_o,
    // Spikes of Q, K, V, mux step by mux step: K above Q and V above K.
    output logic                        step_valid_o,
    output logic      [MuxBits-1:0]     step_index_o,
    output xpk_pkg::tag_t               step_tag_o,
    output logic      [3*StepBits-1:0]  step_bits_o,
    // Programming.
    input  wire xpk_pkg::par_t          par_i,
    input  wire xpk_pkg::cell_t         cell_i,
    input  wire xpk_pkg::calib_t        calib_i,
    input  wire logic [ArrayRows-1:0]   calib_rows_i,
    output logic      [CellBits-1:0]    cell_rdata_o,  // 0 unless valid
    output logic                        cell_rvalid_o,
    output xpk_pkg::chain_events_t      events_o
);

  if (Copy > Depth || Depth < 1 || Depth > 16) begin : gen_check
    $error("xpk_chain_copy: Copy must be 0..Depth, Depth 1..16");
  end

  // The arrays of a layer call it layer 0 here.
  xpk_pkg::par_t below_par, own_par;
  xpk_pkg::cell_t below_cell, own_cell;
  xpk_pkg::calib_t below_calib, own_calib;

  xpk_layer_select #(.Layer(4'(Copy - 1))) u_below (  // the layer of PROJ, FF1, FF2
      .par_i, .cell_i, .calib_i, .par_o(below_par), .cell_o(below_cell), .calib_o(below_calib)
  );
  xpk_layer_select #(.Layer(4'(Copy))) u_own (  // the layer of Q, K, V
      .par_i, .cell_i, .calib_i, .par_o(own_par), .cell_o(own_cell), .calib_o(own_calib)
  );

  logic [1:0] cell_rvalid;
  logic [2*CellBits-1:0] cell_rdata;
  logic [7:0] converting;  // by matrix number

  // ---- x: by EMBED, or by the stages of a layer ----------------------------------------------
  logic x_valid, x_ready, x_fire;
  logic [Dim-1:0] x_bits;
  xpk_pkg::tag_t x_tag;
  logic a_fire, h_fire, ff1_fire;
  logic [Dim-1:0] a_bits, proj_bits, h_bits, ff2_bits;
  logic [FfDim-1:0] ff1_bits;
  xpk_pkg::tag_t unused_a_tag, unused_h_tag, unused_ff1_tag;  // for the simulation monitor

  if (Copy == 0) begin : gen_embed
    // Nobody needs its spikes mux step by mux step.
    /* verilator lint_off PINCONNECTEMPTY */
    logic unused_busy;
    xpk_stage #(
        .Inputs(InputRows), .Outputs(Dim), .Layers(1), .Matrix(xpk_pkg::MatrixEmbed),
        .Rows(ArrayRows), .Cols(ArrayCols), .Converters(Converters), .AdcCycles(AdcCycles),
        .Calibration(Calibration)
    ) u_embed (
        .clk_i, .rst_ni, .clr_i, .layer_i(4'd0),
        .in_valid_i(rows_valid_i), .in_ready_o(rows_ready_o),
        .in_bits_i(rows_bits_i), .in_tag_i(rows_tag_i),
        .out_valid_o(x_valid), .out_ready_i(x_ready), .out_bits_o(x_bits), .out_tag_o(x_tag),
        .step_valid_o(), .step_index_o(), .step_bits_o(), .step_tag_o(),
        .par_i, .cell_i, .calib_i, .calib_rows_i,
        .cell_rdata_o(cell_rdata[0+:CellBits]), .cell_rvalid_o(cell_rvalid[0]),
        .busy_o(unused_busy), .conv_o(converting[0])
    );
    /* verilator lint_on PINCONNECTEMPTY */

    assign converting[6:4] = '0;
    assign {a_re_o, x_re_o, a_fire, h_fire, ff1_fire} = '0;
    assign {a_bits, proj_bits, h_bits, ff2_bits, ff1_bits} = '0;
    assign {a_tag_o, unused_a_tag, unused_h_tag, unused_ff1_tag} = '0;

    logic unused;
    assign unused = ^{start_i, last_i, res1_mode_i, res2_mode_i, a_rdata_i, x_rdata_i,
                      below_par, below_cell, below_calib};
  end else begin : gen_layer
    xpk_pkg::tag_t unused_x_tag;
    xpk_layer_chain #(
        .Dim(Dim), .FfDim(FfDim), .Layers(1), .ArrayRows(ArrayRows), .ArrayCols(ArrayCols),
        .Converters(Converters), .AdcCycles(AdcCycles), .Calibration(Calibration)
    ) u_layer (
        .clk_i, .rst_ni, .clr_i, .n_tokens_i, .steps_i, .res1_mode_i, .res2_mode_i,
        .layer_i(4'd0), .start_i,
        .a_re_o, .a_re_tag_o(a_tag_o), .a_rdata_i,
        .x_re_o, .x_re_tag_o(unused_x_tag), .x_rdata_i,
        .out_valid_o(x_valid), .out_ready_i(x_ready), .out_bits_o(x_bits), .out_tag_o(x_tag),
        .a_fire_o(a_fire), .a_tag_o(unused_a_tag), .a_bits_o(a_bits),
        .h_fire_o(h_fire), .h_tag_o(unused_h_tag), .proj_bits_o(proj_bits), .h_bits_o(h_bits),
        .ff1_fire_o(ff1_fire), .ff1_tag_o(unused_ff1_tag), .ff1_bits_o(ff1_bits),
        .ff2_bits_o(ff2_bits),
        .converting_o(converting[6:4]),
        .par_i(below_par), .cell_i(below_cell), .calib_i(below_calib), .calib_rows_i,
        .cell_rdata_o(cell_rdata[0+:CellBits]), .cell_rvalid_o(cell_rvalid[0])
    );

    assign converting[0] = 1'b0;
    assign rows_ready_o = 1'b0;

    logic unused;
    assign unused = ^{rows_valid_i, rows_bits_i, rows_tag_i};
  end

  // ---- Where x goes --------------------------------------------------------------------------
  logic to_head, qkv_ready, qkv_done;
  logic [3*Dim-1:0] unused_qkv_bits;  // for the simulation monitor
  xpk_pkg::tag_t q_tag;

  assign x_ready = to_head ? head_ready_i : qkv_ready && !x_full_i;
  assign x_fire = x_valid && x_ready;
  assign x_we_o = x_fire && !to_head;
  assign head_valid_o = x_valid && to_head;
  assign x_bits_o = x_bits;
  assign x_tag_o = x_tag;

  if (Copy < Depth) begin : gen_qkv
    assign to_head = (Copy != 0) && last_i;

    xpk_qkv #(
        .Dim(Dim), .Layers(1), .ArrayRows(ArrayRows), .ArrayCols(ArrayCols),
        .Converters(Converters), .AdcCycles(AdcCycles), .Calibration(Calibration)
    ) u_qkv (
        .clk_i, .rst_ni, .clr_i, .layer_i(4'd0),
        .in_valid_i(x_valid && !to_head && !x_full_i), .in_ready_o(qkv_ready),
        .in_bits_i(x_bits), .in_tag_i(x_tag),
        .step_valid_o, .step_index_o, .step_tag_o,
        .q_bits_o(step_bits_o[0+:StepBits]), .k_bits_o(step_bits_o[StepBits+:StepBits]),
        .v_bits_o(step_bits_o[2*StepBits+:StepBits]),
        .done_o(qkv_done), .done_tag_o(q_tag), .bits_o(unused_qkv_bits),
        .converting_o(converting[3:1]),
        .par_i(own_par), .cell_i(own_cell), .calib_i(own_calib), .calib_rows_i,
        .cell_rdata_o(cell_rdata[CellBits+:CellBits]), .cell_rvalid_o(cell_rvalid[1])
    );
  end else begin : gen_head_only
    assign to_head = 1'b1;
    assign qkv_ready = 1'b0;
    assign qkv_done = 1'b0;
    assign q_tag = '0;
    assign unused_qkv_bits = '0;
    assign converting[3:1] = '0;
    assign {step_valid_o, step_index_o, step_tag_o, step_bits_o} = '0;
    assign cell_rdata[CellBits+:CellBits] = '0;
    assign cell_rvalid[1] = 1'b0;

    logic unused;
    assign unused = ^{last_i, own_par, own_cell, own_calib};
  end

  xpk_chain_end u_end (
      .clk_i, .rst_ni, .clr_i, .n_tokens_i, .steps_i,
      .to_head_i(to_head), .x_fire_i(x_fire), .x_tag_i(x_tag), .head_busy_i,
      .qkv_done_i(qkv_done), .qkv_tag_i(q_tag), .done_o
  );

  // ---- Read-back and events ------------------------------------------------------------------
  // Stages that are not asked answer 0.
  assign cell_rdata_o = cell_rdata[0+:CellBits] | cell_rdata[CellBits+:CellBits];
  assign cell_rvalid_o = |cell_rvalid;
  assign converting[7] = to_head && head_conv_i;

  xpk_chain_events #(
      .InputRows(InputRows), .Dim(Dim), .FfDim(FfDim), .StepBits(StepBits)
  ) u_events (
      .clk_i, .rst_ni, .clr_i,
      .rows_fire_i(rows_valid_i && rows_ready_o), .rows_i(rows_bits_i),
      .a_fire_i(a_fire), .a_i(a_bits),
      .h_fire_i(h_fire), .proj_i(proj_bits), .h_i(h_bits),
      .ff1_fire_i(ff1_fire), .ff1_i(ff1_bits),
      .x_fire_i(x_fire), .ff2_i(ff2_bits), .x_i(x_bits),
      .step_valid_i(step_valid_o), .q_i(step_bits_o[0+:StepBits]),
      .k_i(step_bits_o[StepBits+:StepBits]), .v_i(step_bits_o[2*StepBits+:StepBits]),
      .embed_i(Copy == 0), .last_i(to_head), .head_mvm_i(to_head && head_mvm_i),
      .converting_i(|converting), .events_o
  );

endmodule

`default_nettype wire
