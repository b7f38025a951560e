// SPDX-License-Identifier: Apache-2.0
// Simulation only: shows the tensors of docs/numerics.md that pass through an AIMC chain to the
// software around the model. Drives nothing. Bound to the design, which does not know of it; the
// scores of the attention come from xpk_score_monitor_sim.
//
// A vector goes out in words of 64 bits through `xpk_monitor_word(tensor, layer, step, row, word,
// bits)`; row is the token.

`default_nettype none

module xpk_monitor_sim #(
    parameter int unsigned Dim = 16,
    parameter int unsigned FfDim = 32,
    parameter int unsigned InputRows = 16
) (
    input wire logic                           clk_i,
    input wire logic                    [ 3:0] layer_i,
    input wire logic                    [ 3:0] qkv_layer_i,
    input wire logic                           embed_i,
    input wire logic                           rows_fire_i,
    input wire xpk_pkg::tag_t                  rows_tag_i,
    input wire logic [InputRows-1:0]           rows_i,
    input wire logic                           a_fire_i,
    input wire xpk_pkg::tag_t                  a_tag_i,
    input wire logic [Dim-1:0]                 a_i,
    input wire logic                           h_fire_i,
    input wire xpk_pkg::tag_t                  h_tag_i,
    input wire logic [Dim-1:0]                 proj_i,
    input wire logic [Dim-1:0]                 h_i,
    input wire logic                           ff1_fire_i,
    input wire xpk_pkg::tag_t                  ff1_tag_i,
    input wire logic [FfDim-1:0]               ff1_i,
    input wire logic                           x_fire_i,
    input wire xpk_pkg::tag_t                  x_tag_i,
    input wire logic [Dim-1:0]                 ff2_i,
    input wire logic [Dim-1:0]                 x_i,
    input wire logic                           qkv_valid_i,
    input wire xpk_pkg::tag_t                  qkv_tag_i,
    input wire logic [Dim-1:0]                 q_i,
    input wire logic [Dim-1:0]                 k_i,
    input wire logic [Dim-1:0]                 v_i
);

  import "DPI-C" function int xpk_monitor_enabled();
  import "DPI-C" function void xpk_monitor_word(
    input string tensor,
    input int layer,
    input int step,
    input int row,
    input int word,
    input longint unsigned bits
  );

  localparam int unsigned Widest0 = (InputRows > FfDim) ? InputRows : FfDim;
  localparam int unsigned Widest1 = (Dim > Widest0) ? Dim : Widest0;
  localparam int unsigned Words = (Widest1 + 63) / 64;

  task automatic show(input string tensor, input logic [3:0] layer, input logic [7:0] step,
                      input int row, input int width, input logic [Words*64-1:0] bits);
    for (int w = 0; w * 64 < width; w++) begin
      xpk_monitor_word(tensor, int'({28'b0, layer}), int'({24'b0, step}), row, w, bits[w*64+:64]);
    end
  endtask

  always_ff @(posedge clk_i) begin
    if (rows_fire_i || a_fire_i || h_fire_i || ff1_fire_i || x_fire_i || qkv_valid_i) begin
      if (xpk_monitor_enabled() != 0) begin
        if (rows_fire_i) begin
          show("input", '0, rows_tag_i.step, int'({22'b0, rows_tag_i.token}), InputRows,
               (Words * 64)'(rows_i));
        end
        if (a_fire_i) begin
          show("a", layer_i, a_tag_i.step, int'({22'b0, a_tag_i.token}), Dim, (Words * 64)'(a_i));
        end
        if (h_fire_i) begin
          show("proj", layer_i, h_tag_i.step, int'({22'b0, h_tag_i.token}), Dim,
               (Words * 64)'(proj_i));
          show("res1", layer_i, h_tag_i.step, int'({22'b0, h_tag_i.token}), Dim,
               (Words * 64)'(h_i));
        end
        if (ff1_fire_i) begin
          show("ff1", layer_i, ff1_tag_i.step, int'({22'b0, ff1_tag_i.token}), FfDim,
               (Words * 64)'(ff1_i));
        end
        if (x_fire_i && embed_i) begin
          show("embed", '0, x_tag_i.step, int'({22'b0, x_tag_i.token}), Dim, (Words * 64)'(x_i));
        end
        if (x_fire_i && !embed_i) begin
          show("ff2", layer_i, x_tag_i.step, int'({22'b0, x_tag_i.token}), Dim,
               (Words * 64)'(ff2_i));
          show("res2", layer_i, x_tag_i.step, int'({22'b0, x_tag_i.token}), Dim,
               (Words * 64)'(x_i));
        end
        if (qkv_valid_i) begin
          show("q", qkv_layer_i, qkv_tag_i.step, int'({22'b0, qkv_tag_i.token}), Dim,
               (Words * 64)'(q_i));
          show("k", qkv_layer_i, qkv_tag_i.step, int'({22'b0, qkv_tag_i.token}), Dim,
               (Words * 64)'(k_i));
          show("v", qkv_layer_i, qkv_tag_i.step, int'({22'b0, qkv_tag_i.token}), Dim,
               (Words * 64)'(v_i));
        end
      end
    end
  end

endmodule

bind xpk_core xpk_monitor_sim #(
    .Dim(Dim), .FfDim(FfDim), .InputRows(InputRows)
) u_monitor (
    .clk_i(clk_i), .layer_i(layer), .qkv_layer_i(qkv_layer), .embed_i(embed_phase),
    .rows_fire_i(rows_valid && rows_ready), .rows_tag_i(rows_tag), .rows_i(rows_bits),
    .a_fire_i(u_chain.a_fire), .a_tag_i(u_chain.unused_a_tag), .a_i(u_chain.a_bits),
    .h_fire_i(u_chain.h_fire), .h_tag_i(u_chain.unused_h_tag), .proj_i(u_chain.proj_bits),
    .h_i(u_chain.h_bits),
    .ff1_fire_i(u_chain.ff1_fire), .ff1_tag_i(u_chain.unused_ff1_tag),
    .ff1_i(u_chain.ff1_bits),
    .x_fire_i(u_chain.x_fire), .x_tag_i(u_chain.x_tag), .ff2_i(u_chain.ff2_bits),
    .x_i(u_chain.x_bits),
    .qkv_valid_i(u_chain.qkv_done), .qkv_tag_i(u_chain.q_tag),
    .q_i(u_chain.unused_qkv_bits[0+:Dim]), .k_i(u_chain.unused_qkv_bits[Dim+:Dim]),
    .v_i(u_chain.unused_qkv_bits[2*Dim+:Dim])
);

bind xpk_chain_copy xpk_monitor_sim #(
    .Dim(Dim), .FfDim(FfDim), .InputRows(InputRows)
) u_monitor (
    .clk_i(clk_i), .layer_i(4'(Copy - 1)), .qkv_layer_i(4'(Copy)), .embed_i(Copy == 0),
    .rows_fire_i(rows_valid_i && rows_ready_o), .rows_tag_i(rows_tag_i), .rows_i(rows_bits_i),
    .a_fire_i(a_fire), .a_tag_i(unused_a_tag), .a_i(a_bits),
    .h_fire_i(h_fire), .h_tag_i(unused_h_tag), .proj_i(proj_bits), .h_i(h_bits),
    .ff1_fire_i(ff1_fire), .ff1_tag_i(unused_ff1_tag), .ff1_i(ff1_bits),
    .x_fire_i(x_fire), .x_tag_i(x_tag), .ff2_i(ff2_bits), .x_i(x_bits),
    .qkv_valid_i(qkv_done), .qkv_tag_i(q_tag),
    .q_i(unused_qkv_bits[0+:Dim]), .k_i(unused_qkv_bits[Dim+:Dim]),
    .v_i(unused_qkv_bits[2*Dim+:Dim])
);

`default_nettype wire
