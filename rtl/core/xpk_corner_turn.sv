// SPDX-License-Identifier: Apache-2.0
// Attention outputs: columns of a block of tokens come in, words of one token's features are read.
//
// | parameter  | legal             | meaning                                    |
// |------------|-------------------|--------------------------------------------|
// | Tokens     | 1..4 * TileTokens | tokens held                                |
// | TileTokens | 1..256            | tokens of a block: of a column             |
// | Heads      | >= 1              | attention heads                            |
// | HeadDim    | 1..256            | columns of a head per block and time step  |
// | Steps      | 1..256            | time steps                                 |
// | Memories   | 1..16             | word memories, each with a read port       |
//
// The HeadDim columns of a block fill one of two column buffers; once full, it is emptied row-wise
// while the other fills. G = ceil(TileTokens / HeadDim) tokens leave per cycle, so that a buffer is
// empty before the other is full, whatever the shape. Token n of a block goes to bank n mod G,
// address (block * R + n / G) * Steps + step, R = ceil(TileTokens / G). Only the first n_tokens_i
// tokens of the sequence are written.
//
// The words of a block go to the memory that `a_memory_i` names with its last column.
//
// A column is taken in every cycle with `a_valid_i`; columns of a block come in order. The word of
// its token n can be read from cycle n / G + 2 after the block's last column on. Read latency 1
// cycle, `rdata_o` holds until the next read. Words may be read while others are written.

