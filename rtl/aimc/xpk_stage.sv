// SPDX-License-Identifier: Apache-2.0
// One matrix with its neurons: spike vectors in, spike vectors out, one token-step each.
//
// | parameter | legal   | meaning                                                         |
// |-----------|---------|-----------------------------------------------------------------|
// | Outputs   | 1..65536 | neurons; ceil(Outputs / Cols) <= 256 row blocks                |
// | others    | see xpk_row_block |                                                       |
//
// m = ceil(Cols / Converters). A vector is accepted every m * AdcCycles cycles; `out_valid_o` comes
// m * AdcCycles + 4 cycles after the accepting one. All row blocks work in lockstep. `layer_i` is
// sampled with the vector. The time steps of one token must follow each other; step 0 (in the tag)
// starts its membranes from 0.
//
// `step_*` shows the spikes of every mux step once, as they are made: lane c of row block r in bit
// r * Converters + c is neuron r * Cols + step_index_o * Converters + c, 0 where there is none.
//
// `calib_i.measure`, only while nothing is under way, converts the rows beside it in all arrays of its
// layer, every m * AdcCycles cycles at most: array row r gets bit r. No spikes come of it.
//
// Back-pressure: two finished vectors can wait at the output; when a third one completes, the whole
// stage freezes. The decision uses registers only, so no ready signal passes through.

