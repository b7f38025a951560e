// SPDX-License-Identifier: Apache-2.0
// Programming windows: target, cell address, cell data, column, neuron and converter words become
// writes and reads of synaptic arrays and neuron parameters, calibration words those of the
// calibration table.
//
// | parameter | legal        | meaning             |
// |-----------|--------------|---------------------|
// | Calibration | 0, 1       | 0: there is no calibration table |
// | WholeLevels | 0, 1       | 1: a cell holds a weight, a whole level in one of its devices |
// | (others)  | see xpk_core | shapes of the build |
//
// One access per cycle; `par_o`, `cell_o` and `table_o` follow one cycle later. Reads of cells and of
// the calibration table are answered by them; everything else by xpk_registers. An access that points
// outside the arrays raises `error_o` in the same cycle and does nothing else.
// Addresses: docs/registers.md.

`default_nettype none

module xpk_program_window #(
    parameter int unsigned Dim = 16,
    parameter int unsigned FfDim = 32,
    parameter int unsigned Depth = 1,
    parameter int unsigned InputRows = 16,
    parameter int unsigned Classes = 4,
    parameter int unsigned ArrayRows = 32,
    parameter int unsigned ArrayCols = 16,
    parameter bit Calibration = 1'b1,
    parameter bit WholeLevels = 1'b0
) (
    input  wire logic                 clk_i,
    input  wire logic                 rst_ni,
    input  wire logic                 access_i,      // a register access to this window, not while busy
    input  wire logic                 write_i,
    input  wire logic        [15:0]   addr_i,
    input  wire logic        [31:0]   wdata_i,
    output logic                      error_o,
    output logic                      late_read_o,   // this read is answered by cell or table
    output logic             [31:0]   rdata_o,
    output xpk_pkg::par_t             par_o,
    output xpk_pkg::cell_t            cell_o,
    output xpk_pkg::table_t           table_o
);

  // Arrays that a matrix needs: inputs / ArrayRows; row blocks: outputs / ArrayCols.
  function automatic logic [31:0] inputs_of(input logic [2:0] matrix);
    case (matrix)
      xpk_pkg::MatrixEmbed: inputs_of = InputRows;
      xpk_pkg::MatrixFf2:   inputs_of = FfDim;
      default:              inputs_of = Dim;
    endcase
  endfunction

  function automatic logic [31:0] outputs_of(input logic [2:0] matrix);
    case (matrix)
      xpk_pkg::MatrixFf1:  outputs_of = FfDim;
      xpk_pkg::MatrixHead: outputs_of = Classes;
      default:             outputs_of = Dim;
    endcase
  endfunction

  function automatic logic [31:0] layers_of(input logic [2:0] matrix);
    case (matrix)
      xpk_pkg::MatrixEmbed, xpk_pkg::MatrixHead: layers_of = 1;
      default:                                   layers_of = Depth;
    endcase
  endfunction

  xpk_pkg::target_t target_q;
  logic [7:0] row_q, col_q, column_q;
  logic block_ok, array_ok, is_cell, is_neuron, is_converter, is_sum, is_sum0, is_gain, is_table;
  logic cell_read, table_read;

  assign block_ok = 32'(target_q.layer) < layers_of(target_q.matrix) &&
      32'(target_q.row_block) * ArrayCols < outputs_of(target_q.matrix);
  assign array_ok = block_ok && 32'(target_q.array) * ArrayRows < inputs_of(target_q.matrix) &&
      32'(row_q) < ArrayRows && 32'(col_q) < ArrayCols;

  assign is_cell = (addr_i == xpk_regs_pkg::AddrCellData);
  // Write-only words read as 0, whatever they point at.
  assign is_neuron = (addr_i == xpk_regs_pkg::AddrNeuron) && write_i;
  assign is_converter = (addr_i == xpk_regs_pkg::AddrConverter) && write_i;
  // Writes to read-only words do nothing, whatever they point at.
  assign is_sum = (addr_i == xpk_regs_pkg::AddrCalibrationSum) && !write_i;
  assign is_sum0 = (addr_i == xpk_regs_pkg::AddrCalibrationSum0);
  assign is_gain = (addr_i == xpk_regs_pkg::AddrGain) && !write_i;
  assign is_table = is_sum || is_sum0 || is_gain;

  logic [xpk_pkg::DeviceBits-1:0] plus, minus;
  logic level_ok;
  assign plus = wdata_i[xpk_regs_pkg::CellDataPlusLsb+:xpk_regs_pkg::CellDataPlusWidth];
  assign minus = wdata_i[xpk_regs_pkg::CellDataMinusLsb+:xpk_regs_pkg::CellDataMinusWidth];
  assign level_ok = plus[7:0] == '0 && minus[7:0] == '0 && (plus == '0 || minus == '0) &&
      !plus[12] && !minus[12];

  // Thresholds start at 1, gains at 1.
  always_comb begin
    error_o = 1'b0;
    if (access_i) begin
      if (is_cell) error_o = !array_ok || (WholeLevels && write_i && !level_ok);
      if (is_table) error_o = !block_ok || !Calibration;
      if (is_neuron) begin
        error_o = !block_ok || 32'(column_q) >= ArrayCols ||
            wdata_i[xpk_regs_pkg::NeuronThresholdLsb+:xpk_regs_pkg::NeuronThresholdWidth] == '0;
      end
      if (is_converter) begin
        error_o = !block_ok ||
            wdata_i[xpk_regs_pkg::ConverterGainLsb+:xpk_regs_pkg::ConverterGainWidth] == '0;
      end
    end
  end

  assign cell_read = access_i && is_cell && !write_i && !error_o;
  assign table_read = access_i && is_table && !write_i && !error_o;
  assign late_read_o = cell_read || table_read;

  always_comb begin
    rdata_o = '0;
    case (addr_i)
      xpk_regs_pkg::AddrTarget: begin
        rdata_o[xpk_regs_pkg::TargetMatrixLsb+:xpk_regs_pkg::TargetMatrixWidth] = target_q.matrix;
        rdata_o[xpk_regs_pkg::TargetLayerLsb+:xpk_regs_pkg::TargetLayerWidth] = target_q.layer;
        rdata_o[xpk_regs_pkg::TargetRowBlockLsb+:xpk_regs_pkg::TargetRowBlockWidth] = target_q.row_block;
        rdata_o[xpk_regs_pkg::TargetArrayLsb+:xpk_regs_pkg::TargetArrayWidth] = target_q.array;
      end
      xpk_regs_pkg::AddrCellAddress: begin
        rdata_o[xpk_regs_pkg::CellAddressColLsb+:xpk_regs_pkg::CellAddressColWidth] = col_q;
        rdata_o[xpk_regs_pkg::CellAddressRowLsb+:xpk_regs_pkg::CellAddressRowWidth] = row_q;
      end
      xpk_regs_pkg::AddrColumn: begin
        rdata_o[xpk_regs_pkg::ColumnColumnLsb+:xpk_regs_pkg::ColumnColumnWidth] = column_q;
      end
      default: ;
    endcase
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      target_q <= '0;
      row_q <= '0;
      col_q <= '0;
      column_q <= '0;
    end else if (access_i && !error_o) begin
      if (write_i) begin
        case (addr_i)
          xpk_regs_pkg::AddrTarget: begin
            target_q.matrix <= wdata_i[xpk_regs_pkg::TargetMatrixLsb+:xpk_regs_pkg::TargetMatrixWidth];
            target_q.layer <= wdata_i[xpk_regs_pkg::TargetLayerLsb+:xpk_regs_pkg::TargetLayerWidth];
            target_q.row_block <= wdata_i[xpk_regs_pkg::TargetRowBlockLsb+:xpk_regs_pkg::TargetRowBlockWidth];
            target_q.array <= wdata_i[xpk_regs_pkg::TargetArrayLsb+:xpk_regs_pkg::TargetArrayWidth];
          end
          xpk_regs_pkg::AddrCellAddress: begin
            row_q <= wdata_i[xpk_regs_pkg::CellAddressRowLsb+:xpk_regs_pkg::CellAddressRowWidth];
            col_q <= wdata_i[xpk_regs_pkg::CellAddressColLsb+:xpk_regs_pkg::CellAddressColWidth];
          end
          xpk_regs_pkg::AddrColumn: begin
            column_q <= wdata_i[xpk_regs_pkg::ColumnColumnLsb+:xpk_regs_pkg::ColumnColumnWidth];
          end
          xpk_regs_pkg::AddrNeuron: column_q <= column_q + 8'd1;
          default: ;
        endcase
      end
      if (is_cell) begin  // columns first, then rows
        if (32'(col_q) == ArrayCols - 1) begin
          col_q <= '0;
          row_q <= row_q + 8'd1;
        end else begin
          col_q <= col_q + 8'd1;
        end
      end
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      par_o <= '0;
      cell_o <= '0;
      table_o <= '0;
    end else begin
      par_o.neuron_we <= access_i && !error_o && is_neuron;
      par_o.converter_we <= access_i && !error_o && is_converter;
      cell_o.we <= access_i && !error_o && is_cell && write_i;
      cell_o.re <= cell_read;
      table_o.we <= access_i && !error_o && is_sum0 && write_i;
      table_o.re <= table_read;
      // At once, so that one set of registers is enough where all three are used.
      if (access_i && (is_neuron || is_converter || is_cell || is_table)) begin
        par_o.target <= target_q;
        par_o.column <= column_q;
        par_o.threshold <= wdata_i[xpk_regs_pkg::NeuronThresholdLsb+:xpk_regs_pkg::NeuronThresholdWidth];
        par_o.bias <= wdata_i[xpk_regs_pkg::NeuronBiasLsb+:xpk_regs_pkg::NeuronBiasWidth];
        par_o.gain <= wdata_i[xpk_regs_pkg::ConverterGainLsb+:xpk_regs_pkg::ConverterGainWidth];
        par_o.shift <= wdata_i[xpk_regs_pkg::ConverterShiftLsb+:xpk_regs_pkg::ConverterShiftWidth];
        cell_o.target <= target_q;
        cell_o.row <= row_q;
        cell_o.col <= col_q;
        cell_o.data <= {plus, minus};
        table_o.item <= is_gain ? xpk_pkg::TableGain :
                        is_sum0 ? xpk_pkg::TableSum0 : xpk_pkg::TableSum;
        table_o.target <= target_q;
        table_o.data <= wdata_i;
      end
    end
  end

endmodule

`default_nettype wire