`default_nettype none

module xpk_corner_turn #(
    parameter int unsigned Tokens = 8,
    parameter int unsigned TileTokens = Tokens,
    parameter int unsigned Heads = 2,
    parameter int unsigned HeadDim = 8,
    parameter int unsigned Steps = 4,
    parameter int unsigned Memories = 1,
    localparam int unsigned MemoryBits = (Memories > 1) ? $clog2(Memories) : 1,
    localparam int unsigned TagBits = xpk_pkg::TagBits,
    localparam int unsigned ColBits = (HeadDim > 1) ? $clog2(HeadDim) : 1,
    localparam int unsigned Banks = (TileTokens + HeadDim - 1) / HeadDim,
    localparam int unsigned WordsBits = $clog2(Banks + 1),
    localparam int unsigned Blocks = (Tokens + TileTokens - 1) / TileTokens,
    localparam int unsigned BlockBits = (Blocks > 1) ? $clog2(Blocks) : 1
) (
    input  wire logic                     clk_i,
    input  wire logic                     rst_ni,
    input  wire logic                     clr_i,
    input  wire logic [xpk_pkg::TokenCountBits-1:0] n_tokens_i,
    // Columns in: bit h * TileTokens + n.
    input  wire logic                     a_valid_i,
    input  wire logic [              7:0] a_step_i,
    input  wire logic [   MemoryBits-1:0] a_memory_i,
    input  wire logic [    BlockBits-1:0] a_block_i,
    input  wire logic [      ColBits-1:0] a_col_i,
    input  wire logic [Heads*TileTokens-1:0] a_i,
    output logic                          draining_o,  // words of a complete block are being written
    output logic      [    WordsBits-1:0] wr_words_o,  // token words written in this cycle
    // Token words out, one port per memory: bit h * HeadDim + d; tags are of type xpk_pkg::tag_t.
    input  wire logic [     Memories-1:0] re_i,
    input  wire logic [Memories*TagBits-1:0] re_tag_i,
    output logic      [Memories*Heads*HeadDim-1:0] rdata_o
);

  localparam int unsigned Dim = Heads * HeadDim;
  localparam int unsigned Groups = (TileTokens + Banks - 1) / Banks;  // tokens of a block in a bank
  localparam int unsigned GroupBits = (Groups > 1) ? $clog2(Groups) : 1;
  localparam int unsigned TokenBits = (TileTokens > 1) ? $clog2(TileTokens) : 1;
  localparam int unsigned Depth = Blocks * Groups * Steps;
  localparam int unsigned AddrBits = (Depth > 1) ? $clog2(Depth) : 1;
  // Simulation only: Verilator writes out loops of up to 64 rounds, which is too much code for
  // large heads; one round more, doing nothing, keeps the loop a loop.
  localparam int unsigned Rounds = (HeadDim > 32 && HeadDim < 65) ? 65 : HeadDim;
  localparam int unsigned BankBits = (Banks > 1) ? $clog2(Banks) : 1;

  if (Memories < 1 || Memories > 16) begin : gen_check_memories
    $error("xpk_corner_turn: Memories must be 1..16");
  end
  if (TileTokens < 1 || TileTokens > 256 || Tokens < 1 || Tokens > 4 * TileTokens || Heads < 1 ||
      HeadDim < 1 || HeadDim > 256 || Steps < 1 || Steps > 256) begin : gen_check
    $error("xpk_corner_turn: Tokens, TileTokens, Heads, HeadDim or Steps out of range");
  end

  // Filling.
  logic fill_pong_q;
  logic last_col;

  assign last_col = a_valid_i && (a_col_i == ColBits'(HeadDim - 1));

  // Emptying: group i holds the tokens i * Banks .. i * Banks + Banks - 1 of the block.
  logic drain_q, drain_pong_q;
  logic [7:0] drain_step_q;
  logic [GroupBits-1:0] group_q;
  logic [31:0] first, left, tokens;  // tokens: of the block
  logic [31:0] drain_block;
  logic [AddrBits-1:0] waddr;

  assign first = 32'(group_q) * Banks;
  assign left = tokens - first;  // at least 1 while draining
  assign waddr = AddrBits'((drain_block * Groups + 32'(group_q)) * Steps + 32'(drain_step_q));
  assign draining_o = drain_q;

  if (Blocks > 1) begin : gen_blocks
    logic [BlockBits-1:0] drain_block_q;
    always_ff @(posedge clk_i) begin
      if (last_col) drain_block_q <= a_block_i;
    end
    assign drain_block = 32'(drain_block_q);

    always_comb begin
      tokens = 32'(n_tokens_i) - drain_block * TileTokens;
      if (tokens > TileTokens) tokens = TileTokens;
    end
  end else begin : gen_one_block
    logic unused_block;
    assign unused_block = ^a_block_i;
    assign drain_block = '0;
    assign tokens = 32'(n_tokens_i);
  end

  always_comb begin
    wr_words_o = '0;
    if (drain_q) wr_words_o = (left < Banks) ? WordsBits'(left) : WordsBits'(Banks);
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      fill_pong_q <= 1'b0;
      drain_q <= 1'b0;
      drain_pong_q <= 1'b0;
      drain_step_q <= '0;
      group_q <= '0;
    end else if (clr_i) begin
      fill_pong_q <= 1'b0;
      drain_q <= 1'b0;
    end else begin
      if (drain_q) begin
        group_q <= group_q + 1'b1;
        if (left <= Banks) drain_q <= 1'b0;
      end
      if (last_col) begin
        drain_q <= 1'b1;
        drain_pong_q <= fill_pong_q;
        drain_step_q <= a_step_i;
        group_q <= '0;
        fill_pong_q <= !fill_pong_q;
      end
    end
  end

  // Two buffers per head, one register per column, each with its own enable.
  logic [Banks*Dim-1:0] wdata;

  for (genvar h = 0; h < Heads; h++) begin : gen_head
    (* mem2reg *) logic [TileTokens-1:0] ping_q[0:HeadDim-1];
    (* mem2reg *) logic [TileTokens-1:0] pong_q[0:HeadDim-1];
    logic [Banks*HeadDim-1:0] picked;

    always_ff @(posedge clk_i) begin
      if (a_valid_i && !fill_pong_q) ping_q[a_col_i] <= a_i[h*TileTokens+:TileTokens];
      if (a_valid_i && fill_pong_q) pong_q[a_col_i] <= a_i[h*TileTokens+:TileTokens];
    end

    // The tokens of the group, out of every column. Nothing is picked, and nothing toggles,
    // between steps. Banks without a token of theirs are not written.
    always_comb begin
      logic [Banks-1:0] spikes;
      picked = '0;
      spikes = '0;
      if (drain_q) begin
        for (int unsigned d = 0; d < Rounds; d++) begin
          if (d < HeadDim) begin
            if (drain_pong_q) spikes = pong_q[d][TokenBits'(first)+:Banks];
            else spikes = ping_q[d][TokenBits'(first)+:Banks];
            for (int unsigned g = 0; g < Banks; g++) picked[g*HeadDim+d] = spikes[g];
          end
        end
      end
    end

    for (genvar g = 0; g < Banks; g++) begin : gen_word
      assign wdata[g*Dim+h*HeadDim+:HeadDim] = picked[g*HeadDim+:HeadDim];
    end
  end

  // Which memory the words are for: nothing to choose if there is one.
  logic [Memories-1:0] drain_here;
  if (Memories > 1) begin : gen_choice
    logic [MemoryBits-1:0] drain_memory_q;
    always_ff @(posedge clk_i) begin
      if (last_col) drain_memory_q <= a_memory_i;
    end
    assign drain_here = Memories'(drain_q) << drain_memory_q;
  end else begin : gen_single
    logic unused_memory;
    assign unused_memory = ^a_memory_i;
    assign drain_here = drain_q;
  end

  // Reading selects a bank; the choice waits for the word.
  for (genvar m = 0; m < Memories; m++) begin : gen_memory
    logic [31:0] re_token, re_step, block, place;  // place: of the token in its block
    logic [BankBits-1:0] rbank, rbank_q;
    logic [AddrBits-1:0] raddr;
    logic [Banks*Dim-1:0] words;

    assign {re_token, re_step} = {32'(re_tag_i[m*TagBits+8+:xpk_pkg::TokenBits]),
                                  32'(re_tag_i[m*TagBits+:8])};
    always_comb begin
      block = 0;
      for (int unsigned b = 1; b < Blocks; b++) begin
        if (re_token >= b * TileTokens) block = b;
      end
    end
    assign place = re_token - block * TileTokens;
    assign rbank = BankBits'(place % Banks);
    assign raddr = AddrBits'((block * Groups + place / Banks) * Steps + re_step);
    assign rdata_o[m*Dim+:Dim] = words[rbank_q*Dim+:Dim];

    always_ff @(posedge clk_i) begin
      if (re_i[m]) rbank_q <= rbank;
    end

    for (genvar g = 0; g < Banks; g++) begin : gen_bank
      logic we;

      assign we = drain_here[m] && (left > g);

      xpk_ram_1r1w #(
          .Width(Dim),
          .Depth(Depth)
      ) u_ram (
          .clk_i,
          .we_i   (we),
          .waddr_i(waddr),
          .wdata_i(wdata[g*Dim+:Dim]),
          .re_i   (re_i[m] && rbank == BankBits'(g)),
          .raddr_i(raddr),
          .rdata_o(words[g*Dim+:Dim])
      );
    end
  end

endmodule

`default_nettype wire
