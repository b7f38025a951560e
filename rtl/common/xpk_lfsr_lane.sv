// SPDX-License-Identifier: Apache-2.0
// One random lane: a 32-bit Galois register that offers four random bytes per draw.
//
// | parameter | legal | meaning                  |
// |-----------|-------|--------------------------|
// | Leap      | 1..32 | register steps per draw  |
//
// The register always holds the state after the next draw: seeding stores leap(seed), drawing
// stores leap(state). So bytes_o comes straight from flip-flops, byte b at [8b +: 8], and draw_i
// means "the bytes on offer are used in this cycle". One draw per cycle; without draw_i nothing
// toggles. A seed write wins over a draw. The state is never 0 as long as no seed is 0.
//
// Source: docs/numerics.md section 2; arXiv 2408.08794, LFSR array of the SSA engine.

`default_nettype none

module xpk_lfsr_lane #(
    parameter int unsigned Leap = 32
) (
    input  wire logic        clk_i,
    input  wire logic        rst_ni,
    input  wire logic        seed_we_i,
    input  wire logic [31:0] seed_i,
    input  wire logic        draw_i,
    output logic      [31:0] bytes_o
);

  // One copy of the code for all lanes of a simulated bank.
  /*verilator no_inline_module*/

  if (Leap < 1 || Leap > 32) begin : gen_check_leap
    $error("xpk_lfsr_lane: Leap must be 1..32");
  end
  if (xpk_pkg::LfsrTaps != 32'h8020_0003) begin : gen_check_taps
    $error("xpk_lfsr_lane: the leap is written for the taps 31, 21, 1, 0");
  end

  logic [31:0] state_q;

  // Leap steps at once. Let bit j of `out` be the bit that step j shifts out. A bit fed back at tap t
  // leaves again t + 1 steps later, hence, as polynomials in z (1 bit left), modulo 2 and z^32,
  //   out = s + (z + z^2 + z^22) out    =>    out = t + A z^22 t,  t = A s,  A = 1 / (1 + z + z^2).
  // A = (1 + z) / (1 + z^3) = (1 + z)(1 + z^3)(1 + z^6) / (1 + z^12), and the division by 1 + z^12 adds
  // each group of twelve bits to the next one. That takes few gates, which is what a draw's energy depends on.
  // What is still in the register after Leap steps: s >> Leap, and bit j of `out` inserted at tap t
  // has moved to j + t + 1 - Leap. Shift counts below are wrapped where the other branch is taken.
  // The reset value only has to be a state that occurs; every run seeds the lane.
  always_ff @(posedge clk_i or negedge rst_ni) begin
    logic [31:0] s, out, again;  // again: what has been fed back at tap 21
    if (!rst_ni) begin
      state_q <= 32'h0000_0001;
    end else if (seed_we_i || draw_i) begin
      s = seed_we_i ? seed_i : state_q;
      again = s ^ (s << 1);
      again = again ^ (again << 3);
      again = again ^ (again << 6);
      out = s ^ (again << 22);
      out = out ^ (out << 1);
      out = out ^ (out << 3);
      out = out ^ (out << 6);
      out = out ^ ((out & 32'h00000fff) << 12);
      out = out ^ ((out & 32'h00fff000) << 12);
      out = out & (32'hFFFF_FFFF >> (32 - Leap));
      s = (s >> Leap) ^ (out << (32 - Leap)) ^ (out >> (Leap - 1));
      s = s ^ ((Leap <= 22) ? out << (22 - Leap) : out >> (Leap - 22));
      s = s ^ ((Leap <= 2) ? out << (2 - Leap) : out >> (Leap - 2));
      state_q <= s;
    end
  end

  assign bytes_o = state_q;

endmodule

`default_nettype wire
