// SPDX-License-Identifier: Apache-2.0
// Simulation only: array bank whose cells live in the C++ kernel of sim/dpi. Ports, timing and
// parameters are those of xpk_array_bank.
//
// The kernel sums all columns once per input vector (mux step 0) and converts a slice of them per
// mux step. One module for all arrays of a row block, idle layers included: thousands of modules
// would cost a simulation more than the sums do.

`default_nettype none

module xpk_array_bank_sim_dpi #(
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
    input  wire logic prog_we_i,
    input  wire logic prog_re_i,
    input  wire logic [3:0]                    prog_layer_i,
    input  wire logic [7:0]                    prog_array_i,
    input  wire logic [7:0]                    prog_row_i,
    input  wire logic [7:0]                    prog_col_i,
    input  wire logic [xpk_pkg::CellBits-1:0]  prog_data_i,
    output logic      [xpk_pkg::CellBits-1:0]  prog_data_o,
    input  wire logic                          en_i,
    input  wire logic [3:0]                    layer_i,
    input  wire logic                          conv_i,
    input  wire logic [StepBits-1:0]           step_i,
    input  wire logic [Arrays*Rows-1:0]        x_i,
    input  wire logic [xpk_pkg::ShiftBits-1:0] shift_i,
    input  wire logic [xpk_pkg::GainBits-1:0]  gain_i,
    output logic      [Arrays*LaneCodes-1:0]   code_o
);

  // Widths of the imports are fixed, because every parameterisation shares them: 256 rows, and
  // 16 converter lanes per call.
  localparam int unsigned CallLanes = 16;
  localparam int unsigned Calls = (Converters + CallLanes - 1) / CallLanes;

  import "DPI-C" function chandle xpk_bank_create(input int unsigned layers,
                                                  input int unsigned arrays,
                                                  input int unsigned rows, input int unsigned cols);
  import "DPI-C" function void xpk_bank_destroy(input chandle bank);
  // 0 if there is no such cell.
  import "DPI-C" function int xpk_bank_write(input chandle bank, input int unsigned layer,
                                             input int unsigned array, input int unsigned row,
                                             input int unsigned col, input int unsigned plus,
                                             input int unsigned minus);
  // The cell {g+, g-}, or a negative number where there is none.
  import "DPI-C" function int xpk_bank_read(input chandle bank, input int unsigned layer,
                                            input int unsigned array, input int unsigned row,
                                            input int unsigned col);
  import "DPI-C" function void xpk_bank_accumulate(input chandle bank, input int unsigned layer,
                                                   input int unsigned array,
                                                   input bit [255:0] x);
  import "DPI-C" function void xpk_bank_convert(input chandle bank, input int unsigned layer,
                                                input int unsigned array, input int unsigned first,
                                                input int unsigned lanes, input int unsigned shift,
                                                input int unsigned gain, output bit [79:0] codes);

  chandle bank;
  logic [Arrays*LaneCodes-1:0] raw_q;

  initial bank = xpk_bank_create(Layers, Arrays, Rows, Cols);
  final xpk_bank_destroy(bank);

  // Programming.
  localparam int unsigned DeviceBits = xpk_pkg::DeviceBits;

  always_ff @(posedge clk_i) begin : write_cell
    if (prog_we_i) begin
      if (xpk_bank_write(bank, 32'(prog_layer_i), 32'(prog_array_i), 32'(prog_row_i),
                         32'(prog_col_i), 32'(prog_data_i[2*DeviceBits-1:DeviceBits]),
                         32'(prog_data_i[DeviceBits-1:0])) == 0) begin
        $error("array bank: cell (%0d, %0d) of array %0d, layer %0d does not exist", prog_row_i,
               prog_col_i, prog_array_i, prog_layer_i);
      end
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin : read_cell
    int cell_data;
    if (!rst_ni) begin
      prog_data_o <= '0;
    end else if (prog_re_i) begin
      cell_data = xpk_bank_read(bank, 32'(prog_layer_i), 32'(prog_array_i), 32'(prog_row_i),
                                32'(prog_col_i));
      prog_data_o <= (cell_data < 0) ? '0 : xpk_pkg::CellBits'(cell_data);
      if (cell_data < 0) begin
        $error("array bank: cell (%0d, %0d) of array %0d, layer %0d does not exist", prog_row_i,
               prog_col_i, prog_array_i, prog_layer_i);
      end
    end
  end

  // Multiplication. Lanes that a call does not fill stay 0.
  always_ff @(posedge clk_i or negedge rst_ni) begin : multiply
    bit [79:0] codes;
    // The last call may fill a part of its lanes only.
    // verilator lint_off UNUSEDSIGNAL
    logic [Calls*80-1:0] array_codes;
    // verilator lint_on UNUSEDSIGNAL
    if (!rst_ni) begin
      raw_q <= '0;
    end else if (en_i && conv_i) begin
      for (int unsigned a = 0; a < Arrays; a++) begin
        if (step_i == '0) begin
          xpk_bank_accumulate(bank, 32'(layer_i), a, 256'(x_i[a*Rows+:Rows]));
        end
        for (int unsigned k = 0; k < Calls; k++) begin
          xpk_bank_convert(bank, 32'(layer_i), a, 32'(step_i) * Converters + k * CallLanes,
                           (k == Calls - 1) ? Converters - k * CallLanes : CallLanes,
                           32'(shift_i), 32'(gain_i), codes);
          array_codes[k*80+:80] = codes;
        end
        raw_q[a*LaneCodes+:LaneCodes] <= array_codes[LaneCodes-1:0];
      end
    end
  end

  xpk_adc_delay_sim #(
      .Width(Arrays * LaneCodes),
      .AdcCycles(AdcCycles)
  ) u_delay (
      .clk_i,
      .rst_ni,
      .en_i,
      .conv_i,
      .data_i(raw_q),
      .data_o(code_o)
  );

endmodule

`default_nettype wire
