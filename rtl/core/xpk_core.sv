// SPDX-License-Identifier: Apache-2.0
// The accelerator core: a whole spiking transformer encoder between three streams.
//
// | parameter   | legal                                    | meaning                            |
// |-------------|------------------------------------------|------------------------------------|
// | Tokens      | 1..4 * TileTokens                        | N, longest sequence                |
// | TileTokens  | 1..256, multiple of 4 if below Tokens    | side of an attention tile          |
// | Heads       | 1..32                                    | attention heads, one tile each     |
// | HeadDim     | 1..256, multiple of Converters           | dK, columns of a head              |
// | FfDim       | 1..4096                                  | width of the feed-forward layer    |
// | Depth       | 1..16                                    | layers with arrays of their own    |
// | Steps       | 1..64                                    | time steps that memories hold      |
// | InputRows   | 1..1024                                  | input rows of EMBED                |
// | Classes     | 1..1024                                  | columns of HEAD                    |
// | ArrayRows   | 1..256                                   | rows of a synaptic array           |
// | ArrayCols   | 1..256, multiple of HeadDim              | columns of a synaptic array        |
// | Converters  | 1..ArrayCols                             | converters of an array             |
// | AdcCycles   | 1..16                                    | cycles of one conversion           |
// | InputWords  | 1, 2, 4, 8, 16                           | words of an input beat             |
// | LeapEncoder, LeapScore, LeapValue | 1..32              | LFSR steps per draw                |
// | Calibration | 0, 1                                     | 1: drift compensation (xpk_calibration) |
//
// Ports, packets and register protocol: docs/architecture.md, docs/registers.md.
// Source: paper, section IV (architecture, dataflow).

