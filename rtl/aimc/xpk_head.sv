// SPDX-License-Identifier: Apache-2.0
// Classification head: scores accumulated over the selected tokens and all time steps, read out as
// the result packet.
//
// | parameter | legal   | meaning                                                  |
// |-----------|---------|----------------------------------------------------------|
// | Classes   | 1..1024 | outputs of the matrix; ceil(Classes / Cols) row blocks   |
// | Steps     | 1..64   | time slots of the score memory                           |
// | Pages     | 1, 2    | score memories: 2 to read out one image while the next one comes |
// | others    | see xpk_row_block |                                                |
//
// m = ceil(Cols / Converters). A selected token-step is accepted every m * AdcCycles cycles; one
// that `pooling_i` does not select is consumed in any cycle, without a multiplication. The score
// memory has one slot per time step (`anytime_i`) or uses slot 0 only. Token-steps of an image come
// in order, tokens outer; its first selected one overwrites its slot, so nothing needs clearing
// between images.
//
// `readout_i` asks for the result packet. With one page it starts when the accepted token-steps have
// been added, and no selected token-step is accepted until it has ended. With two pages token-steps
// go to page `page_i` and the packet comes from `readout_page_i`, another one whose token-steps have
// all been added (`busy_o` is low once more); both stand still while they are used. The
// configuration is stable from the first token-step to `done_o`. Biases come through `par_i`; thresholds are ignored.
// `calib_i.measure` is that of xpk_stage; no score changes.
// Numerics section 9.

