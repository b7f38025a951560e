// SPDX-License-Identifier: Apache-2.0
// All matrices of a folded chip: weights, thresholds and membranes in block memories, one weight and
// one input spike a cycle, one converter, one LIF neuron.
//
// | parameter | legal        | meaning             |
// |-----------|--------------|---------------------|
// | (all)     | see xpk_core | shapes of the build |
//
// start_i (while busy_o is 0) multiplies matrix_i of layer_i by an input vector whose bits it asks for
// one after the other: bit_re_o with bit_index_o, bit_i in the next cycle; none in a cycle with hold_i.
// Each column ends with out_valid_o, its number, its spike (not of HEAD), and I + bias as out_value_o. Columns
// come in order; while one is converted, the next one is summed up. first_i: time step 0 of a token,
// membranes start at 0. busy_o is up from the cycle after start_i to that of the last column.
//
// Conductances are whole levels here: a cell holds its weight, 5 bits.
// An array of r rows takes r + 2 cycles of a column, or ceil_log2(15 ArrayRows + 1) + 4 + shift if that is
// more, and 2 more if it is the last one of the column: docs/architecture.md (folded core).
// Source: docs/numerics.md sections 5, 6 and 9.

`default_nettype none

module xpk_fold_matrix #(
    parameter int unsigned Dim = 32,
    parameter int unsigned FfDim = 64,
    parameter int unsigned Depth = 1,
    parameter int unsigned InputRows = 16,
    parameter int unsigned Classes = 10,
    parameter int unsigned ArrayRows = 64,
    parameter int unsigned ArrayCols = 32,
    localparam int unsigned IndexBits = 12,   // of inputs and outputs
    localparam int unsigned ValueBits = xpk_pkg::CurrentBits + 1
) (
    input  wire logic                     clk_i,
    input  wire logic                     rst_ni,
    input  wire logic                     clr_i,
    // Programming; fields that only devices have are not used.
    /* verilator lint_off UNUSEDSIGNAL */
    input  wire xpk_pkg::par_t            par_i,
    input  wire xpk_pkg::cell_t           cell_i,
    /* verilator lint_on UNUSEDSIGNAL */
    output logic [xpk_pkg::CellBits-1:0]  cell_rdata_o,
    output logic                          cell_rvalid_o,
    // Multiplication.
    input  wire logic                     start_i,
    input  wire logic [2:0]               matrix_i,
    input  wire logic [3:0]               layer_i,
    input  wire logic                     first_i,
    output logic                          busy_o,
    output logic                          bit_re_o,
    output logic      [IndexBits-1:0]     bit_index_o,
    input  wire logic                     bit_i,
    input  wire logic                     hold_i,
    output logic                          out_valid_o,
    output logic      [IndexBits-1:0]     out_column_o,
    output logic                          out_spike_o,
    output logic signed [ValueBits-1:0]   out_value_o
);

  localparam int unsigned LayerColumns = 5 * Dim + FfDim;
  localparam int unsigned Neurons = Dim + Depth * LayerColumns;  // HEAD's columns come behind them
  localparam int unsigned LayerWeights = 4 * Dim * Dim + 2 * Dim * FfDim;
  localparam int unsigned HeadWeights = InputRows * Dim + Depth * LayerWeights;
  localparam int unsigned Weights = HeadWeights + Dim * Classes;
  localparam int unsigned WeightBits = $clog2(Weights);
  localparam int unsigned Widest0 = (FfDim > Dim) ? FfDim : Dim;
  localparam int unsigned Widest = (Classes > Widest0) ? Classes : Widest0;
  localparam int unsigned MostBlocks = (Widest + ArrayCols - 1) / ArrayCols;
  localparam int unsigned BlockBits = (MostBlocks > 1) ? $clog2(MostBlocks) : 1;
  localparam int unsigned SettingsBase = Neurons + Classes;
  localparam int unsigned Settings = 8 * Depth * (1 << BlockBits);
  localparam int unsigned ParWords = SettingsBase + Settings;
  localparam int unsigned ParBits = $clog2(ParWords);
  localparam int unsigned NeuronBits = $clog2(Neurons);
  localparam int unsigned ParWidth = xpk_pkg::ThresholdBits + xpk_pkg::BiasBits;
  localparam int unsigned SumBits = $clog2(15 * ArrayRows + 1) + 1;  // of an array, signed
  localparam int unsigned ProductBits = SumBits + xpk_pkg::GainBits;
  localparam int unsigned MulBits = (SumBits > 1) ? $clog2(SumBits) : 1;
  localparam int unsigned MostInputs = (InputRows > Widest0) ? InputRows : Widest0;
  localparam int unsigned InputBits = (MostInputs > 1) ? $clog2(MostInputs) : 1;
  localparam int unsigned OutputBits = (Widest > 1) ? $clog2(Widest) : 1;
  localparam int unsigned RowBits = (ArrayRows > 1) ? $clog2(ArrayRows) : 1;
  localparam int unsigned ColumnBits = (ArrayCols > 1) ? $clog2(ArrayCols) : 1;
  localparam int unsigned MostArrays = (MostInputs + ArrayRows - 1) / ArrayRows;
  localparam int unsigned PartBits = xpk_pkg::CodeBits + 2 + $clog2(MostArrays);  // of 4 * codes
  localparam int unsigned ExactBits = ((PartBits > xpk_pkg::BiasBits) ? PartBits : xpk_pkg::BiasBits) + 2;

  // ---- Where things are ----------------------------------------------------------------------
  function automatic logic [IndexBits-1:0] last_input_of(input logic [2:0] matrix);
    case (matrix)
      xpk_pkg::MatrixEmbed: last_input_of = IndexBits'(InputRows - 1);
      xpk_pkg::MatrixFf2:   last_input_of = IndexBits'(FfDim - 1);
      default:              last_input_of = IndexBits'(Dim - 1);
    endcase
  endfunction

  function automatic logic [IndexBits-1:0] last_output_of(input logic [2:0] matrix);
    case (matrix)
      xpk_pkg::MatrixFf1:  last_output_of = IndexBits'(FfDim - 1);
      xpk_pkg::MatrixHead: last_output_of = IndexBits'(Classes - 1);
      default:             last_output_of = IndexBits'(Dim - 1);
    endcase
  endfunction

  // Weights before line `line` of a matrix.
  function automatic logic [31:0] lines_of(input logic [2:0] matrix, input logic [31:0] line);
    case (matrix)
      xpk_pkg::MatrixEmbed: lines_of = line * InputRows;
      xpk_pkg::MatrixFf2:   lines_of = line * FfDim;
      default:              lines_of = line * Dim;
    endcase
  endfunction

  function automatic logic [31:0] column_base(input logic [2:0] matrix, input logic [3:0] layer);
    logic [31:0] begin_of_layer;
    begin_of_layer = Dim + ((Depth > 1) ? 32'(layer) * LayerColumns : 0);
    case (matrix)
      xpk_pkg::MatrixEmbed: column_base = 0;
      xpk_pkg::MatrixHead:  column_base = Neurons;
      xpk_pkg::MatrixFf2:   column_base = begin_of_layer + 4 * Dim + FfDim;
      default:              column_base = begin_of_layer + (32'(matrix) - 1) * Dim;
    endcase
  endfunction

  function automatic logic [31:0] weight_base(input logic [2:0] matrix, input logic [3:0] layer);
    logic [31:0] begin_of_layer;
    begin_of_layer = InputRows * Dim + ((Depth > 1) ? 32'(layer) * LayerWeights : 0);
    case (matrix)
      xpk_pkg::MatrixEmbed: weight_base = 0;
      xpk_pkg::MatrixHead:  weight_base = HeadWeights;
      xpk_pkg::MatrixFf2:   weight_base = begin_of_layer + 4 * Dim * Dim + Dim * FfDim;
      default:              weight_base = begin_of_layer + (32'(matrix) - 1) * Dim * Dim;
    endcase
  endfunction

  function automatic logic [31:0] setting_of(input logic [2:0] matrix, input logic [3:0] layer,
                                             input logic [BlockBits-1:0] block);
    setting_of = SettingsBase + ((((Depth > 1) ? 32'(layer) * 8 : 0) + 32'(matrix)) << BlockBits) + 32'(block);
  endfunction

  // ---- Multiply and add ----------------------------------------------------------------------
  typedef enum logic [1:0] {Idle, Issue, Drain, Hand} state_e;
  state_e state_q;
  logic [2:0] matrix_q;
  logic [3:0] layer_q;
  logic first_q, issued_q, issue, last_of_array, last_input, last_output;
  logic [InputBits-1:0] input_q;
  logic [OutputBits-1:0] output_q, column_out_q;
  logic [RowBits-1:0] row_q;        // within the array
  logic [ColumnBits-1:0] column_q;
  logic [BlockBits-1:0] block_q;
  logic [WeightBits-1:0] waddr_q;
  logic signed [SumBits-1:0] sum_q;
  logic signed [4:0] weight;
  logic converting, hand;

  assign issue = state_q == Issue && !hold_i;
  assign last_input = input_q == InputBits'(last_input_of(matrix_q));
  assign last_output = output_q == OutputBits'(last_output_of(matrix_q));
  assign last_of_array = last_input || row_q == RowBits'(ArrayRows - 1);
  assign hand = state_q == Hand && !converting;
  assign bit_re_o = issue;
  assign bit_index_o = IndexBits'(input_q);
  assign busy_o = state_q != Idle || converting;

  logic [WeightBits-1:0] cell_address;
  logic [IndexBits:0] cell_input, cell_output;
  logic cell_exists, cell_zero_q;
  assign cell_input = (IndexBits + 1)'(32'(cell_i.target.array) * ArrayRows + 32'(cell_i.row));
  assign cell_output = (IndexBits + 1)'(32'(cell_i.target.row_block) * ArrayCols + 32'(cell_i.col));
  assign cell_address = WeightBits'(weight_base(cell_i.target.matrix, cell_i.target.layer) +
      lines_of(cell_i.target.matrix, 32'(cell_output)) + 32'(cell_input));
  assign cell_exists = cell_input <= (IndexBits + 1)'(last_input_of(cell_i.target.matrix)) &&
      cell_output <= (IndexBits + 1)'(last_output_of(cell_i.target.matrix));

  xpk_ram_1r1w #(
      .Width(5), .Depth(Weights), .ReadFirst(1'b0)
  ) u_weights (
      .clk_i, .we_i(cell_i.we && cell_exists), .waddr_i(cell_address),
      .wdata_i(cell_i.data[xpk_pkg::DeviceBits+8+:5] - cell_i.data[8+:5]),
      .re_i(issue || cell_i.re), .raddr_i(cell_i.re ? cell_address : waddr_q), .rdata_o(weight)
  );

  // Cells where the arrays are larger than the matrix have no place: they are 0.
  logic [4:0] level;
  assign level = weight[4] ? -weight : weight;
  always_comb begin
    cell_rdata_o = '0;
    if (weight[4]) cell_rdata_o[8+:5] = level;
    else cell_rdata_o[xpk_pkg::DeviceBits+8+:5] = level;
    if (cell_zero_q) cell_rdata_o = '0;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      cell_rvalid_o <= 1'b0;
      cell_zero_q <= 1'b0;
    end else begin
      cell_rvalid_o <= cell_i.re;
      cell_zero_q <= !cell_exists;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= Idle;
      {first_q, issued_q} <= '0;
      {matrix_q, layer_q, input_q, output_q} <= '0;
      {row_q, column_q, block_q, waddr_q} <= '0;
      sum_q <= '0;
    end else if (clr_i) begin
      state_q <= Idle;
      issued_q <= 1'b0;
    end else begin
      issued_q <= issue;
      if (issued_q && bit_i) sum_q <= sum_q + SumBits'(weight);
      case (state_q)
        Idle: begin
          if (start_i) begin
            state_q <= Issue;
            matrix_q <= matrix_i;
            layer_q <= layer_i;
            first_q <= first_i;
            {input_q, output_q, row_q, column_q, block_q} <= '0;
            waddr_q <= WeightBits'(weight_base(matrix_i, layer_i));
            sum_q <= '0;
          end
        end
        Issue: begin
          if (issue) begin
            waddr_q <= waddr_q + 1'b1;
            input_q <= input_q + 1'b1;
            row_q <= row_q + 1'b1;
            if (last_of_array) begin
              state_q <= Drain;
              input_q <= input_q;  // so that the last one is known
            end
          end
        end
        Drain: state_q <= Hand;
        Hand: begin
          if (hand) begin
            sum_q <= '0;
            row_q <= '0;
            state_q <= (last_input && last_output) ? Idle : Issue;
            input_q <= last_input ? '0 : input_q + 1'b1;
            if (last_input) begin
              output_q <= output_q + 1'b1;
              column_q <= column_q + 1'b1;
              if (column_q == ColumnBits'(ArrayCols - 1)) begin
                column_q <= '0;
                block_q <= block_q + 1'b1;
              end
            end
          end
        end
        default: state_q <= Idle;
      endcase
    end
  end

  // ---- Convert and fire ----------------------------------------------------------------------
  typedef enum logic [2:0] {Rest, Multiply, Shift, Code, Fetch, Fire} convert_e;
  convert_e convert_q;
  logic ends_q, fire_first_q, head_q, sign;
  logic [SumBits-1:0] left_q;  // bits of the sum that are left
  logic [MulBits-1:0] count_q;
  logic signed [ProductBits-1:0] product_q, term;
  logic [xpk_pkg::GainBits-1:0] gain;
  logic [ProductBits-xpk_pkg::CodeBits-8:0] above;  // the sign of a code, and all bits above it
  logic [2:0] shift_q;
  logic signed [PartBits-1:0] current_q;  // 4 * codes
  logic signed [xpk_pkg::CodeBits-1:0] code;
  logic [ParBits-1:0] column_address_q;
  logic [ParWidth-1:0] par_word;
  logic signed [xpk_pkg::MembraneBits-1:0] membrane, held, next_membrane;
  logic signed [xpk_pkg::BiasBits-1:0] bias;
  logic [xpk_pkg::ThresholdBits-1:0] threshold;
  logic signed [ExactBits-2:0] value;
  logic signed [ExactBits-1:0] exact;
  logic spike;

  assign converting = convert_q != Rest;
  assign bias = par_word[ParWidth-1-:xpk_pkg::BiasBits];
  assign threshold = par_word[xpk_pkg::ThresholdBits-1:0];

  // Columns where the arrays are larger than the matrix have no neuron: their words go nowhere.
  logic neuron_exists;
  assign neuron_exists = 32'(par_i.target.row_block) * ArrayCols + 32'(par_i.column) <=
      32'(last_output_of(par_i.target.matrix));

  logic [ParBits-1:0] par_waddr, par_raddr;
  assign par_waddr = par_i.converter_we ?
      ParBits'(setting_of(par_i.target.matrix, par_i.target.layer, BlockBits'(par_i.target.row_block))) :
      ParBits'(column_base(par_i.target.matrix, par_i.target.layer) +
               32'(par_i.target.row_block) * ArrayCols + 32'(par_i.column));
  assign par_raddr = hand ? ParBits'(setting_of(matrix_q, layer_q, block_q)) : column_address_q;

  xpk_ram_1r1w #(
      .Width(ParWidth), .Depth(ParWords), .ReadFirst(1'b0)
  ) u_parameters (
      .clk_i, .we_i((par_i.neuron_we && neuron_exists) || par_i.converter_we), .waddr_i(par_waddr),
      .wdata_i(par_i.converter_we ? ParWidth'({par_i.shift, par_i.gain}) : {par_i.bias, par_i.threshold}),
      .re_i(hand || convert_q == Fetch), .raddr_i(par_raddr), .rdata_o(par_word)
  );

  xpk_ram_1r1w #(
      .Width(xpk_pkg::MembraneBits), .Depth(Neurons), .ReadFirst(1'b0)
  ) u_membranes (
      .clk_i, .we_i(out_valid_o && !head_q), .waddr_i(NeuronBits'(column_address_q)),
      .wdata_i(next_membrane), .re_i(convert_q == Fetch && !head_q),
      .raddr_i(NeuronBits'(column_address_q)), .rdata_o(membrane)
  );

  // The sum times the gain, highest bit first: that of the sign counts negative, the rest of its two's
  // complement comes in as the lowest bit.
  assign gain = par_word[xpk_pkg::GainBits-1:0];
  assign sign = count_q == MulBits'(SumBits - 1) && left_q[SumBits-1];
  assign term = {{(ProductBits - xpk_pkg::GainBits){sign}}, left_q[SumBits-1] ? gain ^ {xpk_pkg::GainBits{sign}} :
                 xpk_pkg::GainBits'(0)};

  // The product in 256ths, to the nearest; a code is what fits.
  assign above = product_q[ProductBits-1:xpk_pkg::CodeBits+7];
  always_comb begin
    code = product_q[8+:xpk_pkg::CodeBits];
    if (product_q[7] && code != 5'sd15) code = code + 5'sd1;
    if (above != '0 && above != '1) code = product_q[ProductBits-1] ? -5'sd16 : 5'sd15;
  end

  logic [ExactBits-xpk_pkg::MembraneBits:0] beyond;  // as `above`, of a membrane
  assign held = fire_first_q ? 12'sd0 : membrane >>> 1;
  assign value = (ExactBits - 1)'(current_q) + (ExactBits - 1)'(bias);
  assign exact = ExactBits'(value) + ExactBits'(held);
  assign beyond = exact[ExactBits-1:xpk_pkg::MembraneBits-1];
  always_comb begin
    next_membrane = exact[xpk_pkg::MembraneBits-1:0];
    if (beyond != '0 && beyond != '1) next_membrane = exact[ExactBits-1] ? -12'sd2048 : 12'sd2047;
    spike = next_membrane >= $signed({1'b0, threshold});
    if (spike) next_membrane = '0;
  end
  assign out_valid_o = convert_q == Fire;
  assign out_column_o = IndexBits'(column_out_q);
  assign out_spike_o = spike;
  assign out_value_o = ValueBits'(value);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      convert_q <= Rest;
      {ends_q, fire_first_q, head_q} <= '0;
      {left_q, count_q, shift_q, column_address_q, column_out_q} <= '0;
      product_q <= '0;
      current_q <= '0;
    end else if (clr_i) begin
      convert_q <= Rest;
      current_q <= '0;
    end else begin
      case (convert_q)
        Rest: begin
          if (hand) begin
            convert_q <= Multiply;
            left_q <= sum_q;
            count_q <= MulBits'(SumBits - 1);
            product_q <= '0;
            ends_q <= last_input;
            fire_first_q <= first_q;
            head_q <= matrix_q == xpk_pkg::MatrixHead;
            column_address_q <= ParBits'(column_base(matrix_q, layer_q) + 32'(output_q));
            column_out_q <= output_q;
          end
        end
        Multiply: begin  // the setting stays on the read port
          product_q <= $signed({product_q[ProductBits-2:0], sign}) + term;
          left_q <= left_q << 1;
          count_q <= count_q - 1'b1;
          if (count_q == '0) begin
            convert_q <= Shift;
            shift_q <= par_word[xpk_pkg::GainBits+:xpk_pkg::ShiftBits];
          end
        end
        Shift: begin  // the rounding half is added below the last shift, which changes nothing above it
          if (shift_q == '0) convert_q <= Code;
          else product_q <= product_q >>> 1;
          shift_q <= shift_q - 3'd1;
        end
        Code: begin
          current_q <= current_q + (PartBits'(code) <<< 2);
          convert_q <= ends_q ? Fetch : Rest;
        end
        Fetch: convert_q <= Fire;
        Fire: begin
          convert_q <= Rest;
          current_q <= '0;
        end
        default: convert_q <= Rest;
      endcase
    end
  end

endmodule

`default_nettype wire
