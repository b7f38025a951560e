// SPDX-License-Identifier: Apache-2.0
// Walks a memory of token-step words, tokens outer, time steps inner, and delivers a stream.
//
// | parameter | legal | meaning            |
// |-----------|-------|--------------------|
// | Width     | >= 1  | bits of a word     |
//
// After `start_i` (accepted when idle) it delivers n_tokens_i * steps_i words, then is idle again.
// Both counts are at least 1 and stand still meanwhile. The memory answers one cycle after `re_o`.
// First word 2 cycles after `start_i`, then one word per cycle while the sink is ready: up to two
// words are read ahead, never more, and each word is read once. `clr_i` gives up at once.

`default_nettype none

module xpk_token_reader #(
    parameter int unsigned Width = 8
) (
    input  wire logic             clk_i,
    input  wire logic             rst_ni,
    input  wire logic             clr_i,
    input  wire logic             start_i,
    input  wire logic [xpk_pkg::TokenCountBits-1:0] n_tokens_i,
    input  wire logic [      7:0] steps_i,
    output logic                  re_o,
    output xpk_pkg::tag_t         re_tag_o,
    input  wire logic [Width-1:0] rdata_i,
    output logic                  out_valid_o,
    input  wire logic             out_ready_i,
    output logic      [Width-1:0] out_data_o,
    output xpk_pkg::tag_t         out_tag_o
);

  localparam int unsigned TagBits = $bits(out_tag_o);

  if (Width < 1) begin : gen_check
    $error("xpk_token_reader: Width must be at least 1");
  end

  logic walk_q;  // words are left to read
  logic [xpk_pkg::TokenBits-1:0] token_q;
  logic [7:0] step_q;
  logic last_step, last_token;
  logic fresh_q;  // `rdata_i` is the word of `fresh_tag_q`, read in the cycle before
  logic [TagBits-1:0] fresh_tag_q;
  logic [1:0] level_q;  // words read and not delivered, the fresh one included
  logic pop;
  logic buf_in_valid, buf_valid, buf_ready;
  logic [Width-1:0] buf_data;
  logic [TagBits-1:0] buf_tag;

  // Reading depends on registers only, so no path leads from the sink to the memory.
  assign re_o = walk_q && (level_q < 2'd2);
  assign re_tag_o.token = token_q;
  assign re_tag_o.step = step_q;
  assign last_step = step_q == steps_i - 8'd1;
  assign last_token = {1'b0, token_q} == n_tokens_i - 1'b1;
  assign pop = out_valid_o && out_ready_i;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      walk_q <= 1'b0;
      token_q <= '0;
      step_q <= '0;
      fresh_q <= 1'b0;
      fresh_tag_q <= '0;
      level_q <= '0;
    end else if (clr_i) begin
      walk_q <= 1'b0;
      token_q <= '0;
      step_q <= '0;
      fresh_q <= 1'b0;
      level_q <= '0;
    end else begin
      if (!walk_q) walk_q <= start_i;
      fresh_q <= re_o;
      if (re_o) begin
        fresh_tag_q <= {token_q, step_q};
        step_q <= last_step ? '0 : step_q + 8'd1;
        if (last_step) token_q <= last_token ? '0 : token_q + 1'b1;
        walk_q <= !(last_step && last_token);
      end
      if (re_o && !pop) level_q <= level_q + 2'd1;
      if (pop && !re_o) level_q <= level_q - 2'd1;
    end
  end

  // A fresh word goes straight out when it is the oldest; what the sink does not take is kept.
  assign out_valid_o = buf_valid || fresh_q;
  assign out_data_o = buf_valid ? buf_data : rdata_i;
  assign out_tag_o = buf_valid ? buf_tag : fresh_tag_q;
  assign buf_in_valid = fresh_q && (buf_valid || !out_ready_i);

  xpk_fifo #(
      .Width(Width + TagBits),
      .Depth(2)
  ) u_buffer (
      .clk_i,
      .rst_ni,
      .clr_i,
      .in_valid_i (buf_in_valid),
      .in_ready_o (buf_ready),
      .in_data_i  ({rdata_i, fresh_tag_q}),
      .out_valid_o(buf_valid),
      .out_ready_i,
      .out_data_o ({buf_data, buf_tag})
  );

  // The level keeps the buffer from overflowing.
  wire unused = &{1'b0, buf_ready};

`ifdef FORMAL
  always_comb i_buffer_fits: assert (!buf_in_valid || buf_ready);
`endif

`ifdef VERILATOR
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (rst_ni) assert (!(buf_in_valid && !buf_ready));
  end
`endif

endmodule

`default_nettype wire
