// SPDX-License-Identifier: Apache-2.0
// All synaptic arrays of a row block: `Arrays` side by side for each of `Layers` layers, one layer
// at work at a time.
//
// | parameter  | legal    | meaning                                                       |
// |------------|----------|---------------------------------------------------------------|
// | Layers     | 1..16    | layers with arrays of their own                               |
// | Arrays     | 1..256   | arrays that share the bit lines' outputs, one per Rows inputs |
// | Rows, Cols, Converters, AdcCycles | see xpk_synaptic_array | shape of one array      |
//
// Conversions and timing are those of xpk_synaptic_array, in all arrays of `layer_i` (sampled with
// `conv_i`) at once; `code_o` holds their codes, array 0 lowest. Programming: one cell per cycle,
// of an array that exists; `prog_data_o` is valid one cycle after `prog_re_i` until the next access.
//
// Synthesis sees the arrays (black boxes). A simulation sees one C++ kernel for all of them, or,
// with XPK_ARRAY_SV or a simulator other than Verilator, the arrays in plain SystemVerilog.
// Numerics section 5; paper: row-block-wise mapping.

`default_nettype none

`ifdef VERILATOR
`ifndef XPK_ARRAY_SV
`define XPK_ARRAY_DPI
`endif
`endif

module xpk_array_bank #(
    parameter int unsigned Layers = 1,
    parameter int unsigned Arrays = 1,
    parameter int unsigned Rows = 32,
    parameter int unsigned Cols = 16,
    parameter int unsigned Converters = 4,
    parameter int unsigned AdcCycles = 1,
    localparam int unsigned MuxSteps = (Cols + Converters - 1) / Converters,
    localparam int unsigned StepBits = (MuxSteps > 1) ? $clog2(MuxSteps) : 1,
    localparam int unsigned LaneCodes = Converters * xpk_pkg::CodeBits
) (
    input  wire logic clk_i,
    input  wire logic rst_ni,

    // Programming.
    input  wire logic                          prog_we_i,
    input  wire logic                          prog_re_i,
    input  wire logic [3:0]                    prog_layer_i,
    input  wire logic [7:0]                    prog_array_i,
    input  wire logic [7:0]                    prog_row_i,
    input  wire logic [7:0]                    prog_col_i,
    input  wire logic [xpk_pkg::CellBits-1:0]  prog_data_i,
    output logic      [xpk_pkg::CellBits-1:0]  prog_data_o,

    // Multiplication.
    input  wire logic                          en_i,
    input  wire logic [3:0]                    layer_i,
    input  wire logic                          conv_i,
    input  wire logic [StepBits-1:0]           step_i,
    input  wire logic [Arrays*Rows-1:0]        x_i,
    input  wire logic [xpk_pkg::ShiftBits-1:0] shift_i,
    input  wire logic [xpk_pkg::GainBits-1:0]  gain_i,
    output logic      [Arrays*LaneCodes-1:0]   code_o
);

  if (Layers < 1 || Layers > 16 || Arrays < 1 || Arrays > 256) begin : gen_check
    $error("xpk_array_bank: Layers must be 1..16 and Arrays 1..256");
  end

`ifdef XPK_ARRAY_DPI

  xpk_array_bank_sim_dpi #(
      .Layers(Layers),
      .Arrays(Arrays),
      .Rows(Rows),
      .Cols(Cols),
      .Converters(Converters),
      .AdcCycles(AdcCycles)
  ) u_model (
      .clk_i,
      .rst_ni,
      .prog_we_i,
      .prog_re_i,
      .prog_layer_i,
      .prog_array_i,
      .prog_row_i,
      .prog_col_i,
      .prog_data_i,
      .prog_data_o,
      .en_i,
      .layer_i,
      .conv_i,
      .step_i,
      .x_i,
      .shift_i,
      .gain_i,
      .code_o
  );

`else

  localparam int unsigned CellBits = xpk_pkg::CellBits;
  localparam int unsigned LayerCodes = Arrays * LaneCodes;

  logic [Layers*Arrays-1:0] read;    // one-hot: the array that is being read
  logic [Layers*Arrays-1:0] read_q;
  logic [Layers*Arrays*CellBits-1:0] cell_data;
  logic [Layers*LayerCodes-1:0] codes;
  logic [3:0] layer_q;

  for (genvar l = 0; l < Layers; l++) begin : gen_layer
    for (genvar a = 0; a < Arrays; a++) begin : gen_array
      logic selected;
      assign selected = (prog_layer_i == 4'(l)) && (prog_array_i == 8'(a));
      assign read[l*Arrays+a] = prog_re_i && selected;

      xpk_synaptic_array #(
          .Rows(Rows),
          .Cols(Cols),
          .Converters(Converters),
          .AdcCycles(AdcCycles)
      ) u_array (
          .clk_i,
          .rst_ni,
          .prog_we_i(prog_we_i && selected),
          .prog_re_i(read[l*Arrays+a]),
          .prog_row_i,
          .prog_col_i,
          .prog_data_i,
          .prog_data_o(cell_data[(l*Arrays+a)*CellBits+:CellBits]),
          .en_i,
          .conv_i(conv_i && (layer_i == 4'(l))),
          .step_i,
          .x_i(x_i[a*Rows+:Rows]),
          .shift_i,
          .gain_i,
          .code_o(codes[(l*Arrays+a)*LaneCodes+:LaneCodes])
      );
    end
  end

  // Conversions start at least AdcCycles apart, so the layer holds until the codes are taken.
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      read_q <= '0;
      layer_q <= '0;
    end else begin
      if (prog_re_i) read_q <= read;
      if (en_i && conv_i) layer_q <= layer_i;
    end
  end

  always_comb begin
    prog_data_o = '0;
    for (int unsigned i = 0; i < Layers * Arrays; i++) begin
      if (read_q[i]) prog_data_o = prog_data_o | cell_data[i*CellBits+:CellBits];
    end
  end

  always_comb begin
    code_o = '0;
    for (int unsigned l = 0; l < Layers; l++) begin
      if (32'(layer_q) == l) code_o = codes[l*LayerCodes+:LayerCodes];
    end
  end

`endif

endmodule

`default_nettype wire
