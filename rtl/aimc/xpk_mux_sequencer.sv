// SPDX-License-Identifier: Apache-2.0
// Counts one input vector through its mux steps, AdcCycles each.
//
// | parameter | legal  | meaning                              |
// |-----------|--------|--------------------------------------|
// | MuxSteps  | 1..256 | conversions per vector               |
// | AdcCycles | 1..16  | cycles of one conversion             |
//
// `start_i`, only while `ready_o`, begins a vector with the next cycle; `ready_o` comes again in
// its last cycle, so vectors follow each other without a gap, every MuxSteps * AdcCycles cycles.
// `conv_o` with `step_o` marks the first cycle of each conversion and lasts while `en_i` is 0.

`default_nettype none

module xpk_mux_sequencer #(
    parameter int unsigned MuxSteps = 4,
    parameter int unsigned AdcCycles = 1,
    localparam int unsigned StepBits = (MuxSteps > 1) ? $clog2(MuxSteps) : 1
) (
    input  wire logic           clk_i,
    input  wire logic           rst_ni,
    input  wire logic           clr_i,
    input  wire logic           en_i,
    input  wire logic           start_i,
    output logic                ready_o,
    output logic                active_o,
    output logic                conv_o,
    output logic [StepBits-1:0] step_o
);

  localparam int unsigned CycleBits = (AdcCycles > 1) ? $clog2(AdcCycles) : 1;
  localparam logic [StepBits-1:0] LastStep = StepBits'(MuxSteps - 1);
  localparam logic [CycleBits-1:0] LastCycle = CycleBits'(AdcCycles - 1);

  logic active_q;
  logic [StepBits-1:0] step_q;
  logic [CycleBits-1:0] cycle_q;
  logic step_ends;

  assign step_ends = cycle_q == LastCycle;
  assign ready_o = !active_q || (en_i && step_ends && step_q == LastStep);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      active_q <= 1'b0;
      step_q <= '0;
      cycle_q <= '0;
    end else if (clr_i) begin
      active_q <= 1'b0;
      step_q <= '0;
      cycle_q <= '0;
    end else if (ready_o) begin
      active_q <= start_i;
      step_q <= '0;
      cycle_q <= '0;
    end else if (en_i) begin
      cycle_q <= step_ends ? '0 : cycle_q + 1'b1;
      if (step_ends) step_q <= step_q + 1'b1;
    end
  end

  assign active_o = active_q;
  assign conv_o = active_q && cycle_q == '0;
  assign step_o = step_q;

endmodule

`default_nettype wire
