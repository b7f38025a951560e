// SPDX-License-Identifier: Apache-2.0
// Register file: commands, status, run-time configuration, layer table; forwards accesses to the
// programming windows and reads the event counters. Map: docs/registers.md.
//
// | parameter | legal        | meaning             |
// |-----------|--------------|---------------------|
// | Overlap   | 0, 1         | images overlap      |
// | Calibration | 0, 1       | 1: calibration passes |
// | WholeLevels | 0, 1       | 1: cells hold whole levels (xpk_program_window) |
// | (others)  | see xpk_core | shapes of the build |
//
// One request per cycle; every request gets one response, in order, one cycle later (reads of cells
// and of the calibration table: when those answer, three cycles later; no request is taken meanwhile). Accesses to nothing,
// and, while busy, writes to configuration and accesses to the programming windows, answer with
// `reg_error_o` and change nothing. Where images overlap, SEED and IMAGE may be written at any time:
// they belong to the image that is started next, and IMAGE counts up with a start, not with a result.

`default_nettype none

module xpk_registers #(
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
    parameter bit Overlap = 1'b0,
    parameter bit Calibration = 1'b1,
    parameter bit WholeLevels = 1'b0,
    localparam int unsigned LayerBits = xpk_regs_pkg::LayerRes2Lsb + xpk_regs_pkg::LayerRes2Width
) (
    input  wire logic                    clk_i,
    input  wire logic                    rst_ni,
    input  wire logic                    reg_valid_i,
    output logic                         reg_ready_o,
    input  wire logic                    reg_write_i,
    input  wire logic           [15:0]   reg_addr_i,
    input  wire logic           [31:0]   reg_wdata_i,
    output logic                         reg_rvalid_o,
    output logic                [31:0]   reg_rdata_o,
    output logic                         reg_error_o,
    output logic                         irq_o,
    // Status.
    input  wire logic                    busy_i,
    input  wire logic                    can_start_i,
    input  wire logic                    done_i,          // pulse: of an inference
    input  wire logic                    calibrated_i,    // pulse
    input  wire logic                    silent_i,        // pulse
    input  wire logic           [ 3:0]   phase_i,
    input  wire logic           [ 3:0]   layer_i,
    input  wire logic                    input_full_i,
    input  wire logic                    packet_error_i,  // pulse
    // Commands and configuration.
    output logic                         start_o,         // pulse
    output logic                         calibrate_o,     // pulse
    output logic                         clear_o,         // pulse
    output xpk_pkg::ctrl_t               ctrl_o,
    output xpk_pkg::pass_t               pass_o,
    output xpk_pkg::layer_t              layer_o,         // of layer_i
    output logic [Depth*LayerBits-1:0]   layers_o,        // words of the layer table
    output logic        [InputRows-1:0]  binary_o,
    // Programming.
    output xpk_pkg::par_t                par_o,
    output xpk_pkg::cell_t               cell_o,
    output xpk_pkg::table_t              table_o,
    input  wire logic           [31:0]   late_rdata_i,    // a cell, or a word of the table
    input  wire logic                    late_rvalid_i,
    // Event counters.
    output logic                [ 7:0]   event_index_o,
    input  wire logic           [63:0]   event_count_i
);

  localparam int unsigned BinaryWords = (InputRows + 31) / 32;

  xpk_pkg::ctrl_t ctrl_q;
  xpk_pkg::pass_t pass_q;
  logic [Depth*LayerBits-1:0] layers_q;
  logic [LayerBits-1:0] layer_word;
  logic [BinaryWords*32-1:0] binary_q;
  logic [1:0] irq_enable_q;
  logic [4:0] errors_q, errors_d;
  logic done_q, reading_q, config_ok, pass_ok;

  assign ctrl_o = ctrl_q;
  assign pass_o = pass_q;
  assign layers_o = layers_q;
  assign binary_o = binary_q[InputRows-1:0];
  assign layer_o.k_s = layer_word[xpk_regs_pkg::LayerKSLsb+:xpk_regs_pkg::LayerKSWidth];
  assign layer_o.k_a = layer_word[xpk_regs_pkg::LayerKALsb+:xpk_regs_pkg::LayerKAWidth];
  assign layer_o.row_exponent = layer_word[xpk_regs_pkg::LayerRowExponentLsb];
  assign layer_o.row_offset = layer_word[xpk_regs_pkg::LayerRowOffsetLsb+:xpk_regs_pkg::LayerRowOffsetWidth];
  assign layer_o.res1 = layer_word[xpk_regs_pkg::LayerRes1Lsb+:xpk_regs_pkg::LayerRes1Width];
  assign layer_o.res2 = layer_word[xpk_regs_pkg::LayerRes2Lsb+:xpk_regs_pkg::LayerRes2Width];
  assign irq_o = (irq_enable_q[0] && done_q) || (irq_enable_q[1] && (errors_q != '0));

  always_comb begin
    layer_word = layers_q[LayerBits-1:0];
    for (int unsigned l = 1; l < Depth; l++) begin
      if (layer_i == 4'(l)) layer_word = layers_q[l*LayerBits+:LayerBits];
    end
  end

  // ---- Address decoding ----------------------------------------------------------------------
  function automatic logic in_window(input logic [15:0] address, input logic [15:0] first,
                                     input logic [31:0] count);
    in_window = address >= first && 32'(address) < 32'(first) + count;
  endfunction

  logic access, is_shape, is_layer, is_binary, is_window, is_event, is_config, known;
  logic [3:0] shape_index, layer_index;
  logic [4:0] binary_index;
  logic [6:0] event_offset;

  assign reg_ready_o = !reading_q;
  assign access = reg_valid_i && reg_ready_o;
  // Indices are as wide as their windows, which starts and ends of constant value enclose.
  assign shape_index = 4'(reg_addr_i - xpk_regs_pkg::AddrShape);
  assign layer_index = 4'(reg_addr_i - xpk_regs_pkg::AddrLayer);
  assign binary_index = 5'(reg_addr_i - xpk_regs_pkg::AddrBinary);
  assign event_offset = 7'(reg_addr_i - xpk_regs_pkg::AddrEvents);
  assign is_shape = in_window(reg_addr_i, xpk_regs_pkg::AddrShape, xpk_regs_pkg::CountShape);
  assign is_layer = in_window(reg_addr_i, xpk_regs_pkg::AddrLayer, Depth);
  assign is_binary = in_window(reg_addr_i, xpk_regs_pkg::AddrBinary, BinaryWords);
  assign is_event = in_window(reg_addr_i, xpk_regs_pkg::AddrEvents, 2 * xpk_regs_pkg::EventCount);
  assign is_window = reg_addr_i >= xpk_regs_pkg::AddrTarget &&
      reg_addr_i <= xpk_regs_pkg::AddrGain;
  assign is_config = (reg_addr_i >= xpk_regs_pkg::AddrNTokens &&
      reg_addr_i <= xpk_regs_pkg::AddrCalibrationSeed) || is_layer || is_binary;
  assign known = is_shape || is_config || is_window || is_event ||
      reg_addr_i <= xpk_regs_pkg::AddrIrqEnable;
  assign event_index_o = 8'(event_offset[6:1]);

  // ---- Programming windows -------------------------------------------------------------------
  logic window_access, window_error, late_read;
  logic [31:0] window_rdata;

  assign window_access = access && is_window && !busy_i;

  xpk_program_window #(
      .Dim(Heads * HeadDim), .FfDim(FfDim), .Depth(Depth), .InputRows(InputRows),
      .Classes(Classes), .ArrayRows(ArrayRows), .ArrayCols(ArrayCols), .Calibration(Calibration),
      .WholeLevels(WholeLevels)
  ) u_window (
      .clk_i, .rst_ni, .access_i(window_access), .write_i(reg_write_i), .addr_i(reg_addr_i),
      .wdata_i(reg_wdata_i), .error_o(window_error), .late_read_o(late_read),
      .rdata_o(window_rdata), .par_o, .cell_o, .table_o
  );

  xpk_config_check #(
      .Tokens(Tokens), .HeadDim(HeadDim), .Depth(Depth), .Steps(Steps), .InputRows(InputRows),
      .Classes(Classes)
  ) u_check (.ctrl_i(ctrl_q), .layers_i(layers_q), .ok_o(config_ok));

  assign pass_ok = Calibration && ctrl_q.depth >= 5'd1 && 32'(ctrl_q.depth) <= Depth &&
      pass_q.vectors >= 11'd1 && pass_q.vectors <= 11'd1024 &&
      pass_q.density >= 9'd1 && pass_q.density <= 9'd256;

  // ---- Commands and errors -------------------------------------------------------------------
  logic control_write, start_bit, calibrate_bit, start_asked, calibrate_asked, locked;
  logic address_error, busy_error, config_error;

  assign control_write = access && reg_write_i && (reg_addr_i == xpk_regs_pkg::AddrControl);
  assign clear_o = control_write && reg_wdata_i[xpk_regs_pkg::ControlClearLsb];
  assign start_bit = control_write && reg_wdata_i[xpk_regs_pkg::ControlStartLsb] && !clear_o;
  assign calibrate_bit = control_write && reg_wdata_i[xpk_regs_pkg::ControlCalibrateLsb] && !clear_o;
  assign start_asked = start_bit && !calibrate_bit;
  assign calibrate_asked = calibrate_bit && !start_bit;
  assign start_o = start_asked && can_start_i && config_ok;
  assign calibrate_o = calibrate_asked && !busy_i && pass_ok;
  assign locked = busy_i && !(Overlap && (reg_addr_i == xpk_regs_pkg::AddrSeed ||
                                          reg_addr_i == xpk_regs_pkg::AddrImage));
  assign busy_error = (start_asked && !can_start_i) || (calibrate_asked && busy_i) ||
      (locked && access && (is_window || (is_config && reg_write_i)));
  assign address_error = access && (!known || window_error);
  assign config_error = (start_asked && can_start_i && !config_ok) ||
      (calibrate_asked && !busy_i && !pass_ok) || (start_bit && calibrate_bit);

  always_comb begin
    errors_d = errors_q;
    if (access && reg_write_i && reg_addr_i == xpk_regs_pkg::AddrError) begin
      errors_d = errors_q & ~reg_wdata_i[4:0];
    end
    if (config_error) errors_d[xpk_regs_pkg::ErrorConfigLsb] = 1'b1;
    if (busy_error) errors_d[xpk_regs_pkg::ErrorBusyLsb] = 1'b1;
    if (packet_error_i) errors_d[xpk_regs_pkg::ErrorPacketLsb] = 1'b1;
    if (address_error) errors_d[xpk_regs_pkg::ErrorAddressLsb] = 1'b1;
    if (silent_i) errors_d[xpk_regs_pkg::ErrorSilentLsb] = 1'b1;
    if (clear_o) errors_d = '0;
  end

  // ---- Configuration -------------------------------------------------------------------------
  logic config_write;
  assign config_write = access && reg_write_i && !locked;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      ctrl_q <= '0;
      ctrl_q.n_tokens <= xpk_pkg::TokenCountBits'(1);
      ctrl_q.steps <= 8'd1;
      ctrl_q.depth <= 5'd1;
      ctrl_q.input_rows <= 11'd1;
      ctrl_q.classes <= 11'd1;
      pass_q.seed <= '0;
      pass_q.vectors <= xpk_regs_pkg::ResetCalibration[xpk_regs_pkg::CalibrationVectorsLsb+:11];
      pass_q.density <= xpk_regs_pkg::ResetCalibration[xpk_regs_pkg::CalibrationDensityLsb+:9];
      pass_q.baseline <= xpk_regs_pkg::ResetCalibration[xpk_regs_pkg::CalibrationBaselineLsb];
      layers_q <= '0;
      binary_q <= '0;
      irq_enable_q <= '0;
      errors_q <= '0;
      done_q <= 1'b0;
    end else begin
      errors_q <= errors_d;
      if (done_i || calibrated_i) done_q <= 1'b1;
      if (Overlap ? start_o : done_i) ctrl_q.image <= ctrl_q.image + 32'd1;
      if (start_o || calibrate_o || clear_o) done_q <= 1'b0;
      if (access && reg_write_i && reg_addr_i == xpk_regs_pkg::AddrIrqEnable) begin
        irq_enable_q <= {reg_wdata_i[xpk_regs_pkg::IrqEnableErrorLsb],
                         reg_wdata_i[xpk_regs_pkg::IrqEnableDoneLsb]};
      end
      if (config_write) begin
        case (reg_addr_i)
          xpk_regs_pkg::AddrNTokens: begin
            ctrl_q.n_tokens <= reg_wdata_i[xpk_regs_pkg::NTokensNTokensLsb+:xpk_regs_pkg::NTokensNTokensWidth];
          end
          xpk_regs_pkg::AddrSteps: begin
            ctrl_q.steps <= reg_wdata_i[xpk_regs_pkg::StepsStepsLsb+:xpk_regs_pkg::StepsStepsWidth];
          end
          xpk_regs_pkg::AddrDepth: begin
            ctrl_q.depth <= reg_wdata_i[xpk_regs_pkg::DepthDepthLsb+:xpk_regs_pkg::DepthDepthWidth];
          end
          xpk_regs_pkg::AddrMode: begin
            ctrl_q.causal <= reg_wdata_i[xpk_regs_pkg::ModeCausalLsb+:xpk_regs_pkg::ModeCausalWidth];
            ctrl_q.pooling <= reg_wdata_i[xpk_regs_pkg::ModePoolingLsb+:xpk_regs_pkg::ModePoolingWidth];
            ctrl_q.anytime <= reg_wdata_i[xpk_regs_pkg::ModeAnytimeLsb+:xpk_regs_pkg::ModeAnytimeWidth];
          end
          xpk_regs_pkg::AddrInput: begin
            ctrl_q.k_input <= reg_wdata_i[xpk_regs_pkg::InputKInputLsb+:xpk_regs_pkg::InputKInputWidth];
            ctrl_q.position_enable <=
                reg_wdata_i[xpk_regs_pkg::InputPositionEnableLsb+:xpk_regs_pkg::InputPositionEnableWidth];
            ctrl_q.input_spikes <= reg_wdata_i[xpk_regs_pkg::InputSpikesLsb+:xpk_regs_pkg::InputSpikesWidth];
            ctrl_q.input_rows <= reg_wdata_i[xpk_regs_pkg::InputRowsLsb+:xpk_regs_pkg::InputRowsWidth];
          end
          xpk_regs_pkg::AddrPositionBase: begin
            ctrl_q.position_base <=
                reg_wdata_i[xpk_regs_pkg::PositionBasePositionBaseLsb+:xpk_regs_pkg::PositionBasePositionBaseWidth];
          end
          xpk_regs_pkg::AddrSeed: ctrl_q.seed <= reg_wdata_i;
          xpk_regs_pkg::AddrImage: ctrl_q.image <= reg_wdata_i;
          xpk_regs_pkg::AddrClasses: begin
            ctrl_q.classes <= reg_wdata_i[xpk_regs_pkg::ClassesClassesLsb+:xpk_regs_pkg::ClassesClassesWidth];
          end
          xpk_regs_pkg::AddrCalibration: begin
            pass_q.vectors <=
                reg_wdata_i[xpk_regs_pkg::CalibrationVectorsLsb+:xpk_regs_pkg::CalibrationVectorsWidth];
            pass_q.density <=
                reg_wdata_i[xpk_regs_pkg::CalibrationDensityLsb+:xpk_regs_pkg::CalibrationDensityWidth];
            pass_q.baseline <= reg_wdata_i[xpk_regs_pkg::CalibrationBaselineLsb];
          end
          xpk_regs_pkg::AddrCalibrationSeed: pass_q.seed <= reg_wdata_i;
          default: ;
        endcase
        for (int unsigned l = 0; l < Depth; l++) begin
          if (is_layer && layer_index == 4'(l)) begin
            layers_q[l*LayerBits+:LayerBits] <= reg_wdata_i[LayerBits-1:0];
          end
        end
        for (int unsigned w = 0; w < BinaryWords; w++) begin
          if (is_binary && binary_index == 5'(w)) binary_q[w*32+:32] <= reg_wdata_i;
        end
      end
    end
  end

  // ---- Responses -----------------------------------------------------------------------------
  logic [31:0] rdata, shape, config_rdata;

  always_comb begin
    case (shape_index)
      4'd0: shape = Tokens;
      4'd1: shape = Heads;
      4'd2: shape = HeadDim;
      4'd3: shape = FfDim;
      4'd4: shape = Depth;
      4'd5: shape = Steps;
      4'd6: shape = InputRows;
      4'd7: shape = Classes;
      4'd8: shape = ArrayRows;
      4'd9: shape = ArrayCols;
      4'd10: shape = Converters;
      4'd11: shape = AdcCycles;
      4'd12: shape = InputWords;
      default: shape = TileTokens;
    endcase
  end

  always_comb begin
    config_rdata = '0;
    case (reg_addr_i)
      xpk_regs_pkg::AddrId: config_rdata = xpk_regs_pkg::ResetId;
      xpk_regs_pkg::AddrVersion: config_rdata = xpk_regs_pkg::ResetVersion;
      xpk_regs_pkg::AddrSeed: config_rdata = ctrl_q.seed;
      xpk_regs_pkg::AddrImage: config_rdata = ctrl_q.image;
      xpk_regs_pkg::AddrStatus: begin
        config_rdata[xpk_regs_pkg::StatusBusyLsb+:xpk_regs_pkg::StatusBusyWidth] = busy_i;
        config_rdata[xpk_regs_pkg::StatusDoneLsb+:xpk_regs_pkg::StatusDoneWidth] = done_q;
        config_rdata[xpk_regs_pkg::StatusReadyLsb+:xpk_regs_pkg::StatusReadyWidth] = can_start_i;
        config_rdata[xpk_regs_pkg::StatusInputFullLsb+:xpk_regs_pkg::StatusInputFullWidth] = input_full_i;
        config_rdata[xpk_regs_pkg::StatusPhaseLsb+:xpk_regs_pkg::StatusPhaseWidth] = phase_i;
        config_rdata[xpk_regs_pkg::StatusLayerLsb+:xpk_regs_pkg::StatusLayerWidth] = layer_i;
      end
      xpk_regs_pkg::AddrError: config_rdata[4:0] = errors_q;
      xpk_regs_pkg::AddrIrqEnable: begin
        config_rdata[xpk_regs_pkg::IrqEnableDoneLsb+:xpk_regs_pkg::IrqEnableDoneWidth] = irq_enable_q[0];
        config_rdata[xpk_regs_pkg::IrqEnableErrorLsb+:xpk_regs_pkg::IrqEnableErrorWidth] = irq_enable_q[1];
      end
      xpk_regs_pkg::AddrNTokens: begin
        config_rdata[xpk_regs_pkg::NTokensNTokensLsb+:xpk_regs_pkg::NTokensNTokensWidth] = ctrl_q.n_tokens;
      end
      xpk_regs_pkg::AddrSteps: begin
        config_rdata[xpk_regs_pkg::StepsStepsLsb+:xpk_regs_pkg::StepsStepsWidth] = ctrl_q.steps;
      end
      xpk_regs_pkg::AddrDepth: begin
        config_rdata[xpk_regs_pkg::DepthDepthLsb+:xpk_regs_pkg::DepthDepthWidth] = ctrl_q.depth;
      end
      xpk_regs_pkg::AddrMode: begin
        config_rdata[xpk_regs_pkg::ModeCausalLsb+:xpk_regs_pkg::ModeCausalWidth] = ctrl_q.causal;
        config_rdata[xpk_regs_pkg::ModePoolingLsb+:xpk_regs_pkg::ModePoolingWidth] = ctrl_q.pooling;
        config_rdata[xpk_regs_pkg::ModeAnytimeLsb+:xpk_regs_pkg::ModeAnytimeWidth] = ctrl_q.anytime;
      end
      xpk_regs_pkg::AddrInput: begin
        config_rdata[xpk_regs_pkg::InputKInputLsb+:xpk_regs_pkg::InputKInputWidth] = ctrl_q.k_input;
        config_rdata[xpk_regs_pkg::InputPositionEnableLsb+:xpk_regs_pkg::InputPositionEnableWidth] =
            ctrl_q.position_enable;
        config_rdata[xpk_regs_pkg::InputSpikesLsb+:xpk_regs_pkg::InputSpikesWidth] = ctrl_q.input_spikes;
        config_rdata[xpk_regs_pkg::InputRowsLsb+:xpk_regs_pkg::InputRowsWidth] = ctrl_q.input_rows;
      end
      xpk_regs_pkg::AddrPositionBase: begin
        config_rdata[xpk_regs_pkg::PositionBasePositionBaseLsb+:xpk_regs_pkg::PositionBasePositionBaseWidth] =
            ctrl_q.position_base;
      end
      xpk_regs_pkg::AddrClasses: begin
        config_rdata[xpk_regs_pkg::ClassesClassesLsb+:xpk_regs_pkg::ClassesClassesWidth] = ctrl_q.classes;
      end
      xpk_regs_pkg::AddrCalibration: begin
        config_rdata[xpk_regs_pkg::CalibrationVectorsLsb+:xpk_regs_pkg::CalibrationVectorsWidth] = pass_q.vectors;
        config_rdata[xpk_regs_pkg::CalibrationDensityLsb+:xpk_regs_pkg::CalibrationDensityWidth] = pass_q.density;
        config_rdata[xpk_regs_pkg::CalibrationBaselineLsb] = pass_q.baseline;
      end
      xpk_regs_pkg::AddrCalibrationSeed: config_rdata = pass_q.seed;
      default: ;
    endcase
  end

  always_comb begin
    rdata = config_rdata;
    if (is_shape) rdata = shape;
    for (int unsigned l = 0; l < Depth; l++) begin
      if (is_layer && layer_index == 4'(l)) rdata = 32'(layers_q[l*LayerBits+:LayerBits]);
    end
    for (int unsigned w = 0; w < BinaryWords; w++) begin
      if (is_binary && binary_index == 5'(w)) rdata = binary_q[w*32+:32];
    end
    if (is_window) rdata = window_rdata;
    if (is_event) rdata = event_offset[0] ? event_count_i[63:32] : event_count_i[31:0];
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      reg_rvalid_o <= 1'b0;
      reg_rdata_o <= '0;
      reg_error_o <= 1'b0;
      reading_q <= 1'b0;
    end else begin
      reg_rvalid_o <= (access && !late_read) || late_rvalid_i;
      reg_error_o <= access && (address_error || busy_error || config_error);
      if (access) reg_rdata_o <= reg_write_i ? '0 : rdata;
      if (late_rvalid_i) reg_rdata_o <= late_rdata_i;
      if (late_read) reading_q <= 1'b1;
      else if (late_rvalid_i) reading_q <= 1'b0;
    end
  end

endmodule

`default_nettype wire
