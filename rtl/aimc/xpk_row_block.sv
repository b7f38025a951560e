// SPDX-License-Identifier: Apache-2.0
// One row block of a matrix, for all layers: its synaptic arrays, the sums of their codes, the
// converter settings and the neuron parameters.
//
// | parameter  | legal    | meaning                                                    |
// |------------|----------|------------------------------------------------------------|
// | Inputs     | 1..65536 | inputs of the matrix; ceil(Inputs / Rows) <= 256 arrays    |
// | Columns    | 1..Cols  | columns in use                                             |
// | Layers     | 1..16    | copies of the arrays and parameters, chosen by `layer_i`   |
// | Rows, Cols, Converters, AdcCycles | see xpk_synaptic_array | shape of one array    |
// | Thresholds | 0, 1     | 0: no threshold memory (`threshold_o` is 0)                |
// | Calibration | 0, 1    | 0: no sums of a calibration pass (`calib_i` is ignored)    |
//
// `conv_i`, with `step_i` and `layer_i`, begins the conversion of a mux step in all arrays of the
// layer; AdcCycles + 1 enabled edges later `sum_valid_o` shows, registered, 4 * the sum of codes of
// each lane with the threshold and bias of its column. `fetch_o` marks the cycle before, in which a
// user reads its own state of the step. While `en_i` is 0 nothing moves; `clr_i` drops what is on
// the way, also then. x_i is held by the user for all mux steps.
//
// Calibration pass: a conversion with `measure_i` shows nothing there. The magnitudes of its codes
// go through the same adders into a sum over all conversions since it was last read (numerics
// section 11), complete AdcCycles + 4 edges after `conv_i`. A sum is answered like a cell, in halves.
//
// Programming targets another matrix or row block, or a layer, array or column that does not
// exist: ignored. A cell read answers in the next cycle; `cell_rdata_o` is 0 in all others, so
// that answers can be OR-ed. Reset sets every converter to shift 0, gain 256; threshold and bias
// are memory and have no reset value. Numerics sections 5 and 6.

