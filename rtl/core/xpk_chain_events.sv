// SPDX-License-Identifier: Apache-2.0
// Counts the spikes of every vector that passes a point of the AIMC chain.
//
// | parameter             | legal   | meaning                             |
// |-----------------------|---------|-------------------------------------|
// | InputRows, Dim, FfDim | 1..8192 | widths of the vectors               |
// | StepBits              | 1..8192 | spikes of one mux step of Q, K or V |
//
// Latency 1 cycle. The population counts stand still while nothing passes. `clr_i` drops what passes
// in its cycle.

`default_nettype none

module xpk_chain_events #(
    parameter int unsigned InputRows = 16,
    parameter int unsigned Dim = 16,
    parameter int unsigned FfDim = 32,
    parameter int unsigned StepBits = 4
) (
    input  wire logic                   clk_i,
    input  wire logic                   rst_ni,
    input  wire logic                   clr_i,
    input  wire logic                   rows_fire_i,
    input  wire logic [InputRows-1:0]   rows_i,
    input  wire logic                   a_fire_i,
    input  wire logic [Dim-1:0]         a_i,
    input  wire logic                   h_fire_i,
    input  wire logic [Dim-1:0]         proj_i,
    input  wire logic [Dim-1:0]         h_i,
    input  wire logic                   ff1_fire_i,
    input  wire logic [FfDim-1:0]       ff1_i,
    input  wire logic                   x_fire_i,
    input  wire logic [Dim-1:0]         ff2_i,
    input  wire logic [Dim-1:0]         x_i,
    input  wire logic                   step_valid_i,
    input  wire logic [StepBits-1:0]    q_i,
    input  wire logic [StepBits-1:0]    k_i,
    input  wire logic [StepBits-1:0]    v_i,
    input  wire logic                   embed_i,
    input  wire logic                   last_i,
    input  wire logic                   head_mvm_i,
    input  wire logic                   converting_i,
    output xpk_pkg::chain_events_t      events_o
);

  xpk_pkg::chain_events_t events_q;
  assign events_o = events_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      events_q <= '0;
    end else if (clr_i) begin
      events_q <= '0;
    end else begin
      events_q.rows.fire <= rows_fire_i;
      events_q.a.fire <= a_fire_i;
      events_q.proj.fire <= h_fire_i;
      events_q.res1.fire <= h_fire_i;
      events_q.ff1.fire <= ff1_fire_i;
      events_q.ff2.fire <= x_fire_i && !embed_i;
      events_q.x.fire <= x_fire_i;
      events_q.q.fire <= step_valid_i;
      events_q.k.fire <= step_valid_i;
      events_q.v.fire <= step_valid_i;
      events_q.embed <= embed_i;
      events_q.qkv <= x_fire_i && !last_i;
      events_q.head <= head_mvm_i;
      events_q.converting <= converting_i;
      if (rows_fire_i) events_q.rows.spikes <= xpk_pkg::SpikeCountBits'($countones(rows_i));
      if (a_fire_i) events_q.a.spikes <= xpk_pkg::SpikeCountBits'($countones(a_i));
      if (h_fire_i) events_q.proj.spikes <= xpk_pkg::SpikeCountBits'($countones(proj_i));
      if (h_fire_i) events_q.res1.spikes <= xpk_pkg::SpikeCountBits'($countones(h_i));
      if (ff1_fire_i) events_q.ff1.spikes <= xpk_pkg::SpikeCountBits'($countones(ff1_i));
      if (x_fire_i && !embed_i) events_q.ff2.spikes <= xpk_pkg::SpikeCountBits'($countones(ff2_i));
      if (x_fire_i) events_q.x.spikes <= xpk_pkg::SpikeCountBits'($countones(x_i));
      if (step_valid_i) events_q.q.spikes <= xpk_pkg::SpikeCountBits'($countones(q_i));
      if (step_valid_i) events_q.k.spikes <= xpk_pkg::SpikeCountBits'($countones(k_i));
      if (step_valid_i) events_q.v.spikes <= xpk_pkg::SpikeCountBits'($countones(v_i));
    end
  end

endmodule

`default_nettype wire
