// SPDX-License-Identifier: Apache-2.0
// Simulation only: synaptic array in plain SystemVerilog, for tools without DPI and as the second
// opinion on the C++ kernel. Ports, timing and parameters are those of xpk_synaptic_array.

`default_nettype none

module xpk_synaptic_array_sim #(
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

  localparam int unsigned DeviceBits = xpk_pkg::DeviceBits;
  localparam int unsigned CodeBits = xpk_pkg::CodeBits;
  localparam int unsigned IndexBits = (Rows * Cols > 1) ? $clog2(Rows * Cols) : 1;

  logic [xpk_pkg::CellBits-1:0] cells[0:Rows*Cols-1];
  logic [Converters*CodeBits-1:0] raw_q;

  initial begin
    for (int unsigned i = 0; i < Rows * Cols; i++) cells[i] = '0;
  end

  // Programming.
  logic in_range;
  logic [IndexBits-1:0] prog_index;
  assign in_range = (32'(prog_row_i) < Rows) && (32'(prog_col_i) < Cols);
  assign prog_index = IndexBits'(32'(prog_row_i) * Cols + 32'(prog_col_i));

  always_ff @(posedge clk_i) begin
    if (prog_we_i && in_range) cells[prog_index] <= prog_data_i;
    if ((prog_we_i || prog_re_i) && !in_range) begin
      $error("synaptic array: cell (%0d, %0d) does not exist", prog_row_i, prog_col_i);
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) prog_data_o <= '0;
    else if (prog_re_i) prog_data_o <= in_range ? cells[prog_index] : '0;
  end

  // Bit line current of one column: plus device minus minus device of every driven row.
  function automatic longint column_sum(input int unsigned col);
    longint total;
    total = 0;
    for (int unsigned r = 0; r < Rows; r++) begin
      if (x_i[r]) begin
        total = total + 64'(cells[r*Cols+col][2*DeviceBits-1:DeviceBits])
                      - 64'(cells[r*Cols+col][DeviceBits-1:0]);
      end
    end
    column_sum = total;
  endfunction

  // Converter: gain, rounded shift, saturation to a code.
  function automatic logic [CodeBits-1:0] convert(input longint sum);
    longint scaled;
    scaled = sum * 64'(gain_i) + (64'sd1 <<< (32'(shift_i) + 15));
    scaled = scaled >>> (32'(shift_i) + 16);
    if (scaled > 15) scaled = 15;
    if (scaled < -16) scaled = -16;
    convert = CodeBits'(scaled);
  endfunction

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      raw_q <= '0;
    end else if (en_i && conv_i) begin
      for (int unsigned c = 0; c < Converters; c++) begin
        raw_q[c*CodeBits+:CodeBits] <= (32'(step_i) * Converters + c < Cols) ?
            convert(column_sum(32'(step_i) * Converters + c)) : '0;
      end
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
