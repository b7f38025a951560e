// SPDX-License-Identifier: Apache-2.0
// The stages between the attention output and x: PROJ, res1, FF1, FF2, res2.
//
//   A -> PROJ -> res1 -> FF1 -> FF2 -> res2 -> x
//                 ^ +----- skip FIFO -----^
//                 x of the layer before
//
// | parameter | legal        | meaning                                               |
// |-----------|--------------|-------------------------------------------------------|
// | Layers    | 1..16        | layers whose arrays are here, chosen by `layer_i`     |
// | (others)  | see xpk_core | shapes of the build                                   |
//
// `start_i` reads n_tokens * steps words of A and of x, in the order of token-steps; both memories
// answer one cycle after their read enable. Every stage works on another token-step at the same
// time: one per m * AdcCycles cycles, no bubble. The word of a token-step is read from x before the
// same token-step leaves. `*_fire_o` mark the cycles in which the vector beside them passes.
// Source: paper, section IV (dataflow), docs/numerics.md 1.

`default_nettype none

module xpk_layer_chain #(
    parameter int unsigned Dim = 16,
    parameter int unsigned FfDim = 32,
    parameter int unsigned Layers = 1,
    parameter int unsigned ArrayRows = 32,
    parameter int unsigned ArrayCols = 16,
    parameter int unsigned Converters = 4,
    parameter int unsigned AdcCycles = 1,
    parameter bit Calibration = 1'b1,
    localparam int unsigned CellBits = xpk_pkg::CellBits
) (
    input  wire logic                             clk_i,
    input  wire logic                             rst_ni,
    input  wire logic                             clr_i,
    input  wire logic [xpk_pkg::TokenCountBits-1:0] n_tokens_i,
    input  wire logic                      [ 7:0] steps_i,
    input  wire logic                      [ 1:0] res1_mode_i,
    input  wire logic                      [ 1:0] res2_mode_i,
    input  wire logic                      [ 3:0] layer_i,
    input  wire logic                             start_i,
    // A memory and x memory.
    output logic                                  a_re_o,
    output xpk_pkg::tag_t                         a_re_tag_o,
    input  wire logic           [Dim-1:0]         a_rdata_i,
    output logic                                  x_re_o,
    output xpk_pkg::tag_t                         x_re_tag_o,
    input  wire logic           [Dim-1:0]         x_rdata_i,
    // x of this layer.
    output logic                                  out_valid_o,
    input  wire logic                             out_ready_i,
    output logic                [Dim-1:0]         out_bits_o,
    output xpk_pkg::tag_t                         out_tag_o,
    // Vectors on their way, for the counters.
    output logic                                  a_fire_o,
    output xpk_pkg::tag_t                         a_tag_o,       // tags: for the simulation monitor
    output logic                [Dim-1:0]         a_bits_o,
    output logic                                  h_fire_o,
    output xpk_pkg::tag_t                         h_tag_o,
    output logic                [Dim-1:0]         proj_bits_o,
    output logic                [Dim-1:0]         h_bits_o,
    output logic                                  ff1_fire_o,
    output xpk_pkg::tag_t                         ff1_tag_o,
    output logic                [FfDim-1:0]       ff1_bits_o,
    output logic                [Dim-1:0]         ff2_bits_o,    // with out_bits_o
    output logic                [ 2:0]            converting_o,  // FF2, FF1, PROJ
    // Programming.
    input  wire xpk_pkg::par_t                    par_i,
    input  wire xpk_pkg::cell_t                   cell_i,
    input  wire xpk_pkg::calib_t                  calib_i,
    input  wire logic [ArrayRows-1:0]             calib_rows_i,
    output logic                [CellBits-1:0]    cell_rdata_o,  // 0 unless valid
    output logic                                  cell_rvalid_o
);

  localparam int unsigned MuxSteps = (ArrayCols + Converters - 1) / Converters;
  localparam int unsigned SlotCycles = MuxSteps * AdcCycles;
  // Token-steps that can be under way between res1 and res2: two stages, each with its pipeline.
  localparam int unsigned SkipDepth = 2 * ((2 * SlotCycles + 5) / SlotCycles) + 2;

  logic [2:0] cell_rvalid, unused_busy;
  logic [3*CellBits-1:0] cell_rdata;

  // ---- PROJ and res1 -------------------------------------------------------------------------
  // Nobody needs the spikes of single mux steps: those ports stay open.
  /* verilator lint_off PINCONNECTEMPTY */
  logic a_valid, a_ready;
  logic [Dim-1:0] a_bits;
  xpk_pkg::tag_t a_tag;

  xpk_token_reader #(.Width(Dim)) u_a_reader (
      .clk_i, .rst_ni, .clr_i, .start_i,
      .n_tokens_i, .steps_i,
      .re_o(a_re_o), .re_tag_o(a_re_tag_o), .rdata_i(a_rdata_i),
      .out_valid_o(a_valid), .out_ready_i(a_ready), .out_data_o(a_bits), .out_tag_o(a_tag)
  );

  logic proj_valid, proj_ready;
  logic [Dim-1:0] proj_bits;
  xpk_pkg::tag_t proj_tag;

  xpk_stage #(
      .Inputs(Dim), .Outputs(Dim), .Layers(Layers), .Matrix(xpk_pkg::MatrixProj),
      .Rows(ArrayRows), .Cols(ArrayCols), .Converters(Converters), .AdcCycles(AdcCycles),
      .Calibration(Calibration)
  ) u_proj (
      .clk_i, .rst_ni, .clr_i, .layer_i,
      .in_valid_i(a_valid), .in_ready_o(a_ready), .in_bits_i(a_bits), .in_tag_i(a_tag),
      .out_valid_o(proj_valid), .out_ready_i(proj_ready),
      .out_bits_o(proj_bits), .out_tag_o(proj_tag),
      .step_valid_o(), .step_index_o(), .step_bits_o(), .step_tag_o(),
      .par_i, .cell_i, .calib_i, .calib_rows_i,
      .cell_rdata_o(cell_rdata[0*CellBits+:CellBits]),
      .cell_rvalid_o(cell_rvalid[0]),
      .busy_o(unused_busy[0]), .conv_o(converting_o[0])
  );

  logic x_read_valid, x_read_ready;
  logic [Dim-1:0] x_read_bits;
  xpk_pkg::tag_t unused_x_read_tag;

  xpk_token_reader #(.Width(Dim)) u_x_reader (
      .clk_i, .rst_ni, .clr_i, .start_i,
      .n_tokens_i, .steps_i,
      .re_o(x_re_o), .re_tag_o(x_re_tag_o), .rdata_i(x_rdata_i),
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
      .Inputs(Dim), .Outputs(FfDim), .Layers(Layers), .Matrix(xpk_pkg::MatrixFf1),
      .Rows(ArrayRows), .Cols(ArrayCols), .Converters(Converters), .AdcCycles(AdcCycles),
      .Calibration(Calibration)
  ) u_ff1 (
      .clk_i, .rst_ni, .clr_i, .layer_i,
      .in_valid_i(h_valid && skip_ready), .in_ready_o(ff1_ready),
      .in_bits_i(h_bits), .in_tag_i(proj_tag),
      .out_valid_o(ff1_valid), .out_ready_i(ff2_in_ready),
      .out_bits_o(ff1_bits), .out_tag_o(ff1_tag),
      .step_valid_o(), .step_index_o(), .step_bits_o(), .step_tag_o(),
      .par_i, .cell_i, .calib_i, .calib_rows_i,
      .cell_rdata_o(cell_rdata[1*CellBits+:CellBits]),
      .cell_rvalid_o(cell_rvalid[1]),
      .busy_o(unused_busy[1]), .conv_o(converting_o[1])
  );

  xpk_stage #(
      .Inputs(FfDim), .Outputs(Dim), .Layers(Layers), .Matrix(xpk_pkg::MatrixFf2),
      .Rows(ArrayRows), .Cols(ArrayCols), .Converters(Converters), .AdcCycles(AdcCycles),
      .Calibration(Calibration)
  ) u_ff2 (
      .clk_i, .rst_ni, .clr_i, .layer_i,
      .in_valid_i(ff1_valid), .in_ready_o(ff2_in_ready), .in_bits_i(ff1_bits), .in_tag_i(ff1_tag),
      .out_valid_o(ff2_valid), .out_ready_i(res2_fire),
      .out_bits_o(ff2_bits), .out_tag_o(ff2_tag),
      .step_valid_o(), .step_index_o(), .step_bits_o(), .step_tag_o(),
      .par_i, .cell_i, .calib_i, .calib_rows_i,
      .cell_rdata_o(cell_rdata[2*CellBits+:CellBits]),
      .cell_rvalid_o(cell_rvalid[2]),
      .busy_o(unused_busy[2]), .conv_o(converting_o[2])
  );

  /* verilator lint_on PINCONNECTEMPTY */

  xpk_fifo #(.Width(Dim), .Depth(SkipDepth)) u_skip (
      .clk_i, .rst_ni, .clr_i,
      .in_valid_i(h_valid && ff1_ready), .in_ready_o(skip_ready), .in_data_i(h_bits),
      .out_valid_o(skip_valid), .out_ready_i(res2_fire), .out_data_o(skip_bits)
  );

  xpk_residual #(.Width(Dim)) u_res2 (
      .mode_i(res2_mode_i), .x_i(skip_bits), .branch_i(ff2_bits), .y_o(res2_bits)
  );

  assign out_valid_o = ff2_valid && skip_valid;
  assign out_bits_o = res2_bits;
  assign out_tag_o = ff2_tag;
  assign res2_fire = out_valid_o && out_ready_i;

  assign a_fire_o = a_valid && a_ready;
  assign a_tag_o = a_tag;
  assign h_tag_o = proj_tag;
  assign ff1_tag_o = ff1_tag;
  assign a_bits_o = a_bits;
  assign h_fire_o = h_fire;
  assign proj_bits_o = proj_bits;
  assign h_bits_o = h_bits;
  assign ff1_fire_o = ff1_valid && ff2_in_ready;
  assign ff1_bits_o = ff1_bits;
  assign ff2_bits_o = ff2_bits;

  // Stages that are not asked answer 0.
  assign cell_rdata_o = cell_rdata[0+:CellBits] | cell_rdata[CellBits+:CellBits] |
                        cell_rdata[2*CellBits+:CellBits];
  assign cell_rvalid_o = |cell_rvalid;

`ifdef VERILATOR
  // The readers stay in step with the stages they feed. Nothing is valid during a reset, so the
  // properties need no reset of their own.
  a_skip_in_step : assert property (@(posedge clk_i) !ff2_valid || skip_valid);
  a_res1_tags : assert property (@(posedge clk_i) !h_fire || unused_x_read_tag == proj_tag);
`endif

endmodule

`default_nettype wire
