// SPDX-License-Identifier: Apache-2.0
// Simulation only: shows the tensors of docs/numerics.md that a folded core writes, bit by bit, to the
// software around the model. Drives nothing. Bound to the core.
//
// A vector goes out in words of 64 bits through `xpk_monitor_word` (see xpk_monitor_sim) with its last
// bit; a row of scores has the number head * Tokens + query.

`default_nettype none

module xpk_fold_monitor_sim #(
    parameter int unsigned Tokens = 8,
    parameter int unsigned Dim = 32,
    parameter int unsigned FfDim = 64,
    parameter int unsigned InputRows = 16
) (
    input wire logic       clk_i,
    input wire logic       row_we_i,
    input wire logic       row_bit_i,
    input wire logic       out_valid_i,
    input wire logic       out_spike_i,
    input wire logic       res_valid_i,
    input wire logic       res_spike_i,
    input wire logic       score_we_i,
    input wire logic       output_we_i,
    input wire logic       result_i,
    input wire logic       last_key_i,
    input wire logic [2:0] matrix_i,
    input wire logic [3:0] matrix_layer_i,
    input wire logic [3:0] layer_i,
    input wire int         row_i,
    input wire int         token_i,
    input wire int         step_i,
    input wire int         out_column_i,
    input wire int         res_column_i,
    input wire int         attention_step_i,
    input wire int         head_i,
    input wire int         query_i,
    input wire int         key_i,
    input wire int         column_i
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
  localparam int unsigned Words = (Widest1 > Tokens ? Widest1 + 63 : Tokens + 63) / 64;

  task automatic show(input string tensor, input logic [3:0] layer, input int step, input int row,
                      input int width, input logic [Words*64-1:0] bits);
    if (xpk_monitor_enabled() != 0) begin
      for (int w = 0; w * 64 < width; w++) begin
        xpk_monitor_word(tensor, int'({28'b0, layer}), step, row, w, bits[w*64+:64]);
      end
    end
  endtask

  function automatic string name(input logic [2:0] matrix);
    case (matrix)
      xpk_pkg::MatrixEmbed: name = "embed";
      xpk_pkg::MatrixQ:     name = "q";
      xpk_pkg::MatrixK:     name = "k";
      xpk_pkg::MatrixV:     name = "v";
      xpk_pkg::MatrixProj:  name = "proj";
      xpk_pkg::MatrixFf1:   name = "ff1";
      default:              name = "ff2";
    endcase
  endfunction

  // The vectors are local to the process, hence the blocking assignments.
  // verilator lint_off BLKSEQ
  logic [Words*64-1:0] rows, spikes, sums, scores;
  logic [Words*64-1:0] outputs[0:Tokens-1];
  int width;
  always @(posedge clk_i) begin
    width = (matrix_i == xpk_pkg::MatrixFf1) ? int'(FfDim) : int'(Dim);
    if (row_we_i) begin
      if (row_i == 0) rows = '0;
      rows[row_i] = row_bit_i;
      if (row_i == int'(InputRows) - 1) show("input", '0, step_i, token_i, int'(InputRows), rows);
    end
    if (out_valid_i && matrix_i != xpk_pkg::MatrixHead) begin
      if (out_column_i == 0) spikes = '0;
      spikes[out_column_i] = out_spike_i;
      if (out_column_i == width - 1) show(name(matrix_i), matrix_layer_i, step_i, token_i, width, spikes);
    end
    if (res_valid_i) begin
      if (res_column_i == 0) sums = '0;
      sums[res_column_i] = res_spike_i;
      if (res_column_i == width - 1) begin
        show((matrix_i == xpk_pkg::MatrixProj) ? "res1" : "res2", matrix_layer_i, step_i, token_i, width, sums);
      end
    end
    if (score_we_i) begin
      if (key_i == 0) scores = '0;
      scores[key_i] = result_i;
      if (last_key_i) show("s", layer_i, attention_step_i, head_i * int'(Tokens) + query_i, int'(Tokens), scores);
    end
    if (output_we_i) begin
      if (column_i == 0) outputs[query_i] = '0;
      outputs[query_i][column_i] = result_i;
      if (column_i == int'(Dim) - 1) show("a", layer_i, attention_step_i, query_i, int'(Dim), outputs[query_i]);
    end
  end
  // verilator lint_on BLKSEQ

endmodule

bind xpk_folded_core xpk_fold_monitor_sim #(
    .Tokens(Tokens), .Dim(Dim), .FfDim(FfDim), .InputRows(InputRows)
) u_monitor (
    .clk_i(clk_i), .row_we_i(row_we), .row_bit_i(row_bit), .out_valid_i(out_valid), .out_spike_i(out_spike),
    .res_valid_i(unused_res_valid), .res_spike_i(unused_res_spike), .score_we_i(score_we),
    .output_we_i(output_we), .result_i(result), .last_key_i(u_attention.last_of_row),
    .matrix_i(matrix), .matrix_layer_i(matrix_layer), .layer_i(layer),
    .row_i(32'(row)), .token_i(32'(token)), .step_i(32'(step)), .out_column_i(32'(out_column)),
    .res_column_i(32'(u_spikes.column_q)), .attention_step_i(32'(attention_step)),
    .head_i(32'(u_attention.head_q)), .query_i(32'(query)), .key_i(32'(u_attention.key_q)),
    .column_i(32'(column))
);

`default_nettype wire