`default_nettype none

module xpk_core #(
    parameter int unsigned Tokens = 8,
    parameter int unsigned TileTokens = Tokens,
    parameter int unsigned Heads = 2,
    parameter int unsigned HeadDim = 8,
    parameter int unsigned FfDim = 32,
    parameter int unsigned Depth = 1,
    parameter int unsigned Steps = 4,
    parameter int unsigned InputRows = 16,
    parameter int unsigned Classes = 4,
    parameter int unsigned ArrayRows = 32,
    parameter int unsigned ArrayCols = 16,
    parameter int unsigned Converters = 4,
    parameter int unsigned AdcCycles = 1,
    parameter int unsigned InputWords = 1,
    parameter int unsigned LeapEncoder = 32,
    parameter int unsigned LeapScore = 32,
    parameter int unsigned LeapValue = 32,
    parameter bit Calibration = 1'b1
) (
    input  wire logic        clk_i,
    input  wire logic        rst_ni,
    // Register port: requests, and one response per request in order.
    input  wire logic        reg_valid_i,
    output logic             reg_ready_o,
    input  wire logic        reg_write_i,
    input  wire logic [15:0] reg_addr_i,
    input  wire logic [31:0] reg_wdata_i,
    output logic             reg_rvalid_o,
    output logic      [31:0] reg_rdata_o,
    output logic             reg_error_o,
    // Input packets.
    input  wire logic        in_valid_i,
    output logic             in_ready_o,
    input  wire logic [32*InputWords-1:0] in_data_i,
    input  wire logic        in_last_i,
    // Result packets.
    output logic             out_valid_o,
    input  wire logic        out_ready_i,
    output logic      [31:0] out_data_o,
    output logic             out_last_o,
    output logic             irq_o
);

  // Attention lanes of a head: four bytes of bank S; of bank A four bytes, or two half-words.
  localparam int unsigned HeadLanes =
      (Tokens + 3) / 4 + ((Tokens > 256) ? (Tokens + 1) / 2 : (Tokens + 3) / 4);

  xpk_shape_check #(
      .Tokens(Tokens), .TileTokens(TileTokens), .Heads(Heads), .HeadLanes(HeadLanes),
      .HeadDim(HeadDim), .FfDim(FfDim), .Depth(Depth), .Steps(Steps), .InputRows(InputRows), .Classes(Classes),
      .ArrayRows(ArrayRows), .ArrayCols(ArrayCols), .Converters(Converters), .AdcCycles(AdcCycles),
      .LeapEncoder(LeapEncoder), .LeapScore(LeapScore), .LeapValue(LeapValue)
  ) u_shape_check ();

  localparam int unsigned Dim = Heads * HeadDim;
  localparam int unsigned ColBits = (HeadDim > 1) ? $clog2(HeadDim) : 1;
  localparam int unsigned MuxSteps = ArrayCols / Converters;
  localparam int unsigned MuxBits = (MuxSteps > 1) ? $clog2(MuxSteps) : 1;
  localparam int unsigned DimBlocks = (Dim + ArrayCols - 1) / ArrayCols;
  localparam int unsigned Blocks = (Tokens + TileTokens - 1) / TileTokens;
  localparam int unsigned BlockBits = (Blocks > 1) ? $clog2(Blocks) : 1;
  localparam int unsigned ColumnBits = Heads * TileTokens;
  localparam int unsigned DrainBits = $clog2((TileTokens + HeadDim - 1) / HeadDim + 1);
  localparam int unsigned GatedBits = $clog2(ColumnBits + 1);
  localparam int unsigned IncBits = 24;
  localparam int unsigned LayerBits = xpk_regs_pkg::LayerRes2Lsb + xpk_regs_pkg::LayerRes2Width;
  localparam int unsigned EncoderLanes = (InputRows + 3) / 4;
  localparam int unsigned CalibrationLanes = Calibration ? (ArrayRows + 3) / 4 : 0;
  localparam int unsigned BankLanes =
      (CalibrationLanes > EncoderLanes) ? CalibrationLanes : EncoderLanes;

  // ---- Registers and controller --------------------------------------------------------------
  xpk_pkg::ctrl_t ctrl;
  xpk_pkg::layer_t layer_cfg;
  xpk_pkg::par_t par;
  xpk_pkg::cell_t cell_bus;
  logic [InputRows-1:0] binary;
  logic start, clear, busy, done, input_full, packet_error;
  logic [3:0] phase, layer, qkv_layer, seeder_layer;
  logic [xpk_pkg::CellBits-1:0] cell_rdata;
  logic cell_rvalid;
  logic [7:0] event_index;
  logic [63:0] event_count;
  logic [Depth*LayerBits-1:0] unused_layers;  // the layer at work suffices
  // Drift compensation; the bus that reads cells brings its sums too.
  logic calibrate, calibrating, calibrated, silent, calibration_seed, calibration_draw;
  logic [3:0] calibration_layer;
  xpk_pkg::pass_t pass;
  xpk_pkg::calib_t calib;
  xpk_pkg::table_t table_bus;
  logic [ArrayRows-1:0] calib_rows;
  logic [xpk_pkg::SumBits-1:0] table_rdata;
  logic table_rvalid;
  logic [BankLanes*32-1:0] bank_bytes;

  xpk_registers #(
      .Tokens(Tokens), .TileTokens(TileTokens), .Heads(Heads), .HeadDim(HeadDim), .FfDim(FfDim),
      .Depth(Depth), .Steps(Steps), .InputRows(InputRows), .Classes(Classes), .ArrayRows(ArrayRows),
      .ArrayCols(ArrayCols), .Converters(Converters), .AdcCycles(AdcCycles),
      .InputWords(InputWords), .Calibration(Calibration)
  ) u_registers (
      .clk_i, .rst_ni,
      .reg_valid_i, .reg_ready_o, .reg_write_i, .reg_addr_i, .reg_wdata_i,
      .reg_rvalid_o, .reg_rdata_o, .reg_error_o, .irq_o,
      .busy_i(busy || calibrating), .can_start_i(!busy && !calibrating), .done_i(done),
      .calibrated_i(calibrated), .silent_i(silent),
      .phase_i(calibrating ? xpk_pkg::PhaseCalibration : phase),
      .layer_i(calibrating ? calibration_layer : layer),
      .input_full_i(input_full), .packet_error_i(packet_error),
      .start_o(start), .calibrate_o(calibrate), .clear_o(clear), .ctrl_o(ctrl), .pass_o(pass),
      .layer_o(layer_cfg), .layers_o(unused_layers), .binary_o(binary),
      .par_o(par), .cell_o(cell_bus), .table_o(table_bus),
      .late_rdata_i(table_rvalid ? table_rdata : 32'(cell_rdata)),
      .late_rvalid_i(table_rvalid || (cell_rvalid && !calibrating)),
      .event_index_o(event_index), .event_count_i(event_count)
  );

  logic encoder_start, encoder_release, seeder_start, seeder_kind, seeder_busy;
  logic embed_phase, last_phase, chain_start, chain_done, ssa_start, ssa_done;
  logic readout, readout_done;

  xpk_controller u_controller (
      .clk_i, .rst_ni, .clr_i(clear), .start_i(start), .depth_i(ctrl.depth),
      .input_full_i(input_full), .encoder_start_o(encoder_start),
      .encoder_release_o(encoder_release),
      .seeder_busy_i(seeder_busy), .seeder_start_o(seeder_start), .seeder_kind_o(seeder_kind),
      .seeder_layer_o(seeder_layer),
      .embed_o(embed_phase), .last_o(last_phase), .layer_o(layer), .qkv_layer_o(qkv_layer),
      .chain_start_o(chain_start), .chain_done_i(chain_done),
      .ssa_start_o(ssa_start), .ssa_done_i(ssa_done),
      .readout_o(readout), .readout_done_i(readout_done),
      .busy_o(busy), .done_o(done), .phase_o(phase)
  );

  // ---- Lane seeds ----------------------------------------------------------------------------
  logic lane_kind, lane_we;
  logic [15:0] lane;
  logic [31:0] lane_state;

  xpk_stream_seeder #(
      .EncoderLanes(EncoderLanes), .AttentionLanes(Heads * HeadLanes),
      .CalibrationLanes((ArrayRows + 3) / 4)
  ) u_seeder (
      .clk_i, .rst_ni, .clr_i(clear), .start_i(seeder_start || calibration_seed),
      .kind_i(seeder_kind && !calibration_seed), .calibrate_i(calibration_seed),
      .layer_i(seeder_layer), .seed_i(calibration_seed ? pass.seed : ctrl.seed),
      .image_i(ctrl.image), .busy_o(seeder_busy),
      .seed_kind_o(lane_kind), .seed_we_o(lane_we), .seed_lane_o(lane), .seed_state_o(lane_state)
  );

  // ---- Input encoder -------------------------------------------------------------------------
  logic rows_valid, rows_ready, draw_encoder, input_re;
  logic [InputRows-1:0] rows_bits;
  xpk_pkg::tag_t rows_tag;

  xpk_input_encoder #(
      .Tokens(Tokens), .InputRows(InputRows), .Steps(Steps), .Leap(LeapEncoder),
      .Words(InputWords), .CalibrationLanes(CalibrationLanes)
  ) u_encoder (
      .clk_i, .rst_ni, .clr_i(clear),
      .in_valid_i, .in_ready_o, .in_data_i, .in_last_i,
      .spikes_i(ctrl.input_spikes), .rows_i(ctrl.input_rows), .n_tokens_i(ctrl.n_tokens),
      .full_o(input_full), .packet_error_o(packet_error),
      .start_i(encoder_start), .release_i(encoder_release), .steps_i(ctrl.steps),
      .k_input_i(ctrl.k_input), .position_enable_i(ctrl.position_enable),
      .position_base_i(ctrl.position_base), .binary_i(binary),
      .seed_we_i(lane_we && !lane_kind), .seed_lane_i(lane), .seed_state_i(lane_state),
      .calibration_draw_i(calibration_draw), .bytes_o(bank_bytes),
      .out_valid_o(rows_valid), .out_ready_i(rows_ready), .out_bits_o(rows_bits),
      .out_tag_o(rows_tag), .draw_o(draw_encoder), .mem_re_o(input_re)
  );

  // ---- AIMC chain ----------------------------------------------------------------------------
  logic a_re, step_valid, x_re, x_we;
  logic [Dim-1:0] a_rdata;
  logic [MuxBits-1:0] step_index;
  logic [3*DimBlocks*Converters-1:0] step_bits;
  xpk_pkg::tag_t a_tag, step_tag;
  xpk_pkg::chain_events_t chain_events;

  xpk_chain #(
      .Tokens(Tokens), .Dim(Dim), .FfDim(FfDim), .Depth(Depth), .Steps(Steps),
      .InputRows(InputRows), .Classes(Classes), .ArrayRows(ArrayRows), .ArrayCols(ArrayCols),
      .Converters(Converters), .AdcCycles(AdcCycles), .Calibration(Calibration)
  ) u_chain (
      .clk_i, .rst_ni, .clr_i(clear), .ctrl_i(ctrl),
      .res1_mode_i(layer_cfg.res1), .res2_mode_i(layer_cfg.res2),
      .embed_i(embed_phase), .last_i(last_phase), .layer_i(layer), .qkv_layer_i(qkv_layer),
      .start_i(chain_start), .sink_done_o(chain_done),
      .rows_valid_i(rows_valid), .rows_ready_o(rows_ready), .rows_bits_i(rows_bits),
      .rows_tag_i(rows_tag),
      .a_re_o(a_re), .a_tag_o(a_tag), .a_rdata_i(a_rdata),
      .step_valid_o(step_valid), .step_index_o(step_index), .step_tag_o(step_tag),
      .q_bits_o(step_bits[0+:DimBlocks*Converters]),
      .k_bits_o(step_bits[DimBlocks*Converters+:DimBlocks*Converters]),
      .v_bits_o(step_bits[2*DimBlocks*Converters+:DimBlocks*Converters]),
      .readout_i(readout), .readout_done_o(readout_done),
      .out_valid_o, .out_ready_i, .out_data_o, .out_last_o,
      .par_i(par), .cell_i(cell_bus), .calib_i(calib), .calib_rows_i(calib_rows),
      .cell_rdata_o(cell_rdata), .cell_rvalid_o(cell_rvalid),
      .x_re_o(x_re), .x_we_o(x_we), .events_o(chain_events)
  );

  // ---- Q, K, V memories ----------------------------------------------------------------------
  logic qk_re, v_re;
  logic [7:0] qk_step, v_step;
  logic [BlockBits-1:0] q_block, k_block, v_block;
  logic [ColBits-1:0] qk_col, v_col;
  logic [3*ColumnBits-1:0] columns;

  for (genvar g = 0; g < 3; g++) begin : gen_memory  // Q, K, V
    xpk_column_memory #(
        .Tokens(Tokens), .TileTokens(TileTokens), .Heads(Heads), .HeadDim(HeadDim), .Steps(Steps),
        .Cols(ArrayCols), .Converters(Converters)
    ) u_memory (
        .clk_i, .we_i(step_valid), .wtag_i(step_tag), .wstep_i(step_index),
        .wbits_i(step_bits[g*DimBlocks*Converters+:DimBlocks*Converters]),
        .re_i(g == 2 ? v_re : qk_re), .rblock_i(g == 0 ? q_block : g == 1 ? k_block : v_block),
        .rstep_i(g == 2 ? v_step : qk_step), .rcol_i(g == 2 ? v_col : qk_col),
        .rdata_o(columns[g*ColumnBits+:ColumnBits])
    );
  end

  // ---- SSA engine and corner turn ------------------------------------------------------------
  logic a_valid, draw_score, draw_value;
  logic [7:0] a_step;
  logic [ColBits-1:0] a_col;
  logic [BlockBits-1:0] a_block, draw_row;
  logic [ColumnBits-1:0] a_bits;
  logic [GatedBits-1:0] gated_rows;
  logic [DrainBits-1:0] a_words;
  // Seen by the simulation monitor only.
  logic unused_s_valid, unused_ssa_busy, unused_draining;
  logic [7:0] unused_s_step;
  logic [BlockBits-1:0] unused_s_row, unused_s_key;
  logic [ColumnBits-1:0] unused_s;

  xpk_ssa_engine #(
      .Tokens(Tokens), .TileTokens(TileTokens), .Heads(Heads), .HeadDim(HeadDim), .Steps(Steps),
      .LeapScore(LeapScore), .LeapValue(LeapValue)
  ) u_ssa (
      .clk_i, .rst_ni, .clr_i(clear), .start_i(ssa_start), .n_tokens_i(ctrl.n_tokens),
      .steps_i(ctrl.steps), .causal_i(ctrl.causal), .layer_i(layer_cfg),
      .busy_o(unused_ssa_busy), .done_o(ssa_done),
      .seed_we_i(lane_we && lane_kind), .seed_lane_i(lane), .seed_state_i(lane_state),
      .qk_re_o(qk_re), .qk_step_o(qk_step), .qk_row_o(q_block), .qk_key_o(k_block),
      .qk_col_o(qk_col), .q_i(columns[0+:ColumnBits]), .k_i(columns[ColumnBits+:ColumnBits]),
      .v_re_o(v_re), .v_step_o(v_step), .v_key_o(v_block), .v_col_o(v_col),
      .v_i(columns[2*ColumnBits+:ColumnBits]),
      .a_valid_o(a_valid), .a_step_o(a_step), .a_row_o(a_block), .a_col_o(a_col), .a_o(a_bits),
      .s_valid_o(unused_s_valid), .s_step_o(unused_s_step), .s_row_block_o(unused_s_row),
      .s_key_block_o(unused_s_key), .s_row_i('0), .s_o(unused_s),
      .draw_score_o(draw_score), .draw_value_o(draw_value), .draw_row_o(draw_row),
      .gated_rows_o(gated_rows)
  );

  xpk_corner_turn #(
      .Tokens(Tokens), .TileTokens(TileTokens), .Heads(Heads), .HeadDim(HeadDim), .Steps(Steps)
  ) u_corner_turn (
      .clk_i, .rst_ni, .clr_i(clear), .n_tokens_i(ctrl.n_tokens),
      .a_valid_i(a_valid), .a_step_i(a_step), .a_memory_i(1'b0), .a_block_i(a_block),
      .a_col_i(a_col), .a_i(a_bits),
      .draining_o(unused_draining), .wr_words_o(a_words),
      .re_i(a_re), .re_tag_i(a_tag), .rdata_o(a_rdata)
  );

  // ---- Drift compensation --------------------------------------------------------------------
  if (Calibration) begin : gen_calibration
    xpk_calibration #(
        .Dim(Dim), .FfDim(FfDim), .Depth(Depth), .Classes(Classes), .ArrayRows(ArrayRows),
        .ArrayCols(ArrayCols), .Converters(Converters), .AdcCycles(AdcCycles)
    ) u_calibration (
        .clk_i, .rst_ni, .clr_i(clear), .start_i(calibrate), .pass_i(pass), .depth_i(ctrl.depth),
        .busy_o(calibrating), .done_o(calibrated), .silent_o(silent), .layer_o(calibration_layer),
        .seed_o(calibration_seed), .seeding_i(seeder_busy), .draw_o(calibration_draw),
        .bytes_i(bank_bytes[CalibrationLanes*32-1:0]),
        .calib_o(calib), .rows_o(calib_rows), .answer_i(cell_rdata[xpk_pkg::SumBits/2-1:0]),
        .answer_valid_i(cell_rvalid), .par_i(par), .host_i(table_bus),
        .host_rdata_o(table_rdata), .host_rvalid_o(table_rvalid)
    );
  end else begin : gen_no_calibration
    assign {calibrating, calibrated, silent, calibration_seed, calibration_draw} = '0;
    assign {calibration_layer, calib, calib_rows, table_rdata, table_rvalid} = '0;
    logic unused;
    assign unused = ^{calibrate, pass, table_bus};
  end

  // Bytes of the bank behind those that a pass needs.
  wire unused = &{1'b0, bank_bytes};

  // ---- Event counters ------------------------------------------------------------------------
  logic [xpk_regs_pkg::EventCount*IncBits-1:0] increments;
  xpk_pkg::count_t a_column_q;
  xpk_pkg::activity_t activity;

  assign activity.aimc = phase == xpk_pkg::PhaseAimc;
  assign activity.ssa = phase == xpk_pkg::PhaseSsa;
  assign activity.wait_input = phase == xpk_pkg::PhaseWaitInput;
  assign activity.wait_seed = phase == xpk_pkg::PhaseWaitSeed;
  assign activity.readout = phase == xpk_pkg::PhaseReadout;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      a_column_q <= '0;
    end else if (clear) begin
      a_column_q <= '0;
    end else begin
      a_column_q.fire <= a_valid;
      if (a_valid) a_column_q.spikes <= xpk_pkg::SpikeCountBits'($countones(a_bits));
    end
  end

  xpk_event_map #(
      .Tokens(Tokens), .TileTokens(TileTokens), .Heads(Heads), .HeadDim(HeadDim), .FfDim(FfDim),
      .InputRows(InputRows), .Classes(Classes), .ArrayRows(ArrayRows), .ArrayCols(ArrayCols),
      .IncBits(IncBits)
  ) u_event_map (
      .running_i(busy), .activity_i(activity), .chain_i(chain_events), .qk_re_i(qk_re), .v_re_i(v_re),
      .gated_rows_i(gated_rows), .draw_encoder_i(draw_encoder), .draw_score_i(draw_score),
      .draw_value_i(draw_value), .draw_row_i(draw_row), .input_re_i(input_re), .input_spikes_i(ctrl.input_spikes),
      .a_column_i(a_column_q),
      .a_words_i(a_words), .a_re_i(a_re), .x_re_i(x_re), .x_we_i(x_we), .inc_o(increments)
  );

  xpk_counters #(
      .Events(xpk_regs_pkg::EventCount), .IncBits(IncBits)
  ) u_counters (
      .clk_i, .rst_ni, .clr_i(clear), .inc_i(increments), .index_i(event_index),
      .count_o(event_count)
  );

endmodule

`default_nettype wire
