// SPDX-License-Identifier: Apache-2.0
// Turns the accumulated scores of one image into its result packet.
//
// | parameter  | legal   | meaning                                          |
// |------------|---------|--------------------------------------------------|
// | Classes    | 1..1024 | classes that the score memory can hold           |
// | Steps      | 1..64   | time slots of the score memory                   |
// | Cols, Converters | see xpk_synaptic_array | layout of the score memory  |
//
// Score memory: word slot * m + mux step; lane c of row block r (bits of 32 at r * Converters + c)
// is class r * Cols + mux step * Converters + c. `start_i` reads `classes_i` classes. With
// `anytime_i` it sends, class by class, the sums over slots 0..t for t = 0..steps_i - 1; without,
// slot 0 of each class. The last word of all, marked, is the class of the largest final score, the
// lowest on ties.
//
// One word per cycle from the third cycle after `start_i`, while the sink is ready. `done_o` pulses
// in the cycle after the last word was taken. The configuration is stable while `active_o`.
// Numerics section 9.

`default_nettype none

module xpk_score_readout #(
    parameter int unsigned Classes = 4,
    parameter int unsigned Steps = 4,
    parameter int unsigned Cols = 16,
    parameter int unsigned Converters = 4,
    localparam int unsigned MuxSteps = (Cols + Converters - 1) / Converters,
    localparam int unsigned RowBlocks = (Classes + Cols - 1) / Cols,
    localparam int unsigned Lanes = RowBlocks * Converters,
    localparam int unsigned Words = Steps * MuxSteps,
    localparam int unsigned AddrBits = (Words > 1) ? $clog2(Words) : 1
) (
    input  wire logic clk_i,
    input  wire logic rst_ni,
    input  wire logic clr_i,

    input  wire logic        start_i,
    input  wire logic        anytime_i,
    input  wire logic [7:0]  steps_i,
    input  wire logic [10:0] classes_i,
    output logic             active_o,

    output logic                re_o,
    output logic [AddrBits-1:0] raddr_o,
    input  wire logic [Lanes*xpk_pkg::ScoreBits-1:0] word_i,

    output logic        out_valid_o,
    input  wire logic   out_ready_i,
    output logic [31:0] out_data_o,
    output logic        out_last_o,
    output logic        done_o
);

  localparam int unsigned ScoreBits = xpk_pkg::ScoreBits;
  localparam int unsigned LaneBits = (Lanes > 1) ? $clog2(Lanes) : 1;
  localparam int unsigned ColBits = (Cols > 1) ? $clog2(Cols) : 1;
  localparam int unsigned StepBits = (MuxSteps > 1) ? $clog2(MuxSteps) : 1;

  // ---- Walk: class by class, slots inner --------------------------------------------------
  logic walking_q;
  logic [10:0] class_q;
  logic [7:0] slot_q;
  // Place of the class: column in its row block, the mux step and lane of that column, and the
  // first lane of the row block. Counted along, which needs no division.
  logic [ColBits-1:0] col_q;
  logic [StepBits-1:0] step_q;
  logic [LaneBits-1:0] lane_q, base_q;
  logic issue, last_slot, last_class, col_wraps, lane_wraps;

  assign last_slot = !anytime_i || (slot_q + 8'd1 == steps_i);
  assign last_class = class_q + 11'd1 == classes_i;
  assign col_wraps = 32'(col_q) == Cols - 1;
  assign lane_wraps = 32'(lane_q) == Converters - 1;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      walking_q <= 1'b0;
      class_q <= '0;
      slot_q <= '0;
      col_q <= '0;
      step_q <= '0;
      lane_q <= '0;
      base_q <= '0;
    end else if (clr_i || start_i) begin
      walking_q <= start_i && !clr_i;
      class_q <= '0;
      slot_q <= '0;
      col_q <= '0;
      step_q <= '0;
      lane_q <= '0;
      base_q <= '0;
    end else if (issue) begin
      slot_q <= last_slot ? '0 : slot_q + 8'd1;
      if (last_slot) begin
        if (last_class) walking_q <= 1'b0;
        class_q <= class_q + 11'd1;
        col_q <= col_wraps ? '0 : col_q + 1'b1;
        lane_q <= (col_wraps || lane_wraps) ? '0 : lane_q + 1'b1;
        if (col_wraps) begin
          step_q <= '0;
          base_q <= base_q + LaneBits'(Converters);
        end else if (lane_wraps) begin
          step_q <= step_q + 1'b1;
        end
      end
    end
  end

  assign re_o = issue;
  assign raddr_o = AddrBits'(32'(slot_q) * MuxSteps + 32'(step_q));

  // ---- A word is being read ---------------------------------------------------------------
  logic read_q, read_taken;
  logic [LaneBits-1:0] read_lane_q;
  logic read_first_slot_q, read_last_slot_q, read_last_class_q;
  logic [10:0] read_class_q;

  assign issue = walking_q && (!read_q || read_taken);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      read_q <= 1'b0;
      read_lane_q <= '0;
      read_first_slot_q <= 1'b0;
      read_last_slot_q <= 1'b0;
      read_last_class_q <= 1'b0;
      read_class_q <= '0;
    end else if (clr_i) begin
      read_q <= 1'b0;
    end else if (issue) begin
      read_q <= 1'b1;
      read_lane_q <= base_q + lane_q;
      read_first_slot_q <= slot_q == '0;
      read_last_slot_q <= last_slot;
      read_last_class_q <= last_class;
      read_class_q <= class_q;
    end else if (read_taken) begin
      read_q <= 1'b0;
    end
  end

  // ---- Running sum, largest score, output register ----------------------------------------
  logic signed [ScoreBits-1:0] score, running, running_q, best_q;
  logic [10:0] best_class_q;
  logic argmax_q;  // the class word is to follow
  logic out_valid_q, out_last_q, out_free;
  logic [31:0] out_data_q;

  assign score = word_i[32'(read_lane_q)*ScoreBits+:ScoreBits];
  assign running = (read_first_slot_q ? '0 : running_q) + score;
  assign out_free = !out_valid_q || out_ready_i;
  assign read_taken = read_q && out_free;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      running_q <= '0;
      best_q <= '0;
      best_class_q <= '0;
      argmax_q <= 1'b0;
      out_valid_q <= 1'b0;
      out_last_q <= 1'b0;
      out_data_q <= '0;
      done_o <= 1'b0;
    end else if (clr_i) begin
      argmax_q <= 1'b0;
      out_valid_q <= 1'b0;
      done_o <= 1'b0;
    end else begin
      done_o <= out_valid_q && out_ready_i && out_last_q;
      if (out_free) begin
        out_valid_q <= read_q || argmax_q;
        out_last_q <= argmax_q;
        if (read_q) begin
          out_data_q <= running;
          running_q <= running;
          argmax_q <= read_last_slot_q && read_last_class_q;
          if (read_last_slot_q && (read_class_q == '0 || running > best_q)) begin
            best_q <= running;
            best_class_q <= read_class_q;
          end
        end else if (argmax_q) begin
          out_data_q <= 32'(best_class_q);
          argmax_q <= 1'b0;
        end
      end
    end
  end

  assign out_valid_o = out_valid_q;
  assign out_data_o = out_data_q;
  assign out_last_o = out_last_q;
  assign active_o = walking_q || read_q || argmax_q || out_valid_q;

endmodule

`default_nettype wire
