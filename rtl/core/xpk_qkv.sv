// SPDX-License-Identifier: Apache-2.0
// The matrices Q, K and V with their neurons, in lock-step on the same vectors.
//
// | parameter | legal        | meaning                                               |
// |-----------|--------------|-------------------------------------------------------|
// | Layers    | 1..16        | layers whose arrays are here, chosen by `layer_i`     |
// | (others)  | see xpk_core | shapes of the build                                   |
//
// A vector is accepted every m * AdcCycles cycles and never has to wait behind the stages. The
// spikes leave mux step by mux step (`step_*`, see xpk_stage); `done_o` marks the end of every
// token-step, with its tag, m * AdcCycles + 4 cycles after it was accepted.

`default_nettype none

module xpk_qkv #(
    parameter int unsigned Dim = 16,
    parameter int unsigned Layers = 1,
    parameter int unsigned ArrayRows = 32,
    parameter int unsigned ArrayCols = 16,
    parameter int unsigned Converters = 4,
    parameter int unsigned AdcCycles = 1,
    parameter bit Calibration = 1'b1,
    localparam int unsigned MuxSteps = (ArrayCols + Converters - 1) / Converters,
    localparam int unsigned MuxBits = (MuxSteps > 1) ? $clog2(MuxSteps) : 1,
    localparam int unsigned DimBlocks = (Dim + ArrayCols - 1) / ArrayCols,
    localparam int unsigned StepBits = DimBlocks * Converters,
    localparam int unsigned CellBits = xpk_pkg::CellBits
) (
    input  wire logic                   clk_i,
    input  wire logic                   rst_ni,
    input  wire logic                   clr_i,
    input  wire logic            [ 3:0] layer_i,
    input  wire logic                   in_valid_i,
    output logic                        in_ready_o,
    input  wire logic [Dim-1:0]         in_bits_i,
    input  wire xpk_pkg::tag_t          in_tag_i,
    // Spikes of one mux step.
    output logic                        step_valid_o,
    output logic      [MuxBits-1:0]     step_index_o,
    output xpk_pkg::tag_t               step_tag_o,
    output logic      [StepBits-1:0]    q_bits_o,
    output logic      [StepBits-1:0]    k_bits_o,
    output logic      [StepBits-1:0]    v_bits_o,
    // A token-step is complete.
    output logic                        done_o,
    output xpk_pkg::tag_t               done_tag_o,
    output logic      [3*Dim-1:0]       bits_o,        // K above Q and V above K: for the monitor
    output logic      [ 2:0]            converting_o,  // V, K, Q
    // Programming.
    input  wire xpk_pkg::par_t          par_i,
    input  wire xpk_pkg::cell_t         cell_i,
    input  wire xpk_pkg::calib_t        calib_i,
    input  wire logic [ArrayRows-1:0]   calib_rows_i,
    output logic      [CellBits-1:0]    cell_rdata_o,  // 0 unless valid
    output logic                        cell_rvalid_o
);

  logic [2:0] ready, valid, step_valid, cell_rvalid, unused_busy;
  logic [3*StepBits-1:0] step_bits;
  logic [3*CellBits-1:0] cell_rdata;

  assign in_ready_o = &ready;

  for (genvar g = 0; g < 3; g++) begin : gen_qkv
    // The three run in lock-step: the tags and mux steps of Q serve all.
    logic [MuxBits-1:0] unused_index;
    xpk_pkg::tag_t unused_tag, unused_step_tag;
    xpk_stage #(
        .Inputs(Dim), .Outputs(Dim), .Layers(Layers), .Matrix(xpk_pkg::MatrixQ + 3'(g)),
        .Rows(ArrayRows), .Cols(ArrayCols), .Converters(Converters), .AdcCycles(AdcCycles),
        .Calibration(Calibration)
    ) u_stage (
        .clk_i, .rst_ni, .clr_i, .layer_i,
        .in_valid_i(in_valid_i && in_ready_o), .in_ready_o(ready[g]), .in_bits_i, .in_tag_i,
        .out_valid_o(valid[g]), .out_ready_i(1'b1),
        .out_bits_o(bits_o[g*Dim+:Dim]), .out_tag_o(unused_tag),
        .step_valid_o(step_valid[g]), .step_index_o(unused_index),
        .step_bits_o(step_bits[g*StepBits+:StepBits]), .step_tag_o(unused_step_tag),
        .par_i, .cell_i, .calib_i, .calib_rows_i,
        .cell_rdata_o(cell_rdata[g*CellBits+:CellBits]), .cell_rvalid_o(cell_rvalid[g]),
        .busy_o(unused_busy[g]), .conv_o(converting_o[g])
    );
    if (g == 0) begin : gen_lead
      assign done_tag_o = unused_tag;
      assign step_tag_o = unused_step_tag;
      assign step_index_o = unused_index;
    end
  end

  assign step_valid_o = step_valid[0];
  assign {v_bits_o, k_bits_o, q_bits_o} = step_bits;
  assign done_o = valid[0];

  // Stages that are not asked answer 0.
  assign cell_rdata_o = cell_rdata[0+:CellBits] | cell_rdata[CellBits+:CellBits] |
                        cell_rdata[2*CellBits+:CellBits];
  assign cell_rvalid_o = |cell_rvalid;

`ifdef VERILATOR
  // Nothing is valid during a reset, so the properties need no reset of their own.
  a_lock_step : assert property (@(posedge clk_i) valid == '0 || valid == '1);
  a_lock_step_mux : assert property (@(posedge clk_i) step_valid == '0 || step_valid == '1);
`endif

endmodule

`default_nettype wire
