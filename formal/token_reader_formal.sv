// SPDX-License-Identifier: Apache-2.0
// xpk_token_reader: every token-step is read once per start, in order, at most two ahead of the
// sink, and delivered in order with the word that the memory gave for it.
//
// Assumes: 1..1024 tokens, 1..255 steps, standing still from the start to the last delivery; the
// memory answers a read of a token-step, chosen at will, with the same word each time.

module token_reader_formal #(
    localparam int unsigned Width = 2,
    localparam int unsigned TagBits = 18
) (
    input wire logic             clk_i,
    input wire logic             rst_ni,
    input wire logic             clr_i,
    input wire logic             start_i,
    input wire logic [10:0]      n_tokens_i,
    input wire logic [7:0]       steps_i,
    input wire logic [Width-1:0] rdata_i,
    input wire logic             out_ready_i
);

  logic re, out_valid;
  logic [Width-1:0] out_data;
  logic [TagBits-1:0] re_tag, out_tag;  // {token, step}

  xpk_token_reader #(
      .Width(Width)
  ) u_dut (
      .clk_i, .rst_ni, .clr_i, .start_i, .n_tokens_i, .steps_i,
      .re_o(re), .re_tag_o(re_tag), .rdata_i,
      .out_valid_o(out_valid), .out_ready_i, .out_data_o(out_data), .out_tag_o(out_tag)
  );

  first_reset u_reset (.clk_i, .rst_ni);

  // ---- What it must do ------------------------------------------------------------------------
  logic walk_q;  // reads are due
  logic [1:0] level_q;  // read and not delivered
  logic [TagBits-1:0] at_q;  // to be delivered next
  logic [TagBits-1:0] at1, at2, due;  // one and two further; to be read next
  logic pop, last_read, busy;

  function automatic logic [TagBits-1:0] after(input logic [TagBits-1:0] tag,
                                               input logic [10:0] n_tokens,
                                               input logic [7:0] steps);
    after = tag + 18'd1;
    if (tag[7:0] + 8'd1 == steps) begin
      after[7:0] = '0;
      after[17:8] = ({1'b0, tag[17:8]} + 11'd1 == n_tokens) ? 10'd0 : tag[17:8] + 10'd1;
    end
  endfunction

  assign at1 = after(at_q, n_tokens_i, steps_i);
  assign at2 = after(at1, n_tokens_i, steps_i);
  assign due = (level_q == 2'd0) ? at_q : (level_q == 2'd1) ? at1 : at2;
  assign pop = out_valid && out_ready_i;
  assign last_read = re && after(re_tag, n_tokens_i, steps_i) == '0;
  assign busy = walk_q || level_q != '0;

  // The memory, at one place.
  (* anyconst *) logic [TagBits-1:0] place;
  (* anyconst *) logic [Width-1:0] content;
  logic asked_q;

  logic waits_q;
  logic [Width+TagBits-1:0] waiting_q;
  logic [10:0] n_tokens_q;
  logic [7:0] steps_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      walk_q <= 1'b0;
      level_q <= '0;
      at_q <= '0;
      waits_q <= 1'b0;
    end else if (clr_i) begin
      walk_q <= 1'b0;
      level_q <= '0;
      at_q <= '0;
      waits_q <= 1'b0;
    end else begin
      walk_q <= walk_q ? !last_read : start_i;
      level_q <= level_q + 2'(re) - 2'(pop);
      if (pop) at_q <= at1;
      waits_q <= out_valid && !out_ready_i;
    end
  end

  always_ff @(posedge clk_i) begin
    asked_q <= re && re_tag == place;
    waiting_q <= {out_data, out_tag};
    n_tokens_q <= n_tokens_i;
    steps_q <= steps_i;
  end

  always_comb begin
    assume (n_tokens_i >= 11'd1 && n_tokens_i <= 11'd1024 && steps_i >= 8'd1);
    if (busy) assume (n_tokens_i == n_tokens_q && steps_i == steps_q);
    if (asked_q) assume (rdata_i == content);

    a_reads: assert (re == (walk_q && level_q < 2'd2));
    a_read_order: assert (re_tag == due);
    a_valid: assert (out_valid == (level_q != '0));
    if (out_valid) a_order: assert (out_tag == at_q);
    if (out_valid && out_tag == place) a_data: assert (out_data == content);
    if (waits_q) a_stable: assert (out_valid && {out_data, out_tag} == waiting_q);
  end

  // ---- Helpers of the induction ---------------------------------------------------------------
  logic probe_walk, probe_fresh, probe_rptr, probe_wptr;
  logic [1:0] probe_level, probe_count;
  logic [TagBits-1:0] probe_fresh_tag;
  logic [2*(Width+TagBits)-1:0] probe_mem;
  logic [Width+TagBits-1:0] first, second;

  assign first = probe_mem[probe_rptr*(Width+TagBits)+:Width+TagBits];
  assign second = probe_mem[!probe_rptr*(Width+TagBits)+:Width+TagBits];

  always_comb begin
    h_walk: assert (probe_walk == walk_q && (walk_q || due == '0));
    h_level: assert (probe_level == level_q && level_q <= 2'd2);
    h_count: assert (probe_count == level_q - 2'(probe_fresh));
    h_pointers: assert (probe_wptr == (probe_rptr ^ probe_count[0]));
    h_range: assert ({1'b0, at_q[17:8]} < n_tokens_i && at_q[7:0] < steps_i);
    if (probe_fresh) begin
      h_fresh_tag: assert (probe_fresh_tag == ((probe_count == '0) ? at_q : at1));
      h_fresh_asked: assert (asked_q == (probe_fresh_tag == place));
    end
    if (probe_count != '0) begin
      h_first_tag: assert (first[TagBits-1:0] == at_q);
      if (at_q == place) h_first: assert (first[TagBits+:Width] == content);
    end
    if (probe_count == 2'd2) begin
      h_second_tag: assert (second[TagBits-1:0] == at1);
      if (at1 == place) h_second: assert (second[TagBits+:Width] == content);
    end
  end

  // ---- Whole walks, also with stalls ----------------------------------------------------------
  logic [3:0] delivered_q;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) delivered_q <= '0;
    else if (pop) delivered_q <= delivered_q + 4'd1;
  end

  always_ff @(posedge clk_i) begin
    c_walk: cover (rst_ni && !busy && delivered_q == 4'd4 && n_tokens_i == 11'd2);
    c_two_waiting: cover (rst_ni && probe_count == 2'd2);
    c_next_walk: cover (rst_ni && walk_q && level_q != '0 && re_tag == '0);
  end

endmodule
