// SPDX-License-Identifier: Apache-2.0
// xpk_gain_unit: 2 * GainBits + SumBits + 2 cycles after a start the gain is the rounded quotient,
// limited to what a gain can hold.
//
// Assumes: a start only while idle and with a sum that is not 0; operands that hold until the end.

module gain_unit_formal #(
    parameter int unsigned GainBits = 3,
    parameter int unsigned SumBits = 3
) (
    input wire logic                clk_i,
    input wire logic                rst_ni,
    input wire logic                clr_i,
    input wire logic                start_i,
    input wire logic [GainBits-1:0] gain0_i,
    input wire logic [ SumBits-1:0] sum0_i,
    input wire logic [ SumBits-1:0] sum_i
);

  localparam int unsigned Bits = GainBits + SumBits;
  localparam int unsigned StepBits = $clog2(GainBits + Bits + 1);
  localparam int unsigned Latency = 2 * GainBits + SumBits + 2;

  logic done;
  logic [GainBits-1:0] gain;

  xpk_gain_unit #(
      .GainBits(GainBits),
      .SumBits (SumBits)
  ) u_dut (
      .clk_i, .rst_ni, .clr_i, .start_i, .gain0_i, .sum0_i, .sum_i, .done_o(done), .gain_o(gain)
  );

  first_reset u_reset (.clk_i, .rst_ni);

  // Cycles since the start; 0: idle.
  logic [7:0] cycle_q;
  logic [GainBits-1:0] gain0_q;
  logic [SumBits-1:0] sum0_q, sum_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      cycle_q <= '0;
    end else if (clr_i) begin
      cycle_q <= '0;
    end else if (cycle_q != '0) begin
      cycle_q <= (cycle_q == 8'(Latency)) ? '0 : cycle_q + 8'd1;
    end else if (start_i) begin
      cycle_q <= 8'd1;
    end
  end
  always_ff @(posedge clk_i) {gain0_q, sum0_q, sum_q} <= {gain0_i, sum0_i, sum_i};

  // The definition, in one step.
  logic [Bits-1:0] dividend, quotient;
  logic [GainBits-1:0] expected;

  assign dividend = Bits'(gain0_i) * Bits'(sum0_i) + Bits'(sum_i[SumBits-1:1]);
  assign quotient = dividend / Bits'(sum_i);
  assign expected = (quotient >> GainBits) != '0 ? '1 :
                    quotient == '0 ? GainBits'(1) : quotient[GainBits-1:0];

  logic probe_busy;
  logic [StepBits-1:0] probe_step;
  logic [Bits-1:0] probe_value;
  logic [GainBits-1:0] probe_factor;
  logic [SumBits-1:0] probe_rest;
  logic [7:0] left;  // bits of the dividend that are still to come
  logic [Bits-1:0] low;  // a mask of them

  assign left = 8'(GainBits + 1 + Bits) - 8'(probe_step);
  assign low = ~({Bits{1'b1}} << left);

  always_comb begin
    if (cycle_q != '0) begin
      assume (!start_i);
      assume ({gain0_i, sum0_i, sum_i} == {gain0_q, sum0_q, sum_q});
    end
    if (start_i || cycle_q != '0) assume (sum_i != '0);

    a_done: assert (done == (cycle_q == 8'(Latency)));
    if (done) a_gain: assert (gain == expected);

    // Helpers of the induction: the state after each step.
    h_cycle: assert (cycle_q <= 8'(Latency));
    h_busy: assert (probe_busy == (cycle_q != '0 && cycle_q != 8'(Latency)));
    if (probe_busy) begin
      h_step: assert (8'(probe_step) + 8'd1 == cycle_q);
      if (32'(probe_step) <= GainBits) begin
        h_product: assert (probe_value ==
                           Bits'(gain0_i >> (GainBits - 32'(probe_step))) * Bits'(sum0_i));
        h_factor: assert (probe_factor == GainBits'(gain0_i << probe_step));
        h_no_rest: assert (probe_rest == '0);
      end else begin
        h_dividend: assert ((probe_value >> (Bits - 32'(left))) == (dividend & low));
        h_rest: assert (probe_rest < sum_i);
        // Wide enough for any product, so that no wrong quotient fits.
        h_quotient: assert ((2 * Bits)'(dividend >> left) ==
                            (2 * Bits)'(probe_value & ~({Bits{1'b1}} << (Bits - 32'(left)))) *
                                (2 * Bits)'(sum_i) + (2 * Bits)'(probe_rest));
      end
    end
    if (done) begin
      h_result: assert (probe_value == quotient);
    end
  end

  always_ff @(posedge clk_i) begin
    c_largest: cover (rst_ni && done && quotient > Bits'({GainBits{1'b1}}));
    c_smallest: cover (rst_ni && done && quotient == '0);
    c_between: cover (rst_ni && done && quotient == Bits'(2));
  end

endmodule
