// SPDX-License-Identifier: Apache-2.0
// The accelerator core for small chips: the same network, packets, registers and results as xpk_core,
// bit for bit, with one of everything, used over and over, and all state in block memories.
//
// | parameter   | legal                      | meaning                                        |
// |-------------|----------------------------|------------------------------------------------|
// | Tokens      | 1..64                      | N, longest sequence                            |
// | Leap        | 1..32                      | register steps per draw, of all kinds of banks |
// | InputWords  | 1                          | words of an input beat                         |
// | Converters, AdcCycles | see xpk_core     | shown in SHAPE, of no other effect             |
// | (others)    | see xpk_core               | shapes of the build                            |
//
// Weights are whole levels: a cell whose conductance is not a multiple of 256, or with current in both
// devices, is refused. Of the event counters there is `cycles` alone; calibration is refused.
// Ports, packets and register protocol: docs/architecture.md, docs/registers.md.
// Source: paper, section IV (architecture, dataflow).

`default_nettype none

module xpk_folded_core #(
    parameter int unsigned Tokens = 8,
    parameter int unsigned Heads = 2,
    parameter int unsigned HeadDim = 16,
    parameter int unsigned FfDim = 64,
    parameter int unsigned Depth = 1,
    parameter int unsigned Steps = 8,
    parameter int unsigned InputRows = 16,
    parameter int unsigned Classes = 10,
    parameter int unsigned ArrayRows = 64,
    parameter int unsigned ArrayCols = 32,
    parameter int unsigned Converters = 1,
    parameter int unsigned AdcCycles = 1,
    parameter int unsigned InputWords = 1,
    parameter int unsigned LeapEncoder = 32,
    parameter int unsigned LeapScore = 32,
    parameter int unsigned LeapValue = 32
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
    input  wire logic [31:0] in_data_i,
    input  wire logic        in_last_i,
    // Result packets.
    output logic             out_valid_o,
    input  wire logic        out_ready_i,
    output logic      [31:0] out_data_o,
    output logic             out_last_o,
    output logic             irq_o
);

  localparam int unsigned Dim = Heads * HeadDim;
  localparam int unsigned BankLanes = (Tokens + 3) / 4;  // of a bank of one head
  localparam int unsigned EncoderLanes = (InputRows + 3) / 4;
  localparam int unsigned AttentionLanes = 2 * Heads * BankLanes;
  localparam int unsigned Lanes = EncoderLanes + AttentionLanes;
  localparam int unsigned LaneBits = $clog2(Lanes);
  localparam int unsigned LayerBits = xpk_regs_pkg::LayerRes2Lsb + xpk_regs_pkg::LayerRes2Width;
  localparam int unsigned TokenBits = (Tokens > 1) ? $clog2(Tokens) : 1;
  localparam int unsigned StepBits = (Steps > 1) ? $clog2(Steps) : 1;
  localparam int unsigned ColumnBits = (Dim > 1) ? $clog2(Dim) : 1;
  localparam int unsigned ScoreBits = (Tokens > 1) ? $clog2(Tokens * Tokens) : 1;
  localparam int unsigned RowBits = (InputRows > 1) ? $clog2(InputRows) : 1;
  localparam int unsigned ClassBits = (Classes > 1) ? $clog2(Classes) : 1;
  localparam int unsigned IndexBits = 12;
  localparam int unsigned ValueBits = xpk_pkg::CurrentBits + 1;
  localparam int unsigned CountBits = $clog2(BankLanes + 1);

  if (Tokens > 64 || InputWords != 1 || LeapScore != LeapEncoder || LeapValue != LeapEncoder ||
      FfDim > 2048 || Dim > 2048) begin : gen_fold_check
    $error("xpk_folded_core: Tokens up to 64, FfDim and Dim up to 2048, InputWords 1, equal Leaps");
  end
  xpk_shape_check #(
      .Tokens(Tokens), .TileTokens(Tokens), .Heads(Heads), .HeadLanes(2 * BankLanes),
      .HeadDim(HeadDim), .FfDim(FfDim), .Depth(Depth), .Steps(Steps), .InputRows(InputRows), .Classes(Classes),
      .ArrayRows(ArrayRows), .ArrayCols(ArrayCols), .Converters(Converters), .AdcCycles(AdcCycles),
      .LeapEncoder(LeapEncoder), .LeapScore(LeapScore), .LeapValue(LeapValue)
  ) u_shape_check ();

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
  logic [Depth*LayerBits-1:0] unused_layers;
  logic unused_calibrate;
  xpk_pkg::pass_t unused_pass;
  xpk_pkg::table_t unused_table;

  xpk_registers #(
      .Tokens(Tokens), .Heads(Heads), .HeadDim(HeadDim), .FfDim(FfDim), .Depth(Depth), .Steps(Steps),
      .InputRows(InputRows), .Classes(Classes), .ArrayRows(ArrayRows), .ArrayCols(ArrayCols),
      .Converters(Converters), .AdcCycles(AdcCycles), .InputWords(InputWords), .Calibration(1'b0),
      .WholeLevels(1'b1)
  ) u_registers (
      .clk_i, .rst_ni,
      .reg_valid_i, .reg_ready_o, .reg_write_i, .reg_addr_i, .reg_wdata_i,
      .reg_rvalid_o, .reg_rdata_o, .reg_error_o, .irq_o,
      .busy_i(busy), .can_start_i(!busy), .done_i(done), .calibrated_i(1'b0), .silent_i(1'b0),
      .phase_i(phase), .layer_i(layer), .input_full_i(input_full), .packet_error_i(packet_error),
      .start_o(start), .calibrate_o(unused_calibrate), .clear_o(clear), .ctrl_o(ctrl), .pass_o(unused_pass),
      .layer_o(layer_cfg), .layers_o(unused_layers), .binary_o(binary),
      .par_o(par), .cell_o(cell_bus), .table_o(unused_table),
      .late_rdata_i(32'(cell_rdata)), .late_rvalid_i(cell_rvalid),
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

  xpk_counters #(
      .Events(1), .IncBits(1)
  ) u_cycles (
      .clk_i, .rst_ni, .clr_i(clear), .inc_i(busy), .index_i(event_index), .count_o(event_count)
  );

  // ---- Random lanes --------------------------------------------------------------------------
  logic lane_kind, lane_we, draw, encoder_draw, attention_draw, draw_busy, attention_busy;
  logic [15:0] lane;
  logic [31:0] lane_state;
  logic [LaneBits-1:0] draw_first;
  logic [(InputRows > 4 ? $clog2(EncoderLanes) : 1)-1:0] encoder_lane;
  logic [$clog2(AttentionLanes)-1:0] attention_lane;
  logic [BankLanes*32-1:0] bytes;

  xpk_fold_seeder #(
      .EncoderLanes(EncoderLanes), .AttentionLanes(AttentionLanes)
  ) u_seeder (
      .clk_i, .rst_ni, .clr_i(clear), .start_i(seeder_start), .kind_i(seeder_kind),
      .layer_i(seeder_layer), .seed_i(ctrl.seed), .image_i(ctrl.image), .busy_o(seeder_busy),
      .seed_kind_o(lane_kind), .seed_we_o(lane_we), .seed_lane_o(lane), .seed_state_o(lane_state)
  );

  assign draw = encoder_draw || attention_draw;
  assign draw_first = attention_draw ? LaneBits'(EncoderLanes) + LaneBits'(attention_lane) : LaneBits'(encoder_lane);

  xpk_fold_random #(
      .Lanes(Lanes), .Leap(LeapEncoder), .Most(BankLanes)
  ) u_random (
      .clk_i, .rst_ni, .clr_i(clear), .seed_we_i(lane_we),
      .seed_lane_i(LaneBits'(lane) + (lane_kind ? LaneBits'(EncoderLanes) : '0)), .seed_state_i(lane_state),
      .draw_i(draw), .first_i(draw_first), .count_i(attention_draw ? CountBits'(BankLanes) : CountBits'(1)),
      .busy_o(draw_busy), .bytes_o(bytes)
  );

  // ---- Token-steps ---------------------------------------------------------------------------
  logic encode, encoding, row_we, row_bit, matrix_start, matrix_busy, writing, adding, first_counted;
  logic [RowBits-1:0] row;
  logic [2:0] matrix;
  logic [3:0] matrix_layer;
  logic [xpk_pkg::TokenBits-1:0] token;
  logic [7:0] step;

  xpk_fold_encoder #(
      .Tokens(Tokens), .InputRows(InputRows), .Steps(Steps)
  ) u_encoder (
      .clk_i, .rst_ni, .clr_i(clear), .in_valid_i, .in_ready_o, .in_data_i, .in_last_i,
      .full_o(input_full), .packet_error_o(packet_error), .release_i(encoder_release),
      .ctrl_i(ctrl), .binary_i(binary), .start_i(encode), .token_i(token), .step_i(step),
      .busy_o(encoding), .bit_we_o(row_we), .bit_row_o(row), .bit_o(row_bit),
      .draw_o(encoder_draw), .draw_lane_o(encoder_lane), .draw_busy_i(draw_busy), .bytes_i(bytes[31:0])
  );

  xpk_fold_sequencer u_sequencer (
      .clk_i, .rst_ni, .clr_i(clear), .start_i(encoder_start || chain_start), .embed_i(embed_phase),
      .last_i(last_phase), .layer_i(layer), .qkv_layer_i(qkv_layer), .n_tokens_i(ctrl.n_tokens),
      .steps_i(ctrl.steps), .pooling_i(ctrl.pooling),
      .busy_i(encoding || matrix_busy || writing || adding),
      .encoder_start_o(encode), .matrix_start_o(matrix_start), .matrix_o(matrix),
      .matrix_layer_o(matrix_layer), .token_o(token), .step_o(step), .first_counted_o(first_counted),
      .done_o(chain_done)
  );

  logic bit_re, bit_in, hold, out_valid, out_spike;
  logic [IndexBits-1:0] bit_index, out_column;
  logic signed [ValueBits-1:0] out_value;

  xpk_fold_matrix #(
      .Dim(Dim), .FfDim(FfDim), .Depth(Depth), .InputRows(InputRows), .Classes(Classes),
      .ArrayRows(ArrayRows), .ArrayCols(ArrayCols)
  ) u_matrix (
      .clk_i, .rst_ni, .clr_i(clear), .par_i(par), .cell_i(cell_bus), .cell_rdata_o(cell_rdata),
      .cell_rvalid_o(cell_rvalid), .start_i(matrix_start), .matrix_i(matrix), .layer_i(matrix_layer),
      .first_i(step == '0), .busy_o(matrix_busy), .bit_re_o(bit_re), .bit_index_o(bit_index),
      .bit_i(bit_in), .hold_i(hold), .out_valid_o(out_valid), .out_column_o(out_column),
      .out_spike_o(out_spike), .out_value_o(out_value)
  );

  // ---- Attention -----------------------------------------------------------------------------
  logic walk, values, b_bit, score_we, output_we, result;
  logic [7:0] attention_step;
  logic [TokenBits-1:0] query, key;
  logic [ScoreBits-1:0] score;
  logic [ColumnBits-1:0] column;

  xpk_fold_attention #(
      .Tokens(Tokens), .Heads(Heads), .HeadDim(HeadDim)
  ) u_attention (
      .clk_i, .rst_ni, .clr_i(clear), .start_i(ssa_start), .n_tokens_i(ctrl.n_tokens),
      .steps_i(ctrl.steps), .causal_i(ctrl.causal), .layer_i(layer_cfg),
      .busy_o(attention_busy), .done_o(ssa_done),
      .draw_o(attention_draw), .draw_first_o(attention_lane), .draw_busy_i(draw_busy), .bytes_i(bytes),
      .step_o(attention_step), .re_o(walk), .values_o(values), .query_o(query), .score_o(score),
      .key_o(key), .column_o(column), .a_i(bit_in), .b_i(b_bit),
      .score_we_o(score_we), .output_we_o(output_we), .result_o(result)
  );

  // ---- Spikes and scores ---------------------------------------------------------------------
  logic unused_res_valid, unused_res_spike;  // seen by the simulation monitor

  xpk_fold_spikes #(
      .Tokens(Tokens), .Dim(Dim), .FfDim(FfDim), .Steps(Steps), .InputRows(InputRows)
  ) u_spikes (
      .clk_i, .rst_ni, .clr_i(clear), .token_i(TokenBits'(token)), .step_i(StepBits'(step)),
      .matrix_i(matrix), .res1_i(layer_cfg.res1), .res2_i(layer_cfg.res2),
      .row_we_i(row_we), .row_i(row), .row_bit_i(row_bit),
      .bit_re_i(bit_re), .bit_index_i(bit_index), .bit_o(bit_in), .hold_o(hold),
      .out_valid_i(out_valid), .out_column_i(out_column), .out_spike_i(out_spike), .busy_o(writing),
      .attention_i(attention_busy), .a_step_i(StepBits'(attention_step)), .re_i(walk), .values_i(values),
      .query_i(query), .score_i(score), .key_i(key), .column_i(column), .b_o(b_bit),
      .score_we_i(score_we), .output_we_i(output_we), .result_i(result),
      .res_valid_o(unused_res_valid), .res_spike_o(unused_res_spike)
  );

  xpk_fold_scores #(
      .Tokens(Tokens), .Steps(Steps), .Classes(Classes)
  ) u_scores (
      .clk_i, .rst_ni, .clr_i(clear), .add_i(out_valid && matrix == xpk_pkg::MatrixHead),
      .first_i(first_counted), .step_i(StepBits'(step)), .class_i(ClassBits'(out_column)),
      .value_i(out_value), .readout_i(readout), .steps_i(ctrl.steps), .classes_i(ctrl.classes),
      .anytime_i(ctrl.anytime), .busy_o(adding), .done_o(readout_done),
      .out_valid_o, .out_ready_i, .out_data_o, .out_last_o
  );

  // Lanes and time steps are fewer than their buses could name.
  wire unused = &{1'b0, lane, attention_step};

endmodule

`default_nettype wire
