// SPDX-License-Identifier: Apache-2.0
// Turns what happens in the chip into increments of the event counters. Combinational.
//
// | parameter | legal        | meaning                    |
// |-----------|--------------|----------------------------|
// | IncBits   | >= 24        | bits of one increment      |
// | (others)  | see xpk_core | shapes of the build        |
//
// Names and meaning of the events: configs/registers.json, docs/registers.md.

`default_nettype none

module xpk_event_map #(
    parameter int unsigned Tokens = 8,
    parameter int unsigned TileTokens = Tokens,
    parameter int unsigned Heads = 2,
    parameter int unsigned HeadDim = 8,
    parameter int unsigned FfDim = 32,
    parameter int unsigned InputRows = 16,
    parameter int unsigned Classes = 4,
    parameter int unsigned ArrayRows = 32,
    parameter int unsigned ArrayCols = 16,
    parameter int unsigned IncBits = 24,
    localparam int unsigned Blocks = (Tokens + TileTokens - 1) / TileTokens,
    localparam int unsigned BlockBits = (Blocks > 1) ? $clog2(Blocks) : 1,
    localparam int unsigned DrainBits = $clog2((TileTokens + HeadDim - 1) / HeadDim + 1),
    localparam int unsigned GatedBits = $clog2(Heads * TileTokens + 1)
) (
    input  wire logic                     running_i,        // an inference is under way
    input  wire xpk_pkg::activity_t       activity_i,
    input  wire xpk_pkg::chain_events_t   chain_i,
    input  wire logic                     qk_re_i,
    input  wire logic                     v_re_i,
    input  wire logic [GatedBits-1:0]     gated_rows_i,
    input  wire logic                     draw_encoder_i,
    input  wire logic                     draw_score_i,
    input  wire logic                     draw_value_i,
    input  wire logic     [BlockBits-1:0] draw_row_i,       // row block whose lanes drew
    input  wire logic                     input_re_i,
    input  wire logic                     input_spikes_i,   // one bit per row, not an intensity
    input  wire xpk_pkg::count_t          a_column_i,       // spikes of one A column, all heads
    input  wire logic [DrainBits-1:0]     a_words_i,        // token words written to the A memory
    input  wire logic                     a_re_i,
    input  wire logic                     x_re_i,
    input  wire logic                     x_we_i,
    output logic [xpk_regs_pkg::EventCount*IncBits-1:0] inc_o
);

  localparam int unsigned CountBits = xpk_pkg::SpikeCountBits;
  localparam int unsigned Dim = Heads * HeadDim;
  localparam int unsigned ScoreLanes = (Tokens + 3) / 4;  // of a head
  // Of bank A of a head and a row block; the last one may have fewer.
  localparam int unsigned LaneRows = (Tokens > 256) ? 2 : 4;
  localparam int unsigned BlockLanes = (TileTokens + LaneRows - 1) / LaneRows;
  localparam int unsigned LastLanes = (Tokens + LaneRows - 1) / LaneRows - (Blocks - 1) * BlockLanes;
  // Arrays down a matrix, row blocks across it.
  localparam int unsigned ArraysIn = (InputRows + ArrayRows - 1) / ArrayRows;
  localparam int unsigned ArraysDim = (Dim + ArrayRows - 1) / ArrayRows;
  localparam int unsigned ArraysFf = (FfDim + ArrayRows - 1) / ArrayRows;
  localparam int unsigned BlocksDim = (Dim + ArrayCols - 1) / ArrayCols;
  localparam int unsigned BlocksFf = (FfDim + ArrayCols - 1) / ArrayCols;
  localparam int unsigned BlocksHead = (Classes + ArrayCols - 1) / ArrayCols;

  // Amounts are 32 bits wide for the sake of parameters; all of them fit an increment.
  /* verilator lint_off UNUSEDSIGNAL */
  function automatic [IncBits-1:0] when_true(input logic condition, input logic [31:0] amount);
    when_true = condition ? amount[IncBits-1:0] : '0;
  endfunction
  /* verilator lint_on UNUSEDSIGNAL */

  // Spikes of a vector that passed, times the row blocks whose word lines it drives.
  function automatic [IncBits-1:0] rows_of(input logic [CountBits:0] count,
                                                 input logic [31:0] blocks);
    rows_of = when_true(count[CountBits], 32'(count[CountBits-1:0]) * blocks);
  endfunction

  logic x_qkv, x_head;
  assign x_qkv = chain_i.x.fire && chain_i.qkv;
  assign x_head = chain_i.x.fire && chain_i.head;

  always_comb begin
    inc_o = '0;
    inc_o[xpk_regs_pkg::EventCycles*IncBits+:IncBits] = when_true(running_i, 1);
    inc_o[xpk_regs_pkg::EventCyclesAimc*IncBits+:IncBits] =
        when_true(activity_i.aimc, 1);
    inc_o[xpk_regs_pkg::EventCyclesSsa*IncBits+:IncBits] =
        when_true(activity_i.ssa, 1);
    inc_o[xpk_regs_pkg::EventCyclesWaitInput*IncBits+:IncBits] =
        when_true(activity_i.wait_input, 1);
    inc_o[xpk_regs_pkg::EventCyclesWaitSeed*IncBits+:IncBits] =
        when_true(activity_i.wait_seed, 1);
    inc_o[xpk_regs_pkg::EventCyclesReadout*IncBits+:IncBits] =
        when_true(activity_i.readout, 1);
    inc_o[xpk_regs_pkg::EventAimcBusy*IncBits+:IncBits] = when_true(chain_i.converting, 1);
    inc_o[xpk_regs_pkg::EventSsaColumns*IncBits+:IncBits] = when_true(qk_re_i, 1);

    inc_o[xpk_regs_pkg::EventMvmsEmbed*IncBits+:IncBits] =
        when_true(chain_i.rows.fire, ArraysIn * BlocksDim);
    inc_o[xpk_regs_pkg::EventMvmsQ*IncBits+:IncBits] = when_true(x_qkv, ArraysDim * BlocksDim);
    inc_o[xpk_regs_pkg::EventMvmsK*IncBits+:IncBits] = when_true(x_qkv, ArraysDim * BlocksDim);
    inc_o[xpk_regs_pkg::EventMvmsV*IncBits+:IncBits] = when_true(x_qkv, ArraysDim * BlocksDim);
    inc_o[xpk_regs_pkg::EventMvmsProj*IncBits+:IncBits] =
        when_true(chain_i.a.fire, ArraysDim * BlocksDim);
    inc_o[xpk_regs_pkg::EventMvmsFf1*IncBits+:IncBits] =
        when_true(chain_i.res1.fire, ArraysDim * BlocksFf);
    inc_o[xpk_regs_pkg::EventMvmsFf2*IncBits+:IncBits] =
        when_true(chain_i.ff1.fire, ArraysFf * BlocksDim);
    inc_o[xpk_regs_pkg::EventMvmsHead*IncBits+:IncBits] = when_true(x_head, ArraysDim * BlocksHead);

    inc_o[xpk_regs_pkg::EventActiveRowsEmbed*IncBits+:IncBits] = rows_of(chain_i.rows, BlocksDim);
    if (x_qkv) begin
      inc_o[xpk_regs_pkg::EventActiveRowsQ*IncBits+:IncBits] = rows_of(chain_i.x, BlocksDim);
      inc_o[xpk_regs_pkg::EventActiveRowsK*IncBits+:IncBits] = rows_of(chain_i.x, BlocksDim);
      inc_o[xpk_regs_pkg::EventActiveRowsV*IncBits+:IncBits] = rows_of(chain_i.x, BlocksDim);
    end
    inc_o[xpk_regs_pkg::EventActiveRowsProj*IncBits+:IncBits] = rows_of(chain_i.a, BlocksDim);
    inc_o[xpk_regs_pkg::EventActiveRowsFf1*IncBits+:IncBits] = rows_of(chain_i.res1, BlocksFf);
    inc_o[xpk_regs_pkg::EventActiveRowsFf2*IncBits+:IncBits] = rows_of(chain_i.ff1, BlocksDim);
    if (x_head) begin
      inc_o[xpk_regs_pkg::EventActiveRowsHead*IncBits+:IncBits] = rows_of(chain_i.x, BlocksHead);
    end

    inc_o[xpk_regs_pkg::EventConversions*IncBits+:IncBits] =
        when_true(chain_i.rows.fire, ArraysIn * Dim) + when_true(x_qkv, 3 * ArraysDim * Dim) +
        when_true(chain_i.a.fire, ArraysDim * Dim) +
        when_true(chain_i.res1.fire, ArraysDim * FfDim) +
        when_true(chain_i.ff1.fire, ArraysFf * Dim) + when_true(x_head, ArraysDim * Classes);
    inc_o[xpk_regs_pkg::EventLifUpdates*IncBits+:IncBits] =
        when_true(chain_i.rows.fire, Dim) + when_true(x_qkv, 3 * Dim) +
        when_true(chain_i.a.fire, Dim) + when_true(chain_i.res1.fire, FfDim) +
        when_true(chain_i.ff1.fire, Dim);

    inc_o[xpk_regs_pkg::EventSpikesInput*IncBits+:IncBits] = rows_of(chain_i.rows, 1);
    inc_o[xpk_regs_pkg::EventSpikesProj*IncBits+:IncBits] = rows_of(chain_i.proj, 1);
    inc_o[xpk_regs_pkg::EventSpikesRes1*IncBits+:IncBits] = rows_of(chain_i.res1, 1);
    inc_o[xpk_regs_pkg::EventSpikesFf1*IncBits+:IncBits] = rows_of(chain_i.ff1, 1);
    inc_o[xpk_regs_pkg::EventSpikesFf2*IncBits+:IncBits] = rows_of(chain_i.ff2, 1);
    if (chain_i.embed) begin
      inc_o[xpk_regs_pkg::EventSpikesEmbed*IncBits+:IncBits] = rows_of(chain_i.x, 1);
    end else begin
      inc_o[xpk_regs_pkg::EventSpikesRes2*IncBits+:IncBits] = rows_of(chain_i.x, 1);
    end
    inc_o[xpk_regs_pkg::EventSpikesQ*IncBits+:IncBits] = rows_of(chain_i.q, 1);
    inc_o[xpk_regs_pkg::EventSpikesK*IncBits+:IncBits] = rows_of(chain_i.k, 1);
    inc_o[xpk_regs_pkg::EventSpikesV*IncBits+:IncBits] = rows_of(chain_i.v, 1);
    inc_o[xpk_regs_pkg::EventSpikesA*IncBits+:IncBits] = rows_of(a_column_i, 1);

    inc_o[xpk_regs_pkg::EventGatedRows*IncBits+:IncBits] = IncBits'(gated_rows_i);
    inc_o[xpk_regs_pkg::EventDrawsEncoder*IncBits+:IncBits] =
        when_true(draw_encoder_i, (InputRows + 3) / 4);
    inc_o[xpk_regs_pkg::EventDrawsScore*IncBits+:IncBits] = when_true(draw_score_i, Heads * ScoreLanes);
    inc_o[xpk_regs_pkg::EventDrawsValue*IncBits+:IncBits] = 
        when_true(draw_value_i, Heads * (32'(draw_row_i) == Blocks - 1 ? LastLanes : BlockLanes));

    inc_o[xpk_regs_pkg::EventInputReadBits*IncBits+:IncBits] =
        when_true(input_re_i, InputRows * (input_spikes_i ? 1 : xpk_pkg::IntensityBits));
    inc_o[xpk_regs_pkg::EventQkvWriteBits*IncBits+:IncBits] = when_true(x_qkv, 3 * Dim);
    inc_o[xpk_regs_pkg::EventQkvReadBits*IncBits+:IncBits] =
        when_true(qk_re_i, 2 * Heads * TileTokens) + when_true(v_re_i, Heads * TileTokens);
    inc_o[xpk_regs_pkg::EventAWriteBits*IncBits+:IncBits] = IncBits'(32'(a_words_i) * Dim);
    inc_o[xpk_regs_pkg::EventAReadBits*IncBits+:IncBits] = when_true(a_re_i, Dim);
    inc_o[xpk_regs_pkg::EventXWriteBits*IncBits+:IncBits] = when_true(x_we_i, Dim);
    inc_o[xpk_regs_pkg::EventXReadBits*IncBits+:IncBits] = when_true(x_re_i, Dim);
  end

endmodule

`default_nettype wire
