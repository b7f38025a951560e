// SPDX-License-Identifier: Apache-2.0
// The accelerator core for overlapping images: an image enters while earlier ones are in later
// layers. Ports, packets, registers and every bit of the results are those of xpk_core, of which it
// is the variant with Depth + 1 chains in place of one.
//
// | parameter   | legal                                    | meaning                            |
// |-------------|------------------------------------------|------------------------------------|
// | Tokens      | 1..256                                   | N, tokens and side of a tile       |
// | Depth       | 2..16                                    | layers with arrays of their own    |
// | (others)    | see xpk_core                             | shapes of the build                |
//
// Ports, packets and register protocol: docs/architecture.md, docs/registers.md.
// Source: paper, section IV (architecture, dataflow).

`default_nettype none

module xpk_overlap_core #(
    parameter int unsigned Tokens = 8,
    parameter int unsigned Heads = 2,
    parameter int unsigned HeadDim = 8,
    parameter int unsigned FfDim = 32,
    parameter int unsigned Depth = 2,
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

  xpk_shape_check #(
      .Tokens(Tokens), .Heads(Heads), .HeadLanes(2 * ((Tokens + 3) / 4)), .HeadDim(HeadDim),
      .FfDim(FfDim), .MinDepth(2), .Depth(Depth), .Steps(Steps), .InputRows(InputRows), .Classes(Classes),
      .ArrayRows(ArrayRows), .ArrayCols(ArrayCols), .Converters(Converters), .AdcCycles(AdcCycles),
      .LeapEncoder(LeapEncoder), .LeapScore(LeapScore), .LeapValue(LeapValue)
  ) u_shape_check ();

  localparam int unsigned Dim = Heads * HeadDim;
  localparam int unsigned ColBits = (HeadDim > 1) ? $clog2(HeadDim) : 1;
  localparam int unsigned MuxSteps = ArrayCols / Converters;
  localparam int unsigned MuxBits = (MuxSteps > 1) ? $clog2(MuxSteps) : 1;
  localparam int unsigned DimBlocks = (Dim + ArrayCols - 1) / ArrayCols;
  localparam int unsigned DrainBits = $clog2((Tokens + HeadDim - 1) / HeadDim + 1);
  localparam int unsigned GatedBits = $clog2(Heads * Tokens + 1);
  localparam int unsigned StepBits = DimBlocks * Converters;
  localparam int unsigned IncBits = 24;
  localparam int unsigned Increments = xpk_regs_pkg::EventCount * IncBits;
  localparam int unsigned CellBits = xpk_pkg::CellBits;
  localparam int unsigned TagBits = xpk_pkg::TagBits;
  // Lanes seeded per cycle: enough for the seeds of all layers to fit beside their attention into
  // one AIMC phase (docs/architecture.md, Overlapping images).
  localparam int unsigned Seeds = 8;
  localparam int unsigned LayerBits = xpk_regs_pkg::LayerRes2Lsb + xpk_regs_pkg::LayerRes2Width;
  localparam int unsigned EncoderLanes = (InputRows + 3) / 4;
  localparam int unsigned CalibrationLanes = Calibration ? (ArrayRows + 3) / 4 : 0;
  localparam int unsigned BankLanes =
      (CalibrationLanes > EncoderLanes) ? CalibrationLanes : EncoderLanes;

  // ---- Registers and controller --------------------------------------------------------------
  xpk_pkg::ctrl_t ctrl;
  xpk_pkg::layer_t layer_cfg;  // of the layer that the SSA engine serves
  logic [Depth*LayerBits-1:0] layers;
  xpk_pkg::par_t par;
  xpk_pkg::cell_t cell_bus;
  xpk_pkg::activity_t activity;
  logic [InputRows-1:0] binary;
  logic start, can_start, clear, busy, done, input_full, packet_error;
  logic [3:0] phase, layer;
  logic [CellBits-1:0] cell_rdata;
  logic cell_rvalid;
  logic [7:0] event_index;
  logic [63:0] event_count;
  // Drift compensation; the bus that reads cells brings its sums too.
  logic calibrate, calibrating, calibrated, silent, calibration_seed, calibration_draw, table_rvalid;
  logic [3:0] calibration_layer;
  xpk_pkg::pass_t pass;
  xpk_pkg::calib_t calib;
  xpk_pkg::table_t table_bus;
  logic [ArrayRows-1:0] calib_rows;
  logic [xpk_pkg::SumBits-1:0] table_rdata;
  logic [BankLanes*32-1:0] bank_bytes;

  xpk_registers #(
      .Tokens(Tokens), .Heads(Heads), .HeadDim(HeadDim), .FfDim(FfDim), .Depth(Depth),
      .Steps(Steps), .InputRows(InputRows), .Classes(Classes), .ArrayRows(ArrayRows),
      .ArrayCols(ArrayCols), .Converters(Converters), .AdcCycles(AdcCycles),
      .InputWords(InputWords), .Overlap(1'b1), .Calibration(Calibration)
  ) u_registers (
      .clk_i, .rst_ni,
      .reg_valid_i, .reg_ready_o, .reg_write_i, .reg_addr_i, .reg_wdata_i,
      .reg_rvalid_o, .reg_rdata_o, .reg_error_o, .irq_o,
      .busy_i(busy || calibrating), .can_start_i(can_start && !calibrating), .done_i(done),
      .calibrated_i(calibrated), .silent_i(silent), .input_full_i(input_full),
      .packet_error_i(packet_error), .phase_i(calibrating ? xpk_pkg::PhaseCalibration : phase),
      .layer_i(calibrating ? calibration_layer : layer),
      .start_o(start), .calibrate_o(calibrate), .clear_o(clear), .ctrl_o(ctrl), .pass_o(pass),
      .layer_o(layer_cfg), .layers_o(layers), .binary_o(binary), .par_o(par), .cell_o(cell_bus), .table_o(table_bus),
      .late_rdata_i(table_rvalid ? table_rdata : 32'(cell_rdata)),
      .late_rvalid_i(table_rvalid || (cell_rvalid && !calibrating)),
      .event_index_o(event_index), .event_count_i(event_count)
  );

  logic encoder_seed, encoder_seeding, encoder_start, encoder_release, encoded;
  logic ssa_seed, ssa_seeding, ssa_start, ssa_done;
  logic [31:0] encoder_word, encoder_image, ssa_word, ssa_image;
  logic [Depth:0] chain_start, chain_done, chain_busy;
  logic [Depth-1:0] qkv_wpage, a_rpage;
  logic qkv_rpage, a_wpage, head_page, readout, readout_page, readout_done;

  xpk_overlap_controller #(
      .Depth(Depth)
  ) u_controller (
      .clk_i, .rst_ni, .clr_i(clear), .start_i(start), .seed_i(ctrl.seed), .image_i(ctrl.image),
      .depth_i(ctrl.depth), .can_start_o(can_start),
      .input_full_i(input_full), .encoder_seeding_i(encoder_seeding),
      .encoder_seed_o(encoder_seed), .encoder_word_o(encoder_word),
      .encoder_image_o(encoder_image), .encoder_start_o(encoder_start), .encoded_i(encoded),
      .encoder_release_o(encoder_release),
      .chain_start_o(chain_start), .chain_done_i(chain_done), .chain_busy_o(chain_busy),
      .qkv_wpage_o(qkv_wpage), .a_rpage_o(a_rpage),
      .ssa_layer_o(layer), .qkv_rpage_o(qkv_rpage), .a_wpage_o(a_wpage),
      .ssa_seeding_i(ssa_seeding), .ssa_seed_o(ssa_seed), .ssa_word_o(ssa_word),
      .ssa_image_o(ssa_image), .ssa_start_o(ssa_start), .ssa_done_i(ssa_done),
      .head_page_o(head_page), .readout_o(readout), .readout_page_o(readout_page),
      .readout_done_i(readout_done),
      .busy_o(busy), .done_o(done), .phase_o(phase), .activity_o(activity)
  );

  // ---- Input encoder and its seeds -----------------------------------------------------------
  logic rows_valid, rows_ready, draw_encoder, input_re, encoder_we, unused_encoder_kind;
  logic [15:0] encoder_lane;
  logic [Seeds*32-1:0] encoder_state;
  logic [InputRows-1:0] rows_bits;
  xpk_pkg::tag_t rows_tag, final_tag;

  xpk_stream_seeder #(
      .EncoderLanes(EncoderLanes), .AttentionLanes(1), .CalibrationLanes((ArrayRows + 3) / 4),
      .Seeds(Seeds)
  ) u_encoder_seeder (
      .clk_i, .rst_ni, .clr_i(clear), .start_i(encoder_seed || calibration_seed), .kind_i(1'b0),
      .calibrate_i(calibration_seed), .layer_i(4'd0),
      .seed_i(calibration_seed ? pass.seed : encoder_word), .image_i(encoder_image),
      .busy_o(encoder_seeding), .seed_kind_o(unused_encoder_kind), .seed_we_o(encoder_we), .seed_lane_o(encoder_lane),
      .seed_state_o(encoder_state)
  );

  xpk_input_encoder #(
      .Tokens(Tokens), .InputRows(InputRows), .Steps(Steps), .Pages(2), .Leap(LeapEncoder),
      .Words(InputWords), .Seeds(Seeds), .CalibrationLanes(CalibrationLanes)
  ) u_encoder (
      .clk_i, .rst_ni, .clr_i(clear),
      .in_valid_i, .in_ready_o, .in_data_i, .in_last_i,
      .spikes_i(ctrl.input_spikes), .rows_i(ctrl.input_rows), .n_tokens_i(ctrl.n_tokens),
      .full_o(input_full), .packet_error_o(packet_error),
      .start_i(encoder_start), .release_i(encoder_release), .steps_i(ctrl.steps),
      .k_input_i(ctrl.k_input), .position_enable_i(ctrl.position_enable),
      .position_base_i(ctrl.position_base), .binary_i(binary),
      .seed_we_i(encoder_we), .seed_lane_i(encoder_lane), .seed_state_i(encoder_state),
      .calibration_draw_i(calibration_draw), .bytes_o(bank_bytes),
      .out_valid_o(rows_valid), .out_ready_i(rows_ready), .out_bits_o(rows_bits),
      .out_tag_o(rows_tag), .draw_o(draw_encoder), .mem_re_o(input_re)
  );

  assign final_tag.token = xpk_pkg::TokenBits'(ctrl.n_tokens - 1'b1);
  assign final_tag.step = ctrl.steps - 8'd1;
  assign encoded = rows_valid && rows_ready && rows_tag == final_tag;

  // ---- Chain copies, and what waits between them ---------------------------------------------
  localparam int unsigned ColumnBits = 3 * Heads * Tokens;

  logic [Depth:0] copy_rows_ready, copy_head_valid, copy_cell_rvalid, copy_step_valid, copy_a_re;
  logic [Depth:0] copy_x_re, copy_x_we;
  logic [(Depth+1)*Dim-1:0] copy_x;
  logic [(Depth+1)*TagBits-1:0] copy_x_tag, copy_a_tag;
  logic [(Depth+1)*CellBits-1:0] copy_cell_rdata;
  logic [Depth*Dim-1:0] a_rdata;
  logic [(Depth+1)*Increments-1:0] copy_increments;
  logic [Depth*ColumnBits-1:0] layer_columns;
  logic [Depth*Dim-1:0] layer_x;
  logic head_ready, head_busy, head_mvm, head_conv, head_cell_rvalid;
  logic qk_re, v_re;
  logic [7:0] qk_step, v_step;
  logic [ColBits-1:0] qk_col, v_col;
  logic draw_score, draw_value;
  logic [GatedBits-1:0] gated_rows;
  logic [DrainBits-1:0] a_words;
  xpk_pkg::count_t a_column;

  assign rows_ready = copy_rows_ready[0];

  for (genvar c = 0; c <= Depth; c++) begin : gen_copy
    localparam int unsigned Below = (c == 0) ? 0 : c - 1;  // the layer whose attention it takes
    logic [MuxBits-1:0] step_index;
    logic [3*StepBits-1:0] step_bits;
    logic x_full;
    xpk_pkg::tag_t step_tag, a_tag;
    xpk_pkg::chain_events_t events;

    assign copy_a_tag[c*TagBits+:TagBits] = a_tag;

    xpk_chain_copy #(
        .Copy(c), .Dim(Dim), .FfDim(FfDim), .Depth(Depth), .InputRows(InputRows),
        .ArrayRows(ArrayRows), .ArrayCols(ArrayCols), .Converters(Converters),
        .AdcCycles(AdcCycles), .Calibration(Calibration)
    ) u_chain (
        .clk_i, .rst_ni, .clr_i(clear), .n_tokens_i(ctrl.n_tokens), .steps_i(ctrl.steps),
        .res1_mode_i(layers[Below*LayerBits+xpk_regs_pkg::LayerRes1Lsb+:2]),
        .res2_mode_i(layers[Below*LayerBits+xpk_regs_pkg::LayerRes2Lsb+:2]),
        .last_i(ctrl.depth == 5'(c)), .start_i(chain_start[c]), .done_o(chain_done[c]),
        .rows_valid_i(c == 0 && rows_valid), .rows_ready_o(copy_rows_ready[c]),
        .rows_bits_i(rows_bits), .rows_tag_i(rows_tag),
        .a_re_o(copy_a_re[c]), .a_tag_o(a_tag), .a_rdata_i(a_rdata[Below*Dim+:Dim]),
        .x_re_o(copy_x_re[c]), .x_rdata_i(layer_x[Below*Dim+:Dim]),
        .x_we_o(copy_x_we[c]), .x_full_i(x_full),
        .head_valid_o(copy_head_valid[c]), .head_ready_i(head_ready), .head_busy_i(head_busy),
        .head_mvm_i(head_mvm), .head_conv_i(head_conv),
        .x_bits_o(copy_x[c*Dim+:Dim]), .x_tag_o(copy_x_tag[c*TagBits+:TagBits]),
        .step_valid_o(copy_step_valid[c]), .step_index_o(step_index), .step_tag_o(step_tag),
        .step_bits_o(step_bits),
        .par_i(par), .cell_i(cell_bus), .calib_i(calib), .calib_rows_i(calib_rows),
        .cell_rdata_o(copy_cell_rdata[c*CellBits+:CellBits]),
        .cell_rvalid_o(copy_cell_rvalid[c]), .events_o(events)
    );

    // The room of layer c lies above copy c; copy c reads x from the room below.
    if (c < Depth) begin : gen_room
      logic serves;
      assign serves = layer == 4'(c);

      xpk_layer_room #(
          .Tokens(Tokens), .Heads(Heads), .HeadDim(HeadDim), .Steps(Steps),
          .ArrayCols(ArrayCols), .Converters(Converters)
      ) u_room (
          .clk_i, .rst_ni, .clr_i(clear),
          .wpage_i(qkv_wpage[c]), .step_valid_i(copy_step_valid[c]), .step_index_i(step_index),
          .step_tag_i(step_tag), .step_bits_i(step_bits),
          .rpage_i(qkv_rpage), .qk_re_i(qk_re && serves), .qk_step_i(qk_step),
          .qk_col_i(qk_col), .v_re_i(v_re && serves), .v_step_i(v_step), .v_col_i(v_col),
          .columns_o(layer_columns[c*ColumnBits+:ColumnBits]),
          .x_we_i(copy_x_we[c]), .x_wdata_i(copy_x[c*Dim+:Dim]), .x_full_o(x_full),
          .x_re_i(copy_x_re[c+1]), .x_rdata_o(layer_x[c*Dim+:Dim])
      );
    end else begin : gen_top
      logic unused;
      assign unused = ^{step_index, step_tag, step_bits};
      assign x_full = 1'b0;
    end

    // Chain events of this copy; what exists once is counted with copy 0.
    xpk_event_map #(
        .Tokens(Tokens), .Heads(Heads), .HeadDim(HeadDim), .FfDim(FfDim), .InputRows(InputRows),
        .Classes(Classes), .ArrayRows(ArrayRows), .ArrayCols(ArrayCols), .IncBits(IncBits)
    ) u_event_map (
        .running_i(c == 0 && busy),
        .activity_i({chain_busy[c], (c == 0) ? {activity.ssa, activity.wait_input,
                                               activity.wait_seed, activity.readout} : 4'd0}),
        .chain_i(events), .qk_re_i(c == 0 && qk_re), .v_re_i(c == 0 && v_re),
        .gated_rows_i((c == 0) ? gated_rows : '0), .draw_encoder_i(c == 0 && draw_encoder),
        .draw_score_i(c == 0 && draw_score), .draw_value_i(c == 0 && draw_value), .draw_row_i(1'b0),
        .input_re_i(c == 0 && input_re), .input_spikes_i(ctrl.input_spikes),
        .a_column_i((c == 0) ? a_column : '0), .a_words_i((c == 0) ? a_words : '0),
        .a_re_i(copy_a_re[c]), .x_re_i(copy_x_re[c]), .x_we_i(copy_x_we[c]),
        .inc_o(copy_increments[c*Increments+:Increments])
    );
  end

  // ---- HEAD: fed by the copy above the last layer of the run ---------------------------------
  logic [Dim-1:0] head_bits;
  logic [TagBits-1:0] head_tag;
  logic [CellBits-1:0] head_cell_rdata;

  always_comb begin
    head_bits = '0;
    head_tag = '0;
    for (int unsigned c = 1; c <= Depth; c++) begin
      if (ctrl.depth == 5'(c)) begin
        head_bits = copy_x[c*Dim+:Dim];
        head_tag = copy_x_tag[c*TagBits+:TagBits];
      end
    end
  end

  xpk_head #(
      .Inputs(Dim), .Classes(Classes), .Steps(Steps), .Pages(2), .Rows(ArrayRows),
      .Cols(ArrayCols), .Converters(Converters), .AdcCycles(AdcCycles), .Calibration(Calibration)
  ) u_head (
      .clk_i, .rst_ni, .clr_i(clear),
      .n_tokens_i(ctrl.n_tokens), .steps_i(ctrl.steps), .pooling_i(ctrl.pooling),
      .anytime_i(ctrl.anytime), .classes_i(ctrl.classes),
      .in_valid_i(|copy_head_valid), .in_ready_o(head_ready), .in_bits_i(head_bits),
      .in_tag_i(head_tag), .busy_o(head_busy), .conv_o(head_conv), .mvm_o(head_mvm),
      .page_i(head_page), .readout_i(readout), .readout_page_i(readout_page),
      .out_valid_o, .out_ready_i, .out_data_o, .out_last_o, .done_o(readout_done),
      .par_i(par), .cell_i(cell_bus), .calib_i(calib), .calib_rows_i(calib_rows),
      .cell_rdata_o(head_cell_rdata),
      .cell_rvalid_o(head_cell_rvalid)
  );

  // Whoever is not asked for a cell answers 0.
  always_comb begin
    cell_rdata = head_cell_rdata;
    for (int unsigned c = 0; c <= Depth; c++) begin
      cell_rdata = cell_rdata | copy_cell_rdata[c*CellBits+:CellBits];
    end
  end
  assign cell_rvalid = head_cell_rvalid || copy_cell_rvalid != '0;

  // ---- Attention: one engine for all layers --------------------------------------------------
  xpk_attention_server #(
      .Tokens(Tokens), .Heads(Heads), .HeadDim(HeadDim), .Depth(Depth), .Steps(Steps),
      .LeapScore(LeapScore), .LeapValue(LeapValue), .Seeds(Seeds)
  ) u_attention (
      .clk_i, .rst_ni, .clr_i(clear), .n_tokens_i(ctrl.n_tokens), .steps_i(ctrl.steps),
      .causal_i(ctrl.causal), .layer_i(layer), .layer_cfg_i(layer_cfg),
      .seed_i(ssa_seed), .word_i(ssa_word), .image_i(ssa_image), .seeding_o(ssa_seeding),
      .start_i(ssa_start), .done_o(ssa_done),
      .qk_re_o(qk_re), .qk_step_o(qk_step), .qk_col_o(qk_col),
      .v_re_o(v_re), .v_step_o(v_step), .v_col_o(v_col), .columns_i(layer_columns),
      .a_wpage_i(a_wpage), .a_rpage_i(a_rpage), .a_re_i(copy_a_re[Depth:1]),
      .a_tag_i(copy_a_tag[(Depth+1)*TagBits-1:TagBits]), .a_rdata_o(a_rdata),
      .draw_score_o(draw_score), .draw_value_o(draw_value), .gated_rows_o(gated_rows),
      .a_column_o(a_column), .a_words_o(a_words)
  );

  // ---- Drift compensation --------------------------------------------------------------------
  if (Calibration) begin : gen_calibration
    xpk_calibration #(
        .Dim(Dim), .FfDim(FfDim), .Depth(Depth), .Classes(Classes), .ArrayRows(ArrayRows),
        .ArrayCols(ArrayCols), .Converters(Converters), .AdcCycles(AdcCycles)
    ) u_calibration (
        .clk_i, .rst_ni, .clr_i(clear), .start_i(calibrate), .pass_i(pass), .depth_i(ctrl.depth),
        .busy_o(calibrating), .done_o(calibrated), .silent_o(silent), .layer_o(calibration_layer),
        .seed_o(calibration_seed), .seeding_i(encoder_seeding), .draw_o(calibration_draw),
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

  // ---- Event counters ------------------------------------------------------------------------
  logic [Increments-1:0] increments;

  always_comb begin
    increments = '0;
    for (int unsigned c = 0; c <= Depth; c++) begin
      for (int unsigned e = 0; e < xpk_regs_pkg::EventCount; e++) begin
        increments[e*IncBits+:IncBits] =
            increments[e*IncBits+:IncBits] + copy_increments[c*Increments+e*IncBits+:IncBits];
      end
    end
  end

  xpk_counters #(
      .Events(xpk_regs_pkg::EventCount), .IncBits(IncBits)
  ) u_counters (
      .clk_i, .rst_ni, .clr_i(clear), .inc_i(increments), .index_i(event_index),
      .count_o(event_count)
  );

  wire unused = &{1'b0, activity, layers, copy_rows_ready, copy_step_valid, copy_a_tag, copy_x_re,
                  copy_x_tag, copy_x, bank_bytes};

endmodule

`default_nettype wire