`default_nettype none

module xpk_row_block #(
    parameter int unsigned Inputs = 16,
    parameter int unsigned Columns = 16,
    parameter int unsigned Layers = 1,
    parameter int unsigned Rows = 32,
    parameter int unsigned Cols = 16,
    parameter int unsigned Converters = 4,
    parameter int unsigned AdcCycles = 1,
    parameter bit Thresholds = 1'b1,
    parameter bit Calibration = 1'b1,
    localparam int unsigned MuxSteps = (Cols + Converters - 1) / Converters,
    localparam int unsigned StepBits = (MuxSteps > 1) ? $clog2(MuxSteps) : 1
) (
    input  wire logic clk_i,
    input  wire logic rst_ni,
    input  wire logic clr_i,
    input  wire logic en_i,

    input  wire logic [3:0]          layer_i,
    input  wire logic                conv_i,
    input  wire logic                measure_i,
    input  wire logic [StepBits-1:0] step_i,
    input  wire logic [Inputs-1:0]   x_i,

    // Constants: what the programming windows call this row block.
    input  wire logic [2:0]     matrix_i,
    input  wire logic [7:0]     row_block_i,
    input  wire xpk_pkg::par_t  par_i,
    input  wire xpk_pkg::cell_t cell_i,
    // Vectors arrive as conversions with measure_i.
    /* verilator lint_off UNUSEDSIGNAL */
    input  wire xpk_pkg::calib_t calib_i,
    /* verilator lint_on UNUSEDSIGNAL */
    output logic [xpk_pkg::CellBits-1:0] cell_rdata_o,
    output logic                         cell_rvalid_o,

    output logic                fetch_o,
    output logic [StepBits-1:0] fetch_step_o,
    output logic                sum_valid_o,
    output logic [StepBits-1:0] sum_step_o,
    output logic [Converters*xpk_pkg::CurrentBits-1:0]   current_o,  // signed lanes
    output logic [Converters*xpk_pkg::ThresholdBits-1:0] threshold_o,
    output logic [Converters*xpk_pkg::BiasBits-1:0]      bias_o,     // signed lanes
    output logic                busy_o
);

  localparam int unsigned Arrays = (Inputs + Rows - 1) / Rows;
  localparam int unsigned CodeBits = xpk_pkg::CodeBits;
  localparam int unsigned CurrentBits = xpk_pkg::CurrentBits;
  localparam int unsigned CellBits = xpk_pkg::CellBits;
  localparam int unsigned LaneCodes = Converters * CodeBits;  // codes of one array
  localparam int unsigned LayerCodes = Arrays * LaneCodes;    // codes of all arrays

  if (Inputs < 1 || Arrays > 256 || Columns < 1 || Columns > Cols) begin : gen_check_shape
    $error("xpk_row_block: Inputs must need 1..256 arrays, Columns must be 1..Cols");
  end
  if (Layers < 1 || Layers > 16) begin : gen_check_layers
    $error("xpk_row_block: Layers must be 1..16");
  end

  // ---- Converter settings, one register per layer -----------------------------------------
  logic par_hit, calib_hit, gain_hit;
  logic [Layers*xpk_pkg::ShiftBits-1:0] shift_q;
  logic [Layers*xpk_pkg::GainBits-1:0] gain_q;

  assign par_hit = (par_i.target.matrix == matrix_i) && (par_i.target.row_block == row_block_i) &&
                   (32'(par_i.target.layer) < Layers);
  assign calib_hit = Calibration && (calib_i.target.matrix == matrix_i) &&
                     (32'(calib_i.target.layer) < Layers);
  assign gain_hit = calib_hit && calib_i.gain_we &&
      (calib_i.target.row_block == row_block_i || matrix_i == xpk_pkg::MatrixHead);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      shift_q <= '0;
      gain_q <= {Layers{16'd256}};
    end else if (par_i.converter_we && par_hit) begin
      for (int unsigned l = 0; l < Layers; l++) begin
        if (32'(par_i.target.layer) == l) begin
          shift_q[l*xpk_pkg::ShiftBits+:xpk_pkg::ShiftBits] <= par_i.shift;
          gain_q[l*xpk_pkg::GainBits+:xpk_pkg::GainBits] <= par_i.gain;
        end
      end
    end else if (gain_hit) begin
      for (int unsigned l = 0; l < Layers; l++) begin
        if (32'(calib_i.target.layer) == l) begin
          gain_q[l*xpk_pkg::GainBits+:xpk_pkg::GainBits] <= calib_i.gain;
        end
      end
    end
  end

  // Settings of the layer that converts.
  logic [xpk_pkg::ShiftBits-1:0] shift;
  logic [xpk_pkg::GainBits-1:0] gain;

  always_comb begin
    shift = '0;
    gain = '0;
    for (int unsigned l = 0; l < Layers; l++) begin
      if (32'(layer_i) == l) begin
        shift = shift_q[l*xpk_pkg::ShiftBits+:xpk_pkg::ShiftBits];
        gain = gain_q[l*xpk_pkg::GainBits+:xpk_pkg::GainBits];
      end
    end
  end

  // ---- Arrays -----------------------------------------------------------------------------
  logic cell_hit, cell_read_q;
  logic [CellBits-1:0] cell_data;
  logic [LayerCodes-1:0] codes;

  assign cell_hit = (cell_i.target.matrix == matrix_i) && (cell_i.target.row_block == row_block_i) &&
                    (32'(cell_i.target.layer) < Layers) && (32'(cell_i.target.array) < Arrays) &&
                    (32'(cell_i.row) < Rows) && (32'(cell_i.col) < Cols);

  xpk_array_bank #(
      .Layers(Layers),
      .Arrays(Arrays),
      .Rows(Rows),
      .Cols(Cols),
      .Converters(Converters),
      .AdcCycles(AdcCycles)
  ) u_bank (
      .clk_i,
      .rst_ni,
      .prog_we_i(cell_i.we && cell_hit),
      .prog_re_i(cell_i.re && cell_hit),
      .prog_layer_i(cell_i.target.layer),
      .prog_array_i(cell_i.target.array),
      .prog_row_i(cell_i.row),
      .prog_col_i(cell_i.col),
      .prog_data_i(cell_i.data),
      .prog_data_o(cell_data),
      .en_i,
      .layer_i,
      .conv_i,
      .step_i,
      .x_i((Arrays * Rows)'(x_i)),
      .shift_i(shift),
      .gain_i(gain),
      .code_o(codes)
  );

  // The bank holds its last answer, so only one just read may pass.
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) cell_read_q <= 1'b0;
    else cell_read_q <= cell_i.re && cell_hit;
  end

  logic meter_rvalid;
  logic [xpk_pkg::GainBits-1:0] meter_rdata;  // 0 unless valid

  assign cell_rdata_o = (cell_read_q ? cell_data : '0) | CellBits'(meter_rdata);
  assign cell_rvalid_o = cell_read_q || meter_rvalid;

  // ---- Control pipeline: conversion, then sum ---------------------------------------------
  // Conversions start at least AdcCycles apart, so one register holds step and layer of the
  // conversion under way until its codes are taken.
  logic [AdcCycles-1:0] convert_q;  // bit k: a conversion started k + 1 edges ago
  logic [StepBits-1:0] step_q;
  logic [3:0] layer_q;
  logic due, measure_q;  // codes are there; they are those of a calibration pass

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      convert_q <= '0;
      step_q <= '0;
      layer_q <= '0;
      measure_q <= 1'b0;
      sum_valid_o <= 1'b0;
      sum_step_o <= '0;
    end else if (clr_i) begin
      convert_q <= '0;
      sum_valid_o <= 1'b0;
    end else if (en_i) begin
      convert_q <= AdcCycles'({convert_q, conv_i});
      if (conv_i) begin
        step_q <= step_i;
        layer_q <= layer_i;
        measure_q <= Calibration && measure_i;
      end
      sum_valid_o <= fetch_o;
      if (fetch_o) sum_step_o <= step_q;
    end
  end

  assign due = convert_q[AdcCycles-1];
  assign fetch_o = due && !measure_q;
  assign fetch_step_o = step_q;
  assign busy_o = (|convert_q) || sum_valid_o;

  // ---- Sums -------------------------------------------------------------------------------
  // 4 * sum over the arrays, lane by lane: two fraction bits for the membrane. With `magnitudes`
  // the codes count without their signs; that of -16 is 16, so it has no sign bit.
  function automatic logic [Converters*CurrentBits-1:0] add_codes(
      input logic [LayerCodes-1:0] all, input logic magnitudes);
    logic [CurrentBits-1:0] sum;
    logic [CodeBits-1:0] code;
    logic negate;
    for (int unsigned c = 0; c < Converters; c++) begin
      sum = '0;
      for (int unsigned a = 0; a < Arrays; a++) begin
        code = all[a*LaneCodes+c*CodeBits+:CodeBits];
        negate = magnitudes && code[CodeBits-1];
        sum = sum + {{(CurrentBits - CodeBits) {code[CodeBits-1] && !magnitudes}},
                     code ^ {CodeBits{negate}}} + CurrentBits'(negate);
      end
      add_codes[c*CurrentBits+:CurrentBits] = {sum[CurrentBits-3:0], 2'b00};
    end
  endfunction

  always_ff @(posedge clk_i) begin
    if (en_i && due) current_o <= add_codes(codes, measure_q);
  end

  if (Calibration) begin : gen_meter
    logic measured_q;  // current_o holds magnitudes

    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) measured_q <= 1'b0;
      else if (clr_i) measured_q <= 1'b0;
      else measured_q <= en_i && due && measure_q;
    end

    xpk_code_meter #(
        .Converters(Converters),
        .Arrays(Arrays)
    ) u_meter (
        .clk_i,
        .rst_ni,
        .clr_i,
        .add_i(measured_q),
        .current_i(current_o),
        .read_i(calib_hit && calib_i.sum_re && calib_i.target.row_block == row_block_i),
        .high_i(calib_i.sum_high),
        .rdata_o(meter_rdata),
        .rvalid_o(meter_rvalid)
    );
  end else begin : gen_no_meter
    assign meter_rdata = '0;
    assign meter_rvalid = 1'b0;
  end

  // ---- Neuron parameters: one word per layer and mux step ---------------------------------
  localparam int unsigned Words = Layers * MuxSteps;
  localparam int unsigned AddrBits = (Words > 1) ? $clog2(Words) : 1;

  logic [AddrBits-1:0] par_waddr, par_raddr;
  logic [Converters-1:0] par_lane;
  logic par_we;

  assign par_we = par_i.neuron_we && par_hit && (32'(par_i.column) < Columns);
  assign par_waddr = AddrBits'(32'(par_i.target.layer) * MuxSteps + 32'(par_i.column) / Converters);
  assign par_lane = par_we ? Converters'(1) << (32'(par_i.column) % Converters) : '0;
  assign par_raddr = AddrBits'(32'(layer_q) * MuxSteps + 32'(step_q));

  xpk_ram_1r1w #(
      .Width(Converters * xpk_pkg::BiasBits),
      .Depth(Words),
      .LaneBits(xpk_pkg::BiasBits)
  ) u_bias (
      .clk_i,
      .we_i(par_lane),
      .waddr_i(par_waddr),
      .wdata_i({Converters{par_i.bias}}),
      .re_i(en_i && fetch_o),
      .raddr_i(par_raddr),
      .rdata_o(bias_o)
  );

  if (Thresholds) begin : gen_threshold
    xpk_ram_1r1w #(
        .Width(Converters * xpk_pkg::ThresholdBits),
        .Depth(Words),
        .LaneBits(xpk_pkg::ThresholdBits)
    ) u_threshold (
        .clk_i,
        .we_i(par_lane),
        .waddr_i(par_waddr),
        .wdata_i({Converters{par_i.threshold}}),
        .re_i(en_i && fetch_o),
        .raddr_i(par_raddr),
        .rdata_o(threshold_o)
    );
  end else begin : gen_no_threshold
    logic unused;
    assign unused = ^par_i.threshold;
    assign threshold_o = '0;
  end

endmodule

`default_nettype wire
