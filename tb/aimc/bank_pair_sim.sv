// SPDX-License-Identifier: Apache-2.0
// Bench top: an array bank in the C++ kernel, and in plain SystemVerilog (the sources are compiled
// with XPK_ARRAY_SV), on the same inputs.

`default_nettype none

module bank_pair_sim #(
    parameter int unsigned Layers = 1,
    parameter int unsigned Arrays = 1,
    parameter int unsigned Rows = 32,
    parameter int unsigned Cols = 16,
    parameter int unsigned Converters = 4,
    parameter int unsigned AdcCycles = 1,
    localparam int unsigned MuxSteps = (Cols + Converters - 1) / Converters,
    localparam int unsigned StepBits = (MuxSteps > 1) ? $clog2(MuxSteps) : 1,
    localparam int unsigned CodeBits = Arrays * Converters * xpk_pkg::CodeBits
) (
    input  wire logic clk_i,
    input  wire logic rst_ni,
    input  wire logic prog_we_i,
    input  wire logic prog_re_i,
    input  wire logic [3:0]                    prog_layer_i,
    input  wire logic [7:0]                    prog_array_i,
    input  wire logic [7:0]                    prog_row_i,
    input  wire logic [7:0]                    prog_col_i,
    input  wire logic [xpk_pkg::CellBits-1:0]  prog_data_i,
    output logic      [xpk_pkg::CellBits-1:0]  kernel_data_o,
    output logic      [xpk_pkg::CellBits-1:0]  twin_data_o,
    input  wire logic                          en_i,
    input  wire logic [3:0]                    layer_i,
    input  wire logic                          conv_i,
    input  wire logic [StepBits-1:0]           step_i,
    input  wire logic [Arrays*Rows-1:0]        x_i,
    input  wire logic [xpk_pkg::ShiftBits-1:0] shift_i,
    input  wire logic [xpk_pkg::GainBits-1:0]  gain_i,
    output logic      [CodeBits-1:0]           kernel_code_o,
    output logic      [CodeBits-1:0]           twin_code_o
);

  xpk_array_bank_sim_dpi #(
      .Layers(Layers),
      .Arrays(Arrays),
      .Rows(Rows),
      .Cols(Cols),
      .Converters(Converters),
      .AdcCycles(AdcCycles)
  ) u_kernel (
      .prog_data_o(kernel_data_o),
      .code_o(kernel_code_o),
      .*
  );

  xpk_array_bank #(
      .Layers(Layers),
      .Arrays(Arrays),
      .Rows(Rows),
      .Cols(Cols),
      .Converters(Converters),
      .AdcCycles(AdcCycles)
  ) u_twin (
      .prog_data_o(twin_data_o),
      .code_o(twin_code_o),
      .*
  );

endmodule

`default_nettype wire