`default_nettype none

module xpk_head #(
    parameter int unsigned Inputs = 16,
    parameter int unsigned Classes = 4,
    parameter int unsigned Steps = 4,
    parameter int unsigned Pages = 1,
    parameter int unsigned Rows = 32,
    parameter int unsigned Cols = 16,
    parameter int unsigned Converters = 4,
    parameter int unsigned AdcCycles = 1,
    parameter bit Calibration = 1'b1
) (
    input  wire logic clk_i,
    input  wire logic rst_ni,
    input  wire logic clr_i,

    input  wire logic [xpk_pkg::TokenCountBits-1:0] n_tokens_i,
    input  wire logic [7:0]  steps_i,
    input  wire logic [1:0]  pooling_i,
    input  wire logic        anytime_i,
    input  wire logic [10:0] classes_i,

    input  wire logic              in_valid_i,
    output logic                   in_ready_o,
    input  wire logic [Inputs-1:0] in_bits_i,
    input  wire xpk_pkg::tag_t     in_tag_i,

    output logic busy_o,
    output logic conv_o,
    output logic mvm_o,

    input  wire logic   page_i,
    input  wire logic   readout_i,
    input  wire logic   readout_page_i,
    output logic        out_valid_o,
    input  wire logic   out_ready_i,
    output logic [31:0] out_data_o,
    output logic        out_last_o,
    output logic        done_o,

    input  wire xpk_pkg::par_t  par_i,
    input  wire xpk_pkg::cell_t cell_i,
    input  wire xpk_pkg::calib_t calib_i,
    input  wire logic [Rows-1:0] calib_rows_i,
    output logic [xpk_pkg::CellBits-1:0] cell_rdata_o,
    output logic                         cell_rvalid_o
);

  localparam int unsigned MuxSteps = (Cols + Converters - 1) / Converters;
  localparam int unsigned StepBits = (MuxSteps > 1) ? $clog2(MuxSteps) : 1;
  localparam int unsigned RowBlocks = (Classes + Cols - 1) / Cols;
  localparam int unsigned Arrays = (Inputs + Rows - 1) / Rows;
  localparam int unsigned Lanes = RowBlocks * Converters;
  localparam int unsigned Words = Steps * MuxSteps;
  localparam int unsigned AddrBits = (Words > 1) ? $clog2(Words) : 1;
  localparam int unsigned CellBits = xpk_pkg::CellBits;
  localparam int unsigned CurrentBits = xpk_pkg::CurrentBits;
  localparam int unsigned BiasBits = xpk_pkg::BiasBits;
  localparam int unsigned ScoreBits = xpk_pkg::ScoreBits;

  if (Pages < 1 || Pages > 2) begin : gen_check_pages
    $error("xpk_head: Pages must be 1 or 2");
  end
  if (Classes < 1 || Classes > 1024 || RowBlocks > 256 || Steps < 1 || Steps > 64) begin : gen_check
    $error("xpk_head: Classes must be 1..1024, in at most 256 row blocks, and Steps 1..64");
  end

  // ---- Selection and input register -------------------------------------------------------
  logic selected, overwrites, start, sequencer_ready, active, conv, readout_busy;
  logic measure, measure_q;
  logic [StepBits-1:0] step;

  always_comb begin
    case (pooling_i)
      xpk_pkg::PoolFirst: selected = in_tag_i.token == '0;
      xpk_pkg::PoolLast: selected = {1'b0, in_tag_i.token} + 1'b1 == n_tokens_i;
      default: selected = 1'b1;
    endcase
  end

  // The first contribution to a slot: with "all" that of token 0, else the only selected token's.
  assign overwrites = (pooling_i == xpk_pkg::PoolFirst || pooling_i == xpk_pkg::PoolLast ||
                       in_tag_i.token == '0) && (anytime_i || in_tag_i.step == '0);

  assign in_ready_o = !selected || (sequencer_ready && !readout_busy);
  assign start = in_valid_i && in_ready_o && selected;
  assign mvm_o = start;
  assign measure = Calibration && calib_i.measure && calib_i.target.layer == '0;

  logic [Inputs-1:0] x_q;
  logic [7:0] slot_q;
  logic overwrite_q;

  always_ff @(posedge clk_i) begin
    if (start || measure) begin
      x_q <= measure ? Inputs'({Arrays{calib_rows_i}}) : in_bits_i;
      measure_q <= measure;
      slot_q <= anytime_i ? in_tag_i.step : '0;
      overwrite_q <= overwrites;
    end
  end

  xpk_mux_sequencer #(
      .MuxSteps(MuxSteps),
      .AdcCycles(AdcCycles)
  ) u_sequencer (
      .clk_i,
      .rst_ni,
      .clr_i,
      .en_i(1'b1),
      .start_i(start || measure),
      .ready_o(sequencer_ready),
      .active_o(active),
      .conv_o(conv),
      .step_o(step)
  );

  assign conv_o = active && !measure_q;

  // ---- Row blocks -------------------------------------------------------------------------
  logic [RowBlocks-1:0] block_fetch, block_sum_valid, block_busy, block_rvalid;
  logic [RowBlocks*StepBits-1:0] block_fetch_step, block_sum_step;
  logic [RowBlocks*CellBits-1:0] block_rdata;
  logic [Lanes*CurrentBits-1:0] current;
  logic [Lanes*BiasBits-1:0] bias;

  for (genvar r = 0; r < RowBlocks; r++) begin : gen_block
    logic [Converters*xpk_pkg::ThresholdBits-1:0] threshold;
    logic unused;
    assign unused = ^threshold;

    xpk_row_block #(
        .Inputs(Inputs),
        .Columns((r == RowBlocks - 1) ? Classes - r * Cols : Cols),
        .Layers(1),
        .Rows(Rows),
        .Cols(Cols),
        .Converters(Converters),
        .AdcCycles(AdcCycles),
        .Thresholds(1'b0),
        .Calibration(Calibration)
    ) u_block (
        .clk_i,
        .rst_ni,
        .clr_i,
        .en_i(1'b1),
        .layer_i(4'd0),
        .conv_i(conv),
        .measure_i(measure_q),
        .step_i(step),
        .x_i(x_q),
        .matrix_i(xpk_pkg::MatrixHead),
        .row_block_i(8'(r)),
        .par_i,
        .cell_i,
        .calib_i,
        .cell_rdata_o(block_rdata[r*CellBits+:CellBits]),
        .cell_rvalid_o(block_rvalid[r]),
        .fetch_o(block_fetch[r]),
        .fetch_step_o(block_fetch_step[r*StepBits+:StepBits]),
        .sum_valid_o(block_sum_valid[r]),
        .sum_step_o(block_sum_step[r*StepBits+:StepBits]),
        .current_o(current[r*Converters*CurrentBits+:Converters*CurrentBits]),
        .threshold_o(threshold),
        .bias_o(bias[r*Converters*BiasBits+:Converters*BiasBits]),
        .busy_o(block_busy[r])
    );
  end

  always_comb begin
    cell_rdata_o = '0;
    for (int unsigned r = 0; r < RowBlocks; r++) begin
      cell_rdata_o = cell_rdata_o | block_rdata[r*CellBits+:CellBits];
    end
  end
  assign cell_rvalid_o = |block_rvalid;

  // ---- Score accumulation: read with the codes, add and write with the sums ---------------
  logic [7:0] slot_convert_q, slot_sum_q;
  logic overwrite_convert_q, overwrite_sum_q;
  logic fetch, sum_valid, read_re;
  logic [AddrBits-1:0] fetch_addr, sum_addr, read_addr;
  logic [Lanes*ScoreBits-1:0] scores, scores_d;

  assign fetch = block_fetch[0];
  assign sum_valid = block_sum_valid[0];

  always_ff @(posedge clk_i) begin
    if (conv) begin
      slot_convert_q <= slot_q;
      overwrite_convert_q <= overwrite_q;
    end
    if (fetch) begin
      slot_sum_q <= slot_convert_q;
      overwrite_sum_q <= overwrite_convert_q;
    end
  end

  assign fetch_addr = AddrBits'(32'(slot_convert_q) * MuxSteps + 32'(block_fetch_step[StepBits-1:0]));
  assign sum_addr = AddrBits'(32'(slot_sum_q) * MuxSteps + 32'(block_sum_step[StepBits-1:0]));

  for (genvar c = 0; c < Lanes; c++) begin : gen_lane
    logic [ScoreBits-1:0] old_score, current_wide, bias_wide;
    assign old_score = overwrite_sum_q ? '0 : scores[c*ScoreBits+:ScoreBits];
    assign current_wide = {{(ScoreBits - CurrentBits) {current[c*CurrentBits+CurrentBits-1]}},
                           current[c*CurrentBits+:CurrentBits]};
    assign bias_wide = {{(ScoreBits - BiasBits) {bias[c*BiasBits+BiasBits-1]}},
                        bias[c*BiasBits+:BiasBits]};
    assign scores_d[c*ScoreBits+:ScoreBits] = old_score + current_wide + bias_wide;
  end

  // Of two pages, one gathers and the other one is read out.
  logic [Pages*Lanes*ScoreBits-1:0] pages;
  logic [Lanes*ScoreBits-1:0] read_scores;

  for (genvar p = 0; p < Pages; p++) begin : gen_page
    logic gathers;
    assign gathers = (Pages == 1) || page_i == 1'(p);

    xpk_rmw_ram #(
        .Width(Lanes * ScoreBits),
        .Depth(Words)
    ) u_scores (
        .clk_i,
        .we_i(sum_valid && gathers),
        .waddr_i(sum_addr),
        .wdata_i(scores_d),
        .re_i((fetch && gathers) || (read_re && (Pages == 1 || readout_page_i == 1'(p)))),
        .raddr_i((fetch && gathers) ? fetch_addr : read_addr),
        .rdata_o(pages[p*Lanes*ScoreBits+:Lanes*ScoreBits])
    );
  end

  if (Pages > 1) begin : gen_pages
    assign scores = page_i ? pages[Lanes*ScoreBits+:Lanes*ScoreBits] : pages[0+:Lanes*ScoreBits];
    assign read_scores = readout_page_i ? pages[Lanes*ScoreBits+:Lanes*ScoreBits]
                                        : pages[0+:Lanes*ScoreBits];
  end else begin : gen_one_page
    logic unused_page;
    assign unused_page = page_i ^ readout_page_i;
    assign scores = pages;
    assign read_scores = pages;
  end

  // ---- Readout; of a single page, once the pipeline is empty ------------------------------------------------
  logic asked_q, accumulating, readout_start, readout_active;

  assign accumulating = active || block_busy[0];
  assign readout_start = (asked_q || readout_i) && !readout_active &&
                         (Pages > 1 || !accumulating);
  assign readout_busy = Pages == 1 && (asked_q || readout_i || readout_active);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) asked_q <= 1'b0;
    else if (clr_i) asked_q <= 1'b0;
    else asked_q <= (asked_q || readout_i) && !readout_start;
  end

  xpk_score_readout #(
      .Classes(Classes),
      .Steps(Steps),
      .Cols(Cols),
      .Converters(Converters)
  ) u_readout (
      .clk_i,
      .rst_ni,
      .clr_i,
      .start_i(readout_start),
      .anytime_i,
      .steps_i,
      .classes_i,
      .active_o(readout_active),
      .re_o(read_re),
      .raddr_o(read_addr),
      .word_i(read_scores),
      .out_valid_o,
      .out_ready_i,
      .out_data_o,
      .out_last_o,
      .done_o
  );

  assign busy_o = accumulating || (Pages == 1 && (asked_q || readout_active));

  // All row blocks keep the same time; one speaks for them.
  if (RowBlocks > 1) begin : gen_unused_blocks
    logic unused;
    assign unused = ^{block_fetch[RowBlocks-1:1], block_sum_valid[RowBlocks-1:1],
                      block_busy[RowBlocks-1:1], block_fetch_step[RowBlocks*StepBits-1:StepBits],
                      block_sum_step[RowBlocks*StepBits-1:StepBits]};
  end

endmodule

`default_nettype wire
