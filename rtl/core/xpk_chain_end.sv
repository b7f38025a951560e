// SPDX-License-Identifier: Apache-2.0
// Tells when a chain has finished its last token-step.
//
// No parameters. Either the last token-step has left through the output register of Q, K, V
// (`qkv_done_i` with its tag), or it has gone to HEAD and HEAD has scored it: `done_o` is up for that
// one cycle. n_tokens_i, steps_i and to_head_i stand still while the chain works.

`default_nettype none

module xpk_chain_end (
    input  wire logic          clk_i,
    input  wire logic          rst_ni,
    input  wire logic          clr_i,
    input  wire logic [xpk_pkg::TokenCountBits-1:0] n_tokens_i,
    input  wire logic [7:0]    steps_i,
    input  wire logic          to_head_i,   // x goes to HEAD
    input  wire logic          x_fire_i,
    input  wire xpk_pkg::tag_t x_tag_i,
    input  wire logic          head_busy_i,
    input  wire logic          qkv_done_i,
    input  wire xpk_pkg::tag_t qkv_tag_i,
    output logic               done_o
);

  logic head_last_q;  // HEAD has been given the last token-step
  xpk_pkg::tag_t last_tag;

  assign last_tag.token = xpk_pkg::TokenBits'(n_tokens_i - 1'b1);
  assign last_tag.step = steps_i - 8'd1;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) head_last_q <= 1'b0;
    else if (clr_i || done_o) head_last_q <= 1'b0;
    else if (x_fire_i && to_head_i && x_tag_i == last_tag) head_last_q <= 1'b1;
  end

  assign done_o = to_head_i ? head_last_q && !head_busy_i : qkv_done_i && qkv_tag_i == last_tag;

endmodule

`default_nettype wire
