// SPDX-License-Identifier: Apache-2.0
// What a buffer between two valid/ready streams must do, seen from outside: the words held are
// between 0 and Capacity, and a word chosen at will as it enters leaves in its turn, unchanged, once.
//
// `level_o` words are inside. The chosen one is among them while `inside_o`, behind `ahead_o`
// others. Since any word may be the chosen one, no word is lost, doubled, changed or overtaken.

module stream_order #(
    parameter int unsigned Width = 8,
    parameter int unsigned Capacity = 2
) (
    input  wire logic             clk_i,
    input  wire logic             rst_ni,
    input  wire logic             clr_i,
    input  wire logic             in_valid_i,
    input  wire logic             in_ready_i,
    input  wire logic [Width-1:0] in_data_i,
    input  wire logic             out_valid_i,
    input  wire logic             out_ready_i,
    input  wire logic [Width-1:0] out_data_i,
    output logic      [7:0]       level_o,
    output logic                  inside_o,
    output logic      [7:0]       ahead_o,
    output logic      [Width-1:0] word_o
);

  (* anyseq *) logic choose;
  logic push, pop, waits_q;
  logic [Width-1:0] waiting_q;

  assign push = in_valid_i && in_ready_i;
  assign pop = out_valid_i && out_ready_i;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      level_o <= '0;
      inside_o <= 1'b0;
      ahead_o <= '0;
      word_o <= '0;
      waits_q <= 1'b0;
      waiting_q <= '0;
    end else if (clr_i) begin
      level_o <= '0;
      inside_o <= 1'b0;
      waits_q <= 1'b0;
    end else begin
      level_o <= level_o + 8'(push) - 8'(pop);
      if (inside_o && pop) begin
        ahead_o <= ahead_o - 8'd1;
        inside_o <= ahead_o != '0;
      end
      if (!inside_o && push && choose) begin
        inside_o <= 1'b1;
        ahead_o <= level_o - 8'(pop);
        word_o <= in_data_i;
      end
      waits_q <= out_valid_i && !out_ready_i;
      waiting_q <= out_data_i;
    end
  end

  always_comb begin
    a_no_overflow: assert (32'(level_o) <= Capacity);
    a_no_underflow: assert (!pop || level_o != '0);
    if (waits_q) a_stable: assert (out_valid_i && out_data_i == waiting_q);
    if (inside_o) begin
      h_inside: assert (ahead_o < level_o);
      if (out_valid_i && ahead_o == '0) a_order: assert (out_data_i == word_o);
    end
  end

  always_ff @(posedge clk_i) begin
    if (rst_ni) begin
      c_full: cover (32'(level_o) == Capacity && waits_q);
      c_leaves: cover (inside_o && pop && ahead_o == '0);
    end
  end

endmodule
