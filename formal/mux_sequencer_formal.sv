// SPDX-License-Identifier: Apache-2.0
// xpk_mux_sequencer: every vector gets each mux step once, in order, AdcCycles enabled cycles each,
// its first cycle marked; vectors can follow without a gap; disabled cycles change nothing.
//
// Assumes: a start only while ready.

module mux_sequencer_formal #(
    parameter int unsigned MuxSteps = 3,
    parameter int unsigned AdcCycles = 2,
    localparam int unsigned StepBits = (MuxSteps > 1) ? $clog2(MuxSteps) : 1
) (
    input wire logic clk_i,
    input wire logic rst_ni,
    input wire logic clr_i,
    input wire logic en_i,
    input wire logic start_i
);

  logic ready, active, conv;
  logic [StepBits-1:0] step;

  xpk_mux_sequencer #(
      .MuxSteps(MuxSteps),
      .AdcCycles(AdcCycles)
  ) u_dut (
      .clk_i, .rst_ni, .clr_i, .en_i, .start_i,
      .ready_o(ready), .active_o(active), .conv_o(conv), .step_o(step)
  );

  first_reset u_reset (.clk_i, .rst_ni);

  // Enabled cycles of the vector so far.
  logic vector_q;
  logic [12:0] cycle_q;
  logic last;

  assign last = cycle_q == 13'(MuxSteps * AdcCycles - 1);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      vector_q <= 1'b0;
      cycle_q <= '0;
    end else if (clr_i) begin
      vector_q <= 1'b0;
      cycle_q <= '0;
    end else if (!vector_q || (en_i && last)) begin
      vector_q <= start_i;
      cycle_q <= '0;
    end else if (en_i) begin
      cycle_q <= cycle_q + 13'd1;
    end
  end

  localparam int unsigned CycleBits = (AdcCycles > 1) ? $clog2(AdcCycles) : 1;
  logic [CycleBits-1:0] probe_cycle;

  always_comb begin
    if (!ready) assume (!start_i);
    a_active: assert (active == vector_q);
    a_ready: assert (ready == (!vector_q || (en_i && last)));
    if (vector_q) a_step: assert (13'(step) == cycle_q / 13'(AdcCycles));
    a_conv: assert (conv == (vector_q && cycle_q % 13'(AdcCycles) == '0));
    h_cycle: assert (13'(step) * 13'(AdcCycles) + 13'(probe_cycle) == cycle_q);
    h_range: assert (32'(step) < MuxSteps && 32'(probe_cycle) < AdcCycles);
  end

  always_ff @(posedge clk_i) begin
    c_back_to_back: cover (rst_ni && vector_q && en_i && last && start_i && !clr_i);
    c_ends: cover (rst_ni && vector_q && en_i && last && !start_i);
  end

endmodule
