// SPDX-License-Identifier: Apache-2.0
// What waits between two chain copies for one layer: Q, K and V in two pages, and the queue of x.
//
// | parameter | legal        | meaning             |
// |-----------|--------------|---------------------|
// | (all)     | see xpk_core | shapes of the build |
//
// A page holds Q, K and V of one image: the copy writes one while the SSA engine reads the other.
// The queue holds the x of two images; its words are read, one image after the other, in the order
// in which they were written. Read latency 1 cycle each.

`default_nettype none

module xpk_layer_room #(
    parameter int unsigned Tokens = 8,
    parameter int unsigned Heads = 2,
    parameter int unsigned HeadDim = 8,
    parameter int unsigned Steps = 4,
    parameter int unsigned ArrayCols = 16,
    parameter int unsigned Converters = 4,
    localparam int unsigned Dim = Heads * HeadDim,
    localparam int unsigned MuxSteps = ArrayCols / Converters,
    localparam int unsigned MuxBits = (MuxSteps > 1) ? $clog2(MuxSteps) : 1,
    localparam int unsigned StepBits = (Dim + ArrayCols - 1) / ArrayCols * Converters,
    localparam int unsigned ColBits = (HeadDim > 1) ? $clog2(HeadDim) : 1
) (
    input  wire logic                      clk_i,
    input  wire logic                      rst_ni,
    input  wire logic                      clr_i,
    // Q, K, V: one mux step in, one column of every head out, K above Q and V above K.
    input  wire logic                      wpage_i,
    input  wire logic                      step_valid_i,
    input  wire logic [MuxBits-1:0]        step_index_i,
    input  wire xpk_pkg::tag_t             step_tag_i,
    input  wire logic [3*StepBits-1:0]     step_bits_i,
    input  wire logic                      rpage_i,
    input  wire logic                      qk_re_i,
    input  wire logic [7:0]                qk_step_i,
    input  wire logic [ColBits-1:0]        qk_col_i,
    input  wire logic                      v_re_i,
    input  wire logic [7:0]                v_step_i,
    input  wire logic [ColBits-1:0]        v_col_i,
    output logic      [3*Heads*Tokens-1:0] columns_o,
    // x.
    input  wire logic                      x_we_i,
    input  wire logic [Dim-1:0]            x_wdata_i,
    output logic                           x_full_o,
    input  wire logic                      x_re_i,
    output logic      [Dim-1:0]            x_rdata_o
);

  // The second page lies behind the time steps of the first one.
  xpk_pkg::tag_t wtag;
  logic [7:0] roffset;
  assign wtag.token = step_tag_i.token;
  assign wtag.step = step_tag_i.step + (wpage_i ? 8'(Steps) : 8'd0);
  assign roffset = rpage_i ? 8'(Steps) : 8'd0;

  for (genvar g = 0; g < 3; g++) begin : gen_memory  // Q, K, V
    xpk_column_memory #(
        .Tokens(Tokens), .Heads(Heads), .HeadDim(HeadDim), .Steps(2 * Steps), .Cols(ArrayCols),
        .Converters(Converters)
    ) u_memory (
        .clk_i, .we_i(step_valid_i), .wtag_i(wtag), .wstep_i(step_index_i),
        .wbits_i(step_bits_i[g*StepBits+:StepBits]),
        .re_i(g == 2 ? v_re_i : qk_re_i), .rstep_i((g == 2 ? v_step_i : qk_step_i) + roffset),
        .rblock_i(1'b0), .rcol_i(g == 2 ? v_col_i : qk_col_i), .rdata_o(columns_o[g*Heads*Tokens+:Heads*Tokens])
    );
  end

  xpk_spike_queue #(
      .Width(Dim), .Depth(2 * Tokens * Steps)
  ) u_x (
      .clk_i, .rst_ni, .clr_i, .we_i(x_we_i), .wdata_i(x_wdata_i), .full_o(x_full_o),
      .re_i(x_re_i), .rdata_o(x_rdata_o)
  );

endmodule

`default_nettype wire
