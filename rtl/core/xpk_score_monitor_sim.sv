// SPDX-License-Identifier: Apache-2.0
// Simulation only: shows the attention scores, tensor "s", to the software around the model. Drives
// nothing. Bound to the core around an SSA engine `u_ssa`.
//
// A row goes out in words of 64 bits through `xpk_monitor_word` (see xpk_monitor_sim); its number
// is head * Tokens + query.

`default_nettype none

module xpk_score_monitor_sim #(
    parameter int unsigned Tokens = 8,
    parameter int unsigned TileTokens = Tokens,
    parameter int unsigned Heads = 2,
    localparam int unsigned Blocks = (Tokens + TileTokens - 1) / TileTokens,
    localparam int unsigned BlockBits = (Blocks > 1) ? $clog2(Blocks) : 1
) (
    input wire logic        clk_i,
    input wire logic [ 3:0] layer_i,
    input wire logic        s_valid_i,
    input wire logic [ 7:0] s_step_i,
    input wire logic [BlockBits-1:0] s_row_block_i,
    input wire logic [BlockBits-1:0] s_key_block_i,
    input wire logic [BlockBits-1:0] last_key_i     // last key block of the row block
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

  localparam int unsigned Words = (Blocks * TileTokens + 63) / 64;

  // Scores are read where they are held: as ports of the engine, all rows of all tiles would cost a
  // large simulation more than everything else. Half a cycle before the edge they stand still. Rows
  // are put together from their key blocks; those that are left out hold no scores.
  // The rows are local to the process, hence the blocking assignments.
  // verilator lint_off BLKSEQ
  for (genvar h = 0; h < Heads; h++) begin : gen_scores
    logic [Words*64-1:0] rows[0:TileTokens-1];
    always @(negedge clk_i) begin
      int first_row;
      first_row = int'(32'(s_row_block_i) * TileTokens);
      if (s_valid_i && xpk_monitor_enabled() != 0) begin
        for (int r = 0; r < int'(TileTokens); r++) begin
          if (s_key_block_i == '0) rows[r] = '0;
          rows[r][32'(s_key_block_i)*TileTokens+:TileTokens] = u_ssa.gen_head[h].u_tile.u_rows.s_q[r];
          if (s_key_block_i == last_key_i && first_row + r < int'(Tokens)) begin
            for (int w = 0; w < int'(Words); w++) begin
              xpk_monitor_word("s", int'({28'b0, layer_i}), int'({24'b0, s_step_i}),
                               h * int'(Tokens) + first_row + r, w, rows[r][w*64+:64]);
            end
          end
        end
      end
    end
  end
  // verilator lint_on BLKSEQ

endmodule

bind xpk_core xpk_score_monitor_sim #(
    .Tokens(Tokens), .TileTokens(TileTokens), .Heads(Heads)
) u_score_monitor (
    .clk_i(clk_i), .layer_i(layer), .s_valid_i(unused_s_valid), .s_step_i(unused_s_step),
    .s_row_block_i(unused_s_row), .s_key_block_i(unused_s_key),
    .last_key_i(ctrl.causal ? unused_s_row : u_ssa.last_block)
);

bind xpk_attention_server xpk_score_monitor_sim #(
    .Tokens(Tokens), .Heads(Heads)
) u_score_monitor (
    .clk_i(clk_i), .layer_i(layer_i), .s_valid_i(unused_s_valid), .s_step_i(unused_s_step),
    .s_row_block_i(1'b0), .s_key_block_i(1'b0), .last_key_i(1'b0)
);

`default_nettype wire
