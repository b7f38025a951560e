// SPDX-License-Identifier: Apache-2.0
// One update of one leaky integrate-and-fire neuron, combinational.
//
//   u = saturate(V >>> 1 + current + bias);  spike = u >= threshold;  V' = spike ? 0 : u
//
// The sum is exact and saturates once. `fresh_i` takes V as 0 (time step 0 of a token).
// No parameters: the widths are those of xpk_pkg. Numerics section 6; paper: LIF unit.

`default_nettype none

module xpk_lif_lane (
    input  wire logic [xpk_pkg::MembraneBits-1:0]  membrane_i,   // signed
    input  wire logic                              fresh_i,
    input  wire logic [xpk_pkg::CurrentBits-1:0]   current_i,    // signed
    input  wire logic [xpk_pkg::BiasBits-1:0]      bias_i,       // signed
    input  wire logic [xpk_pkg::ThresholdBits-1:0] threshold_i,  // 1..2047
    output logic                                   spike_o,
    output logic      [xpk_pkg::MembraneBits-1:0]  membrane_o    // signed
);

  localparam int unsigned W = xpk_pkg::MembraneBits;
  // Any current plus half a membrane plus any bias.
  localparam int unsigned SumBits = xpk_pkg::CurrentBits + 1;

  logic signed [SumBits-1:0] leak, current, bias, sum;
  logic in_range;
  logic signed [W-1:0] u;

  // Sign extensions are spelt out: size casts of signed values differ between tools.
  assign leak = fresh_i ? '0 : {{(SumBits - W + 1) {membrane_i[W-1]}}, membrane_i[W-1:1]};
  assign current = {current_i[xpk_pkg::CurrentBits-1], current_i};
  assign bias = {{(SumBits - xpk_pkg::BiasBits) {bias_i[xpk_pkg::BiasBits-1]}}, bias_i};
  assign sum = leak + current + bias;

  // A value fits W bits if all bits from the sign of W upwards agree.
  assign in_range = (&sum[SumBits-1:W-1]) | ~(|sum[SumBits-1:W-1]);
  assign u = in_range ? sum[W-1:0] : {sum[SumBits-1], {(W - 1) {~sum[SumBits-1]}}};

  assign spike_o = u >= $signed({1'b0, threshold_i});
  assign membrane_o = spike_o ? '0 : u;

  // Bit 0 of the membrane leaks away.
  logic unused;
  assign unused = membrane_i[0];

endmodule

`default_nettype wire
