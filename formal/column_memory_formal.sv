// SPDX-License-Identifier: Apache-2.0
// xpk_column_memory: the bit of a feature, token and time step, written in its mux step, is in its
// place of the column that is read; no other write touches it; a read in the cycle of a write
// returns the old bit; what was read stays until the next read.
//
// Assumes tokens, steps, mux steps and columns in range.

module column_memory_formal #(
    parameter int unsigned Tokens = 2,
    parameter int unsigned TileTokens = Tokens,
    parameter int unsigned Heads = 2,
    parameter int unsigned HeadDim = 2,
    parameter int unsigned Steps = 2,
    parameter int unsigned Cols = 4,
    parameter int unsigned Converters = 2,
    localparam int unsigned MuxSteps = Cols / Converters,
    localparam int unsigned RowBlocks = (Heads * HeadDim + Cols - 1) / Cols,
    localparam int unsigned MuxBits = (MuxSteps > 1) ? $clog2(MuxSteps) : 1,
    localparam int unsigned ColBits = (HeadDim > 1) ? $clog2(HeadDim) : 1,
    localparam int unsigned Blocks = (Tokens + TileTokens - 1) / TileTokens,
    localparam int unsigned TokenBlockBits = (Blocks > 1) ? $clog2(Blocks) : 1
) (
    input wire logic                            clk_i,
    input wire logic                            we_i,
    input wire logic [9:0] wtoken_i,
    input wire logic [7:0]                      wtime_i,
    input wire logic [MuxBits-1:0]              wstep_i,
    input wire logic [RowBlocks*Converters-1:0] wbits_i,
    input wire logic                            re_i,
    input wire logic [TokenBlockBits-1:0]       rblock_i,
    input wire logic [7:0]                      rstep_i,
    input wire logic [ColBits-1:0]              rcol_i
);

  logic [Heads*TileTokens-1:0] rdata;

  xpk_column_memory #(
      .Tokens(Tokens), .TileTokens(TileTokens), .Heads(Heads), .HeadDim(HeadDim), .Steps(Steps), .Cols(Cols),
      .Converters(Converters)
  ) u_dut (
      .clk_i, .we_i, .wtag_i({wtoken_i, wtime_i}), .wstep_i, .wbits_i,
      .re_i, .rblock_i, .rstep_i, .rcol_i, .rdata_o(rdata)
  );

  // One bit: head, column of the head, token, time step.
  (* anyconst *) logic [7:0] head, col, token, step;
  logic [7:0] feature, block, lane;
  logic [7:0] token_block, place_in;  // of the token, and its place there
  logic known_q = 1'b0, read_q = 1'b0;
  logic bit_q, expected_q, write;

  assign feature = head * 8'(HeadDim) + col;
  assign block = feature / 8'(Cols);
  assign token_block = token / 8'(TileTokens);
  assign place_in = token % 8'(TileTokens);
  assign lane = feature % 8'(Converters);
  assign write = we_i && wtoken_i == token && wtime_i == step &&
      8'(wstep_i) == feature % 8'(Cols) / 8'(Converters);

  always_ff @(posedge clk_i) begin
    if (write) begin
      known_q <= 1'b1;
      bit_q <= wbits_i[block*Converters+lane];
    end
    if (re_i) begin
      read_q <= known_q && rstep_i == step && 8'(rcol_i) == col && 8'(rblock_i) == token_block;
      expected_q <= bit_q;
    end
  end

  // The bit in its bank. The words of the last row block may be narrower.
  localparam int unsigned BlockHeads = Cols / HeadDim;
  localparam int unsigned Words = Blocks * Steps * HeadDim / Converters;  // of a bank
  localparam int unsigned BlockBits = Converters * Words * BlockHeads * TileTokens;
  localparam int unsigned LastHeads = Heads - (RowBlocks - 1) * BlockHeads;
  logic [Heads*HeadDim*Steps*Blocks*TileTokens-1:0] probe_mem;
  logic [15:0] width, word, place;

  assign width = (32'(block) == RowBlocks - 1) ? 16'(LastHeads * TileTokens) :
                                                     16'(BlockHeads * TileTokens);
  assign word = 16'(lane) * 16'(Words) + 
      (16'(token_block) * 16'(Steps) + 16'(step)) * 16'(HeadDim / Converters) +
      16'(col) / 16'(Converters);
  assign place = 16'(block) * 16'(BlockBits) + word * width +
      (16'(head) % 16'(BlockHeads)) * 16'(TileTokens) + 16'(place_in);

  always_comb begin
    assume (32'(head) < Heads && 32'(col) < HeadDim && 32'(token) < Tokens && 32'(step) < Steps);
    assume (32'(wtoken_i) < Tokens && 32'(wtime_i) < Steps && 32'(wstep_i) < MuxSteps);
    assume (32'(rstep_i) < Steps && 32'(rcol_i) < HeadDim && 32'(rblock_i) < Blocks);
    if (read_q) a_column: assert (rdata[head*TileTokens+place_in] == expected_q);
    if (known_q) h_bank: assert (probe_mem[place] == bit_q);
  end

  always_ff @(posedge clk_i) begin
    c_conflict: cover (known_q && write && re_i && rstep_i == step && 8'(rcol_i) == col && 8'(rblock_i) == token_block &&
                       bit_q != wbits_i[block*Converters+lane]);
    c_held: cover (read_q && expected_q != bit_q);
  end

endmodule
