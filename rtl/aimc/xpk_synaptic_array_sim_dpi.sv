// SPDX-License-Identifier: Apache-2.0
// Simulation only: synaptic array whose cells live in the C++ kernel of sim/dpi. Ports, timing and
// parameters are those of xpk_synaptic_array.
//
// The kernel sums all columns once per input vector (mux step 0) and converts a slice of them per
// mux step, which is what makes large networks fast to simulate.

`default_nettype none

module xpk_synaptic_array_sim_dpi #(
    parameter int unsigned Rows = 32,
    parameter int unsigned Cols = 16,
    parameter int unsigned Converters = 4,
    parameter int unsigned AdcCycles = 1,
    localparam int unsigned MuxSteps = (Cols + Converters - 1) / Converters,
    localparam int unsigned StepBits = (MuxSteps > 1) ? $clog2(MuxSteps) : 1
) (
    input  wire logic clk_i,
    input  wire logic rst_ni,
    input  wire logic prog_we_i,
    input  wire logic prog_re_i,
    input  wire logic [7:0]                    prog_row_i,
    input  wire logic [7:0]                    prog_col_i,
    input  wire logic [xpk_pkg::CellBits-1:0]  prog_data_i,
    output logic      [xpk_pkg::CellBits-1:0]  prog_data_o,
    input  wire logic                          en_i,
    input  wire logic                          conv_i,
    input  wire logic [StepBits-1:0]           step_i,
    input  wire logic [Rows-1:0]               x_i,
    input  wire logic [xpk_pkg::ShiftBits-1:0] shift_i,
    input  wire logic [xpk_pkg::GainBits-1:0]  gain_i,
    output logic      [Converters*xpk_pkg::CodeBits-1:0] code_o
);

  // One copy of the code for all instances: thousands of arrays would not fit the caches otherwise.
  // verilator no_inline_module

  // Widths of the imports are fixed, because every parameterisation shares them: 256 rows, and
  // 16 converter lanes per call.
  localparam int unsigned CallLanes = 16;
  localparam int unsigned CodeBits = xpk_pkg::CodeBits;
  localparam int unsigned Calls = (Converters + CallLanes - 1) / CallLanes;

  import "DPI-C" function chandle xpk_array_create(input int unsigned rows, input int unsigned cols);
  import "DPI-C" function void xpk_array_destroy(input chandle array);
  import "DPI-C" function int xpk_array_write(input chandle array, input int unsigned row,
                                              input int unsigned col, input int unsigned plus,
                                              input int unsigned minus);
  // The cell {g+, g-}, or a negative number where there is none.
  import "DPI-C" function int xpk_array_read(input chandle array, input int unsigned row,
                                             input int unsigned col);
  import "DPI-C" function void xpk_array_accumulate(input chandle array, input bit [255:0] x);
  import "DPI-C" function void xpk_array_convert(input chandle array, input int unsigned first,
                                                 input int unsigned lanes, input int unsigned shift,
                                                 input int unsigned gain, output bit [79:0] codes);

  chandle array;
  logic [Converters*CodeBits-1:0] raw_q;

  initial array = xpk_array_create(Rows, Cols);
  final xpk_array_destroy(array);

  // Programming.
  localparam int unsigned DeviceBits = xpk_pkg::DeviceBits;

  always_ff @(posedge clk_i) begin : write_cell
    if (prog_we_i) begin
      if (xpk_array_write(array, 32'(prog_row_i), 32'(prog_col_i),
                          32'(prog_data_i[2*DeviceBits-1:DeviceBits]),
                          32'(prog_data_i[DeviceBits-1:0])) == 0) begin
        $error("synaptic array: cell (%0d, %0d) does not exist", prog_row_i, prog_col_i);
      end
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin : read_cell
    int cell_data;
    if (!rst_ni) begin
      prog_data_o <= '0;
    end else if (prog_re_i) begin
      cell_data = xpk_array_read(array, 32'(prog_row_i), 32'(prog_col_i));
      prog_data_o <= (cell_data < 0) ? '0 : xpk_pkg::CellBits'(cell_data);
      if (cell_data < 0) begin
        $error("synaptic array: cell (%0d, %0d) does not exist", prog_row_i, prog_col_i);
      end
    end
  end

  // Multiplication. Lanes that a call does not fill stay 0.
  always_ff @(posedge clk_i or negedge rst_ni) begin : multiply
    bit [79:0] codes;
    // The last call may fill a part of its lanes only.
    // verilator lint_off UNUSEDSIGNAL
    logic [Calls*80-1:0] all_codes;
    // verilator lint_on UNUSEDSIGNAL
    if (!rst_ni) begin
      raw_q <= '0;
    end else if (en_i && conv_i) begin
      if (step_i == '0) xpk_array_accumulate(array, 256'(x_i));
      for (int unsigned k = 0; k < Calls; k++) begin
        xpk_array_convert(array, 32'(step_i) * Converters + k * CallLanes,
                          (k == Calls - 1) ? Converters - k * CallLanes : CallLanes,
                          32'(shift_i), 32'(gain_i), codes);
        all_codes[k*80+:80] = codes;
      end
      raw_q <= all_codes[Converters*CodeBits-1:0];
    end
  end

  xpk_adc_delay_sim #(
      .Width(Converters * CodeBits),
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
