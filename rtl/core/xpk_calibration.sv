// SPDX-License-Identifier: Apache-2.0
// Drift compensation: a pass measures every row block with the same random vectors, compares its sum
// with the one right after programming, and sets the gain of its converters.
//
// | parameter | legal        | meaning             |
// |-----------|--------------|---------------------|
// | (all)     | see xpk_core | shapes of the build |
//
// `start_i` only while the chip is idle; the settings hold until `done_o`. Layer by layer (EMBED and
// HEAD with layer 0) the pass puts back gain0, seeds the bank, sends K vectors through all arrays of
// the layer at once, reads the sums, and computes one gain after the other. With
// m = ceil(ArrayCols / Converters), B row blocks and W words of the table, a layer takes
//
//   K * m * AdcCycles + 26 + (cycles that write the seeds) + 7 * B + 67 * W cycles;
//
// a baseline pass, or a word whose sum is 0, 1 in place of 67. Sums of 0 raise `silent_o`. `clr_i` ends
// a pass anywhere; gain0 and sum0 stay (sum0 of a baseline pass as far as it has come), so the next one
// makes everything good. Numerics section 11; paper: global drift compensation.

`default_nettype none

module xpk_calibration #(
    parameter int unsigned Dim = 16,
    parameter int unsigned FfDim = 32,
    parameter int unsigned Depth = 1,
    parameter int unsigned Classes = 4,
    parameter int unsigned ArrayRows = 32,
    parameter int unsigned ArrayCols = 16,
    parameter int unsigned Converters = 4,
    parameter int unsigned AdcCycles = 1,
    localparam int unsigned Lanes = (ArrayRows + 3) / 4,
    localparam int unsigned HalfBits = xpk_pkg::SumBits / 2
) (
    input  wire logic                   clk_i,
    input  wire logic                   rst_ni,
    input  wire logic                   clr_i,
    input  wire logic                   start_i,
    // The seeder takes the seed.
    /* verilator lint_off UNUSEDSIGNAL */
    input  wire xpk_pkg::pass_t         pass_i,
    /* verilator lint_on UNUSEDSIGNAL */
    input  wire logic            [ 4:0] depth_i,
    output logic                        busy_o,
    output logic                        done_o,    // pulse
    output logic                        silent_o,  // pulse
    output logic                 [ 3:0] layer_o,
    // Encoder bank.
    output logic                        seed_o,
    input  wire logic                   seeding_i,
    output logic                        draw_o,
    input  wire logic [Lanes*32-1:0]    bytes_i,
    // Row blocks; their halves of sums come back on the bus that reads cells.
    output xpk_pkg::calib_t             calib_o,
    output logic      [ArrayRows-1:0]   rows_o,
    input  wire logic [HalfBits-1:0]    answer_i,
    input  wire logic                   answer_valid_i,
    // Host, while no pass runs.
    input  wire xpk_pkg::par_t          par_i,
    input  wire xpk_pkg::table_t        host_i,
    output logic [xpk_pkg::SumBits-1:0] host_rdata_o,
    output logic                        host_rvalid_o
);

  localparam int unsigned DimBlocks = (Dim + ArrayCols - 1) / ArrayCols;
  localparam int unsigned FfBlocks = (FfDim + ArrayCols - 1) / ArrayCols;
  localparam int unsigned HeadBlocks = (Classes + ArrayCols - 1) / ArrayCols;
  localparam int unsigned Period = (ArrayCols + Converters - 1) / Converters * AdcCycles;
  localparam int unsigned Drain = Period + 4;  // until the sums are complete
  localparam int unsigned WaitBits = $clog2(Drain + 1);

  localparam logic [3:0] Idle = 4'd0;
  localparam logic [3:0] ReadGain = 4'd1;  // gain0 of every row block of the layer: from the table
  localparam logic [3:0] SetGain = 4'd2;   // to the row block
  localparam logic [3:0] Seed = 4'd3;
  localparam logic [3:0] WaitSeed = 4'd4;
  localparam logic [3:0] Measure = 4'd5;
  localparam logic [3:0] Settle = 4'd6;
  localparam logic [3:0] Ask = 4'd7;       // for the sum of every row block: lower half
  localparam logic [3:0] WaitLow = 4'd8;
  localparam logic [3:0] WaitHigh = 4'd9;
  localparam logic [3:0] Judge = 4'd10;    // the sum is complete
  localparam logic [3:0] Divide = 4'd11;

  logic [3:0] state_q;
  logic [3:0] layer_q;
  logic [2:0] matrix_q;
  logic [7:0] block_q;
  logic [10:0] vector_q;
  logic [WaitBits-1:0] wait_q;
  logic [xpk_pkg::SumBits-1:0] sum_q;

  // ---- Walk over the row blocks of a layer -----------------------------------------------------
  logic head, last_block, last_target, step, word_done;
  logic [2:0] first_matrix;
  logic [7:0] block_count;
  xpk_pkg::target_t target;

  always_comb begin
    case (matrix_q)
      xpk_pkg::MatrixFf1:  block_count = 8'(FfBlocks - 1);
      xpk_pkg::MatrixHead: block_count = 8'(HeadBlocks - 1);
      default:             block_count = 8'(DimBlocks - 1);
    endcase
  end

  assign head = matrix_q == xpk_pkg::MatrixHead;
  assign last_block = block_q == block_count;
  assign last_target = last_block && (layer_q == '0 ? head : matrix_q == xpk_pkg::MatrixFf2);
  assign first_matrix = layer_q == '0 ? xpk_pkg::MatrixEmbed : xpk_pkg::MatrixQ;
  // HEAD is walked through with layer 0 only.
  assign target.matrix = matrix_q;
  assign target.layer = layer_q;
  assign target.row_block = block_q;
  assign target.array = '0;

  // ---- Table and gain ------------------------------------------------------------------------
  logic silent, divide, divided;
  logic [xpk_pkg::GainBits-1:0] gain0, gain;
  logic [xpk_pkg::SumBits-1:0] sum0;

  assign silent = sum_q == '0;
  assign divide = state_q == Judge && !pass_i.baseline && !silent;
  assign word_done = (state_q == Judge && !divide) || (state_q == Divide && divided);

  xpk_calibration_table #(
      .Dim(Dim), .FfDim(FfDim), .Depth(Depth), .ArrayCols(ArrayCols)
  ) u_table (
      .clk_i, .rst_ni, .par_i, .host_i, .target_i(target), .host_rdata_o, .host_rvalid_o,
      .pass_i(busy_o), .re_i(state_q == ReadGain || state_q == Ask), .we_i(word_done),
      .baseline_i(pass_i.baseline), .sum_i(sum_q), .gain_i(state_q == Divide ? gain : gain0),
      .gain0_o(gain0), .sum0_o(sum0)
  );

  xpk_gain_unit u_gain (
      .clk_i, .rst_ni, .clr_i, .start_i(divide), .gain0_i(gain0), .sum0_i(sum0), .sum_i(sum_q),
      .done_o(divided), .gain_o(gain)
  );

  // ---- Vectors -------------------------------------------------------------------------------
  always_comb begin
    for (int unsigned r = 0; r < ArrayRows; r++) begin
      rows_o[r] = pass_i.density > {1'b0, bytes_i[8*r+:8]};
    end
  end

  assign draw_o = calib_o.measure;
  assign seed_o = state_q == Seed;

  // ---- Control -------------------------------------------------------------------------------
  // The walk goes on: with gains that are put back, and with sums that are read.
  assign step = state_q == SetGain || (state_q == WaitHigh && answer_valid_i && head && !last_block) ||
                word_done;
  assign busy_o = state_q != Idle;
  assign layer_o = layer_q;
  assign silent_o = state_q == Judge && silent;
  assign done_o = word_done && last_target && 5'(layer_q) + 5'd1 == depth_i;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= Idle;
      layer_q <= '0;
      matrix_q <= '0;
      block_q <= '0;
      vector_q <= '0;
      wait_q <= '0;
      sum_q <= '0;
      calib_o <= '0;
    end else if (clr_i) begin
      state_q <= Idle;
      calib_o <= '0;
    end else begin
      {calib_o.measure, calib_o.sum_re, calib_o.gain_we} <= '0;
      if (busy_o) calib_o.target <= target;
      if (wait_q != '0) wait_q <= wait_q - 1'b1;
      if (step) begin
        block_q <= last_block ? '0 : block_q + 8'd1;
        if (last_block) matrix_q <= last_target ? first_matrix : matrix_q + 3'd1;
      end

      case (state_q)
        Idle: begin
          if (start_i) begin
            state_q <= ReadGain;
            layer_q <= '0;
            matrix_q <= xpk_pkg::MatrixEmbed;
            block_q <= '0;
          end
        end
        ReadGain: state_q <= SetGain;
        SetGain: begin
          calib_o.gain_we <= 1'b1;
          calib_o.gain <= gain0;
          state_q <= last_target ? Seed : ReadGain;
        end
        Seed: state_q <= WaitSeed;
        WaitSeed: begin
          if (!seeding_i) state_q <= Measure;
          vector_q <= '0;
          wait_q <= '0;
        end
        Measure: begin
          if (wait_q == '0) begin
            calib_o.measure <= 1'b1;
            vector_q <= vector_q + 11'd1;
            wait_q <= WaitBits'(Period - 1);
            if (vector_q == pass_i.vectors - 11'd1) begin
              state_q <= Settle;
              wait_q <= WaitBits'(Drain);
            end
          end
        end
        Settle: if (wait_q == '0) state_q <= Ask;
        Ask: begin
          calib_o.sum_re <= 1'b1;
          calib_o.sum_high <= 1'b0;
          state_q <= WaitLow;
        end
        WaitLow: begin
          if (answer_valid_i) begin
            sum_q <= (block_q == '0 || !head ? '0 : sum_q) + xpk_pkg::SumBits'(answer_i);
            calib_o.sum_re <= 1'b1;
            calib_o.sum_high <= 1'b1;
            state_q <= WaitHigh;
          end
        end
        WaitHigh: begin
          if (answer_valid_i) begin
            sum_q <= sum_q + {answer_i, {HalfBits{1'b0}}};
            state_q <= step ? Ask : Judge;
          end
        end
        default: begin  // Judge, Divide
          if (divide) state_q <= Divide;
          if (state_q == Divide && divided) begin
            calib_o.gain_we <= 1'b1;
            calib_o.gain <= gain;
          end
          if (word_done) begin
            state_q <= Ask;
            if (last_target) begin
              state_q <= done_o ? Idle : ReadGain;
              layer_q <= layer_q + 4'd1;
              matrix_q <= xpk_pkg::MatrixQ;
            end
          end
        end
      endcase
    end
  end

endmodule

`default_nettype wire
