// SPDX-License-Identifier: Apache-2.0
// Analog boundary: one synaptic array of Rows x Cols device pairs with its converters.
//
// | parameter  | legal   | meaning                                |
// |------------|---------|----------------------------------------|
// | Rows       | 1..256  | word lines                             |
// | Cols       | 1..256  | bit line pairs                         |
// | Converters | 1..Cols | converters, shared by mux steps        |
// | AdcCycles  | 1..16   | enabled clock edges of one conversion  |
//
// `conv_i` begins the conversion of mux step `step_i`: lane c of `code_o` is column
// step * Converters + c, valid AdcCycles enabled edges later and until the next conversion ends.
// `x_i` is new at step 0 and stays stable for all mux steps; conversions are at least AdcCycles
// enabled edges apart. While `en_i` is 0 no conversion moves. Programming works at any time, one
// cell per cycle; `prog_data_o` is valid one cycle after `prog_re_i` and held. Conductances survive
// the reset.
//
// Numerics section 5; paper: mixed-signal AIMC engine. Synthesis sees a black box, or with XPK_ARRAY_RAM
// a digital twin in block RAM; a simulation the model in plain SystemVerilog, or with XPK_ARRAY_RAM that
// twin. Simulations with the C++ kernel replace the whole bank.

`default_nettype none

`ifndef XPK_ARRAY_RAM
`ifdef YOSYS
`define XPK_ARRAY_BLACK_BOX
`elsif SYNTHESIS
`define XPK_ARRAY_BLACK_BOX
`endif
`endif

`ifdef XPK_ARRAY_BLACK_BOX
(* blackbox *)
`endif
module xpk_synaptic_array #(
    parameter int unsigned Rows = 32,
    parameter int unsigned Cols = 16,
    parameter int unsigned Converters = 4,
    parameter int unsigned AdcCycles = 1,
    localparam int unsigned MuxSteps = (Cols + Converters - 1) / Converters,
    localparam int unsigned StepBits = (MuxSteps > 1) ? $clog2(MuxSteps) : 1
) (
    input  wire logic clk_i,
    input  wire logic rst_ni,

    // Programming.
    input  wire logic                          prog_we_i,
    input  wire logic                          prog_re_i,
    input  wire logic [7:0]                    prog_row_i,
    input  wire logic [7:0]                    prog_col_i,
    input  wire logic [xpk_pkg::CellBits-1:0]  prog_data_i,
    output logic      [xpk_pkg::CellBits-1:0]  prog_data_o,

    // Multiplication.
    input  wire logic                          en_i,
    input  wire logic                          conv_i,
    input  wire logic [StepBits-1:0]           step_i,
    input  wire logic [Rows-1:0]               x_i,
    input  wire logic [xpk_pkg::ShiftBits-1:0] shift_i,
    input  wire logic [xpk_pkg::GainBits-1:0]  gain_i,
    output logic      [Converters*xpk_pkg::CodeBits-1:0] code_o
);

`ifndef XPK_ARRAY_BLACK_BOX
  if (Rows < 1 || Rows > 256 || Cols < 1 || Cols > 256) begin : gen_check_shape
    $error("xpk_synaptic_array: Rows and Cols must be 1..256");
  end
  if (Converters < 1 || Converters > Cols || AdcCycles < 1 || AdcCycles > 16) begin : gen_check_adc
    $error("xpk_synaptic_array: Converters must be 1..Cols and AdcCycles 1..16");
  end

`ifdef XPK_ARRAY_RAM
  xpk_synaptic_array_ram #(
`else
  xpk_synaptic_array_sim #(
`endif
      .Rows(Rows),
      .Cols(Cols),
      .Converters(Converters),
      .AdcCycles(AdcCycles)
  ) u_model (
      .clk_i,
      .rst_ni,
      .prog_we_i,
      .prog_re_i,
      .prog_row_i,
      .prog_col_i,
      .prog_data_i,
      .prog_data_o,
      .en_i,
      .conv_i,
      .step_i,
      .x_i,
      .shift_i,
      .gain_i,
      .code_o
  );
`endif

endmodule

`default_nettype wire
