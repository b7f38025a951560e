// SPDX-License-Identifier: Apache-2.0
// xpk_corner_turn: the bit of a head, column, token and time step that came in with its column is
// in its place of the word that is read, from n / G + 2 cycles after the last column of the step
// on; a buffer is empty before the other is full; every token of the step is written once.
//
// Tokens of several blocks: the same for each, of which only blocks with running tokens come in.
//
// Assumes: columns of a block in order and of one step, with gaps as they like; steps, blocks and
// tokens in range; the number of tokens stands still; while a block of a step is being written no
// other column of the same comes in.

module corner_turn_formal #(
    parameter int unsigned Tokens = 3,
    parameter int unsigned TileTokens = Tokens,
    parameter int unsigned Heads = 1,
    parameter int unsigned HeadDim = 2,
    parameter int unsigned Steps = 2,
    localparam int unsigned ColBits = (HeadDim > 1) ? $clog2(HeadDim) : 1,
    localparam int unsigned Banks = (TileTokens + HeadDim - 1) / HeadDim,
    localparam int unsigned Blocks = (Tokens + TileTokens - 1) / TileTokens,
    localparam int unsigned BlockBits = (Blocks > 1) ? $clog2(Blocks) : 1,
    localparam int unsigned WordsBits = $clog2(Banks + 1)
) (
    input wire logic                    clk_i,
    input wire logic                    rst_ni,
    input wire logic                    clr_i,
    input wire logic                    a_valid_i,
    input wire logic [7:0]              a_step_i,
    input wire logic [BlockBits-1:0]    a_block_i,
    input wire logic [Heads*TileTokens-1:0] a_i,
    input wire logic                    re_i,
    input wire logic [9:0]              re_token_i,
    input wire logic [7:0]              re_step_i
);

  (* anyconst *) logic [10:0] n_tokens;
  logic [ColBits-1:0] col_q;  // columns of the step so far
  logic draining;
  logic [WordsBits-1:0] wr_words;
  logic [Heads*HeadDim-1:0] rdata;

  xpk_corner_turn #(
      .Tokens(Tokens), .TileTokens(TileTokens), .Heads(Heads), .HeadDim(HeadDim), .Steps(Steps)
  ) u_dut (
      .clk_i, .rst_ni, .clr_i, .n_tokens_i(n_tokens),
      .a_valid_i, .a_step_i, .a_memory_i(1'b0), .a_block_i, .a_col_i(col_q), .a_i,
      .draining_o(draining), .wr_words_o(wr_words),
      .re_i, .re_tag_i({re_token_i, re_step_i}), .rdata_o(rdata)
  );

  first_reset u_reset (.clk_i, .rst_ni);

  // ---- One bit --------------------------------------------------------------------------------
  (* anyconst *) logic [7:0] head, dim, step;
  (* anyconst *) logic [9:0] token;
  logic last_col, ours, taken, taken_bit;
  logic [7:0] fill_step_q;
  logic [BlockBits-1:0] fill_block_q;
  logic fill_known_q, fill_bit_q;  // in the buffer that fills
  logic known_q, bit_q;  // in the step that is complete
  logic [15:0] since_q;  // cycles since its last column, stopping at the top
  logic [7:0] group;
  logic [9:0] block, place;  // of the token, and its place there
  logic read_q, expected_q;

  assign last_col = a_valid_i && 32'(col_q) == HeadDim - 1;
  assign ours = a_valid_i && a_step_i == step && 10'(a_block_i) == block && 8'(col_q) == dim;
  assign block = token / 10'(TileTokens);
  assign place = token % 10'(TileTokens);
  assign taken = ours || fill_known_q;
  assign taken_bit = ours ? a_i[head*TileTokens+place] : fill_bit_q;
  assign group = 8'(place / 10'(Banks));

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      col_q <= '0;
      {fill_known_q, known_q, read_q} <= '0;
      since_q <= '0;
    end else if (clr_i) begin
      col_q <= '0;
      fill_known_q <= 1'b0;
      // A step that was complete stays, unless it was not yet written.
      if (since_q <= 16'(group) + 16'd1) known_q <= 1'b0;
      read_q <= 1'b0;
    end else begin
      if (since_q != '1) since_q <= since_q + 16'd1;
      if (a_valid_i) begin
        col_q <= last_col ? '0 : col_q + 1'b1;
        fill_known_q <= taken && !last_col;
        fill_bit_q <= taken_bit;
        fill_step_q <= a_step_i;
        fill_block_q <= a_block_i;
      end
      if (last_col && a_step_i == step && 10'(a_block_i) == block) begin
        known_q <= taken;
        bit_q <= taken_bit;
        since_q <= 16'd1;
      end
      if (re_i) begin
        read_q <= known_q && since_q >= 16'(group) + 16'd2 && re_token_i == token &&
            re_step_i == step;
        expected_q <= bit_q;
      end
    end
  end

  // Words written since the drain began.
  logic [10:0] written_q;
  logic draining_q;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      written_q <= '0;
      draining_q <= 1'b0;
    end else begin
      draining_q <= draining && !clr_i;
      written_q <= (last_col || clr_i) ? 11'd0 : written_q + 11'(wr_words);
    end
  end

  logic probe_fill_pong, probe_drain_pong, probe_drain;
  logic [7:0] probe_drain_step, group_at;
  logic [31:0] probe_drain_block;
  logic [((TileTokens + Banks - 1) / Banks > 1 ? $clog2((TileTokens + Banks - 1) / Banks) : 1)-1:0]
      probe_group;
  localparam int unsigned Groups = (TileTokens + Banks - 1) / Banks;
  localparam int unsigned Depth = Blocks * Groups * Steps;
  logic [Heads*HeadDim*TileTokens-1:0] probe_ping, probe_pong;
  logic [Banks*Depth*Heads*HeadDim-1:0] probe_mem;
  logic ping_bit, pong_bit, word_bit;

  // Running tokens of the block that is written.
  logic [10:0] behind, here;
  assign behind = n_tokens - 11'(probe_drain_block) * 11'(TileTokens);
  assign here = (behind > 11'(TileTokens)) ? 11'(TileTokens) : behind;

  assign group_at = 8'(probe_group);
  assign ping_bit = probe_ping[(head*HeadDim+dim)*TileTokens+place];
  assign pong_bit = probe_pong[(head*HeadDim+dim)*TileTokens+place];
  assign word_bit = probe_mem[((place % Banks)*Depth + (block*Groups + group)*Steps + step)*Heads*HeadDim +
                              head*HeadDim + dim];

  always_comb begin
    assume (n_tokens >= 11'd1 && 32'(n_tokens) <= Tokens);
    assume (32'(head) < Heads && 32'(dim) < HeadDim && {1'b0, token} < n_tokens);
    assume (32'(step) < Steps && 32'(a_step_i) < Steps);
    assume (32'(re_token_i) < Tokens && 32'(re_step_i) < Steps);
    assume (32'(a_block_i) < Blocks && 11'(a_block_i) * 11'(TileTokens) < n_tokens);
    if (a_valid_i && col_q != '0) assume (a_step_i == fill_step_q && a_block_i == fill_block_q);

    if (read_q) a_word: assert (rdata[head*HeadDim+dim] == expected_q);
    if (last_col && draining) a_emptied: assert (written_q + 11'(wr_words) == here);
    if (draining_q && !draining) a_all_written: assert (written_q == here || written_q == '0);
    if (!draining) a_quiet: assert (wr_words == '0);

    // Helpers of the induction.
    h_drain: assert (draining == probe_drain);
    h_col: assert (32'(col_q) < HeadDim);
    if (draining) begin
      h_step: assert (32'(probe_drain_step) < Steps);
      h_group: assert (11'(group_at) * 11'(Banks) < here &&
                       32'(probe_drain_block) < Blocks &&
                       11'(probe_drain_block) * 11'(TileTokens) < n_tokens && 11'(group_at) * 11'(Banks) == written_q);
      h_other: assert (probe_drain_pong != probe_fill_pong);
      h_behind: assert (8'(col_q) <= group_at);
    end
    if (col_q == '0) h_no_fill: assert (!fill_known_q);
    if (fill_known_q) begin
      h_fill: assert ((probe_fill_pong ? pong_bit : ping_bit) == fill_bit_q);
      h_fill_col: assert (8'(col_q) > dim && fill_step_q == step && 10'(fill_block_q) == block);
    end
    if (known_q) begin
      h_since: assert (since_q != '0);
      if (since_q <= 16'(group) + 16'd1) begin
        h_draining: assert (draining && probe_drain_step == step && since_q == 16'(group_at) + 16'd1 &&
                            10'(probe_drain_block) == block);
        h_drain_bit: assert ((probe_drain_pong ? pong_bit : ping_bit) == bit_q);
      end else begin
        h_word: assert (word_bit == bit_q);
        if (draining && probe_drain_step == step && 10'(probe_drain_block) == block) h_passed: assert (group_at > group);
      end
    end
  end

  always_ff @(posedge clk_i) begin
    c_read: cover (rst_ni && read_q && expected_q);
    c_earliest: cover (rst_ni && known_q && since_q == 16'(group) + 16'd2 && re_i &&
                       re_token_i == token && re_step_i == step && n_tokens == 11'(Tokens));
  end

  // Shapes in which emptying takes as long as filling.
  if (Groups == HeadDim) begin : gen_tight
    always_ff @(posedge clk_i) c_back_to_back: cover (rst_ni && draining && last_col);
  end

endmodule
