// SPDX-License-Identifier: Apache-2.0
// xpk_stream_reg: order, capacity and stream rule. No assumptions.

module stream_reg_formal #(
    localparam int unsigned Width = 3
) (
    input wire logic             clk_i,
    input wire logic             rst_ni,
    input wire logic             clr_i,
    input wire logic             in_valid_i,
    input wire logic [Width-1:0] in_data_i,
    input wire logic             out_ready_i
);

  logic in_ready, out_valid, inside;
  logic [Width-1:0] out_data, word;
  logic [7:0] level, ahead;

  xpk_stream_reg #(
      .Width(Width)
  ) u_dut (
      .clk_i, .rst_ni, .clr_i,
      .in_valid_i, .in_ready_o(in_ready), .in_data_i,
      .out_valid_o(out_valid), .out_ready_i, .out_data_o(out_data)
  );

  stream_order #(
      .Width(Width),
      .Capacity(2)
  ) u_order (
      .clk_i, .rst_ni, .clr_i,
      .in_valid_i, .in_ready_i(in_ready), .in_data_i,
      .out_valid_i(out_valid), .out_ready_i, .out_data_i(out_data),
      .level_o(level), .inside_o(inside), .ahead_o(ahead), .word_o(word)
  );

  first_reset u_reset (.clk_i, .rst_ni);

  logic probe_skid_valid;
  logic [Width-1:0] probe_skid;

  always_comb begin
    a_ready: assert (in_ready == (level < 8'd2));
    a_valid: assert (out_valid == (level != '0));
    h_level: assert (level == 8'(out_valid) + 8'(probe_skid_valid));
    if (inside && ahead == 8'd1) h_skid: assert (probe_skid == word);
  end

endmodule