`default_nettype none

module xpk_stage #(
    parameter int unsigned Inputs = 16,
    parameter int unsigned Outputs = 16,
    parameter int unsigned Layers = 1,
    parameter logic [2:0] Matrix = 3'd0,
    parameter int unsigned Rows = 32,
    parameter int unsigned Cols = 16,
    parameter int unsigned Converters = 4,
    parameter int unsigned AdcCycles = 1,
    parameter bit Calibration = 1'b1,
    localparam int unsigned MuxSteps = (Cols + Converters - 1) / Converters,
    localparam int unsigned StepBits = (MuxSteps > 1) ? $clog2(MuxSteps) : 1,
    localparam int unsigned RowBlocks = (Outputs + Cols - 1) / Cols
) (
    input  wire logic clk_i,
    input  wire logic rst_ni,
    input  wire logic clr_i,

    input  wire logic [3:0]        layer_i,
    input  wire logic              in_valid_i,
    output logic                   in_ready_o,
    input  wire logic [Inputs-1:0] in_bits_i,
    input  wire xpk_pkg::tag_t     in_tag_i,

    output logic               out_valid_o,
    input  wire logic          out_ready_i,
    output logic [Outputs-1:0] out_bits_o,
    output xpk_pkg::tag_t      out_tag_o,

    output logic                            step_valid_o,
    output logic [StepBits-1:0]             step_index_o,
    output logic [RowBlocks*Converters-1:0] step_bits_o,
    output xpk_pkg::tag_t                   step_tag_o,

    input  wire xpk_pkg::par_t  par_i,
    input  wire xpk_pkg::cell_t cell_i,
    input  wire xpk_pkg::calib_t calib_i,
    input  wire logic [Rows-1:0] calib_rows_i,
    output logic [xpk_pkg::CellBits-1:0] cell_rdata_o,
    output logic                         cell_rvalid_o,

    output logic busy_o,
    output logic conv_o
);

  localparam int unsigned CellBits = xpk_pkg::CellBits;
  localparam logic [StepBits-1:0] LastStep = StepBits'(MuxSteps - 1);

  if (Outputs < 1 || RowBlocks > 256) begin : gen_check
    $error("xpk_stage: Outputs must need 1..256 row blocks");
  end

  // ---- Input register and mux steps -------------------------------------------------------
  localparam int unsigned Arrays = (Inputs + Rows - 1) / Rows;

  logic en, start, active, conv, measure, measure_q;
  logic [StepBits-1:0] step;
  logic [Inputs-1:0] x_q;
  xpk_pkg::tag_t tag_q;
  logic [3:0] layer_q;

  assign measure = Calibration && calib_i.measure && 32'(calib_i.target.layer) < Layers;
  assign start = (in_valid_i && in_ready_o) || measure;

  xpk_mux_sequencer #(
      .MuxSteps(MuxSteps),
      .AdcCycles(AdcCycles)
  ) u_sequencer (
      .clk_i,
      .rst_ni,
      .clr_i,
      .en_i(en),
      .start_i(start),
      .ready_o(in_ready_o),
      .active_o(active),
      .conv_o(conv),
      .step_o(step)
  );

  always_ff @(posedge clk_i) begin
    if (start) begin
      x_q <= measure ? Inputs'({Arrays{calib_rows_i}}) : in_bits_i;
      tag_q <= in_tag_i;
      layer_q <= measure ? calib_i.target.layer : layer_i;
      measure_q <= measure;
    end
  end

  assign conv_o = active && en && !measure_q;  // of token-steps

  // ---- Neuron tiles -----------------------------------------------------------------------
  logic [RowBlocks-1:0] tile_fetch, tile_sum_valid, tile_spike_valid, tile_busy, tile_rvalid;
  logic [RowBlocks*StepBits-1:0] tile_step;
  logic [RowBlocks*CellBits-1:0] tile_rdata;
  logic [Outputs-1:0] word;  // spikes of a whole token-step, complete with the last mux step

  for (genvar r = 0; r < RowBlocks; r++) begin : gen_tile
    localparam int unsigned Columns = (r == RowBlocks - 1) ? Outputs - r * Cols : Cols;
    logic [Converters-1:0] spikes;
    logic [MuxSteps*Converters-1:0] tile_word;

    xpk_neuron_tile #(
        .Inputs(Inputs),
        .Columns(Columns),
        .Layers(Layers),
        .Rows(Rows),
        .Cols(Cols),
        .Converters(Converters),
        .AdcCycles(AdcCycles),
        .Calibration(Calibration)
    ) u_tile (
        .clk_i,
        .rst_ni,
        .clr_i,
        .en_i(en),
        .layer_i(layer_q),
        .conv_i(conv),
        .measure_i(measure_q),
        .first_i(tag_q.step == '0),
        .step_i(step),
        .x_i(x_q),
        .matrix_i(Matrix),
        .row_block_i(8'(r)),
        .par_i,
        .cell_i,
        .calib_i,
        .cell_rdata_o(tile_rdata[r*CellBits+:CellBits]),
        .cell_rvalid_o(tile_rvalid[r]),
        .fetch_o(tile_fetch[r]),
        .sum_valid_o(tile_sum_valid[r]),
        .spike_valid_o(tile_spike_valid[r]),
        .spike_step_o(tile_step[r*StepBits+:StepBits]),
        .spikes_o(spikes),
        .busy_o(tile_busy[r])
    );

    // Spikes of all mux steps but the last are collected; the last passes through.
    if (MuxSteps > 1) begin : gen_collect
      logic [(MuxSteps-1)*Converters-1:0] earlier_q;
      always_ff @(posedge clk_i) begin
        for (int unsigned s = 0; s < MuxSteps - 1; s++) begin
          if (step_valid_o && 32'(step_index_o) == s) earlier_q[s*Converters+:Converters] <= spikes;
        end
      end
      assign tile_word = {spikes, earlier_q};
    end else begin : gen_pass
      assign tile_word = spikes;
    end

    assign word[r*Cols+:Columns] = tile_word[Columns-1:0];
    assign step_bits_o[r*Converters+:Converters] = spikes;
    // Lanes of the last mux step may have no column.
    if (Columns < MuxSteps * Converters) begin : gen_unused
      logic unused;
      assign unused = ^tile_word[MuxSteps*Converters-1:Columns];
    end
  end

  always_comb begin
    cell_rdata_o = '0;
    for (int unsigned r = 0; r < RowBlocks; r++) begin
      cell_rdata_o = cell_rdata_o | tile_rdata[r*CellBits+:CellBits];
    end
  end
  assign cell_rvalid_o = |tile_rvalid;

  // ---- Tags travel with the conversions ---------------------------------------------------
  xpk_pkg::tag_t tag_convert_q, tag_sum_q, tag_spike_q;

  always_ff @(posedge clk_i) begin
    if (en && conv) tag_convert_q <= tag_q;
    if (en && tile_fetch[0]) tag_sum_q <= tag_convert_q;
    if (en && tile_sum_valid[0]) tag_spike_q <= tag_sum_q;
  end

  assign step_valid_o = en && tile_spike_valid[0];
  assign step_index_o = tile_step[StepBits-1:0];
  assign step_tag_o = tag_spike_q;

  // ---- Output: two entries ----------------------------------------------------------------
  logic out_valid_q, wait_valid_q;
  logic [Outputs-1:0] wait_bits_q;
  xpk_pkg::tag_t wait_tag_q;
  logic completes, push, out_free;

  assign completes = tile_spike_valid[0] && step_index_o == LastStep;
  assign en = !(completes && wait_valid_q);
  assign push = completes && en;
  assign out_free = !out_valid_q || out_ready_i;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      out_valid_q <= 1'b0;
      wait_valid_q <= 1'b0;
    end else if (clr_i) begin
      out_valid_q <= 1'b0;
      wait_valid_q <= 1'b0;
    end else if (out_free) begin
      out_valid_q <= wait_valid_q || push;
      wait_valid_q <= 1'b0;
    end else if (push) begin
      wait_valid_q <= 1'b1;
    end
  end

  // A waiting vector excludes a push, so the output register has one source at a time.
  always_ff @(posedge clk_i) begin
    if (out_free && wait_valid_q) begin
      out_bits_o <= wait_bits_q;
      out_tag_o <= wait_tag_q;
    end else if (out_free && push) begin
      out_bits_o <= word;
      out_tag_o <= tag_spike_q;
    end
    if (!out_free && push) begin
      wait_bits_q <= word;
      wait_tag_q <= tag_spike_q;
    end
  end

  assign out_valid_o = out_valid_q;
  assign busy_o = active || tile_busy[0] || out_valid_q;  // nothing waits behind an empty output

  // All row blocks keep the same time; one speaks for them.
  if (RowBlocks > 1) begin : gen_unused_tiles
    logic unused;
    assign unused = ^{tile_fetch[RowBlocks-1:1], tile_sum_valid[RowBlocks-1:1],
                      tile_spike_valid[RowBlocks-1:1], tile_busy[RowBlocks-1:1],
                      tile_step[RowBlocks*StepBits-1:StepBits]};
  end

endmodule

`default_nettype wire
