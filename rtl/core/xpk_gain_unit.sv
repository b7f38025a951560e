// SPDX-License-Identifier: Apache-2.0
// The gain of a row block that makes up for its drift: (gain0 * sum0 + sum / 2) / sum, rounded down and
// limited to 1 .. 2^GainBits - 1, bit by bit.
//
// | parameter | legal | meaning         |
// |-----------|-------|-----------------|
// | GainBits  | >= 2  | bits of a gain  |
// | SumBits   | >= 2  | bits of a sum   |
//
// `start_i`, only while idle, takes a sum that is not 0; the three operands hold until `done_o`, in
// cycle 2 * GainBits + SumBits + 2 after the start, in which `gain_o` is valid. One addition per cycle:
// GainBits for the product, one to round, GainBits + SumBits for the quotient. Numerics section 11.

`default_nettype none

module xpk_gain_unit #(
    parameter int unsigned GainBits = xpk_pkg::GainBits,
    parameter int unsigned SumBits = xpk_pkg::SumBits
) (
    input  wire logic                clk_i,
    input  wire logic                rst_ni,
    input  wire logic                clr_i,
    input  wire logic                start_i,
    input  wire logic [GainBits-1:0] gain0_i,
    input  wire logic [ SumBits-1:0] sum0_i,
    input  wire logic [ SumBits-1:0] sum_i,
    output logic                     done_o,
    output logic      [GainBits-1:0] gain_o
);

  localparam int unsigned Bits = GainBits + SumBits;
  localparam int unsigned LastStep = GainBits + Bits;  // of 0 .. LastStep
  localparam int unsigned StepBits = $clog2(LastStep + 1);

  logic busy_q, done_q;
  logic [StepBits-1:0] step_q;
  logic [Bits-1:0] value_q;  // product, then dividend above quotient
  logic [GainBits-1:0] factor_q;
  logic [SumBits-1:0] rest_q;
  logic multiplies, rounds, fits;
  logic [SumBits:0] trial;

  assign multiplies = 32'(step_q) < GainBits;
  assign rounds = 32'(step_q) == GainBits;
  assign trial = {rest_q, value_q[Bits-1]};
  assign fits = trial >= {1'b0, sum_i};

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      busy_q <= 1'b0;
      done_q <= 1'b0;
      step_q <= '0;
      value_q <= '0;
      factor_q <= '0;
      rest_q <= '0;
    end else if (clr_i) begin
      busy_q <= 1'b0;
      done_q <= 1'b0;
    end else begin
      done_q <= busy_q && 32'(step_q) == LastStep;
      if (busy_q) begin
        step_q <= step_q + 1'b1;
        if (32'(step_q) == LastStep) busy_q <= 1'b0;
        if (multiplies) begin
          value_q <= {value_q[Bits-2:0], 1'b0} + (factor_q[GainBits-1] ? Bits'(sum0_i) : '0);
          factor_q <= {factor_q[GainBits-2:0], 1'b0};
        end else if (rounds) begin
          value_q <= value_q + Bits'(sum_i[SumBits-1:1]);
        end else begin
          value_q <= {value_q[Bits-2:0], fits};
          rest_q <= SumBits'(fits ? trial - {1'b0, sum_i} : trial);
        end
      end else if (start_i) begin
        busy_q <= 1'b1;
        step_q <= '0;
        value_q <= '0;
        factor_q <= gain0_i;
        rest_q <= '0;
      end
    end
  end

  assign done_o = done_q;

  always_comb begin
    if (|value_q[Bits-1:GainBits]) gain_o = '1;
    else if (value_q == '0) gain_o = GainBits'(1);
    else gain_o = value_q[GainBits-1:0];
  end

endmodule

`default_nettype wire
