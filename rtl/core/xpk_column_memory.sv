// SPDX-License-Identifier: Apache-2.0
// Spikes of Q, K or V: written feature by feature as the converters deliver them, read as columns
// of a block of tokens, one column of every head per cycle.
//
// | parameter  | legal                               | meaning                        |
// |------------|-------------------------------------|--------------------------------|
// | Tokens     | 1..4 * TileTokens                   | tokens held                    |
// | TileTokens | 1..256                              | tokens of a block: of a column |
// | Heads      | >= 1                                | attention heads                |
// | HeadDim    | a multiple of Converters            | columns of a head              |
// | Steps      | 1..256                              | time steps                     |
// | Cols       | a multiple of HeadDim               | features of a row block        |
// | Converters | >= 1                                | features written per cycle and row block |
//
// Feature f = h * HeadDim + d lives in row block f / Cols, in bank d mod Converters. A word of a
// bank holds one bit per token of a block, for each head of the row block. Token n belongs to block
// n / TileTokens; address = (block * Steps + step) * (HeadDim / Converters) + d / Converters. Since Converters divides HeadDim and HeadDim divides Cols, one mux
// step fills one column index d / Converters of one head: every bank writes the same single bit of
// the same address, and a read needs one bank of each row block, at one address.
//
// Read latency 1 cycle; `rdata_o` holds until the next read. Contents are not reset: tokens that
// were never written read as anything. One read and one write per cycle; a word that is read while
// it is written comes out old.

`default_nettype none

module xpk_column_memory #(
    parameter int unsigned Tokens = 8,
    parameter int unsigned TileTokens = Tokens,
    parameter int unsigned Heads = 2,
    parameter int unsigned HeadDim = 8,
    parameter int unsigned Steps = 4,
    parameter int unsigned Cols = 16,
    parameter int unsigned Converters = 4,
    localparam int unsigned MuxSteps = Cols / Converters,
    localparam int unsigned RowBlocks = (Heads * HeadDim + Cols - 1) / Cols,
    localparam int unsigned MuxBits = (MuxSteps > 1) ? $clog2(MuxSteps) : 1,
    localparam int unsigned ColBits = (HeadDim > 1) ? $clog2(HeadDim) : 1,
    localparam int unsigned Blocks = (Tokens + TileTokens - 1) / TileTokens,
    localparam int unsigned BlockBits = (Blocks > 1) ? $clog2(Blocks) : 1
) (
    input  wire logic                            clk_i,
    // One mux step: lane c of row block b is feature b * Cols + wstep_i * Converters + c.
    input  wire logic                            we_i,
    input  wire xpk_pkg::tag_t                   wtag_i,
    input  wire logic [             MuxBits-1:0] wstep_i,
    input  wire logic [RowBlocks*Converters-1:0] wbits_i,
    // One column: bit h * TileTokens + n mod TileTokens.
    input  wire logic                            re_i,
    input  wire logic [           BlockBits-1:0] rblock_i,
    input  wire logic [                     7:0] rstep_i,
    input  wire logic [             ColBits-1:0] rcol_i,
    output logic      [    Heads*TileTokens-1:0] rdata_o
);

  localparam int unsigned Groups = HeadDim / Converters;  // words of a bank per time step
  localparam int unsigned BlockHeads = Cols / HeadDim;
  localparam int unsigned Depth = Blocks * Steps * Groups;
  localparam int unsigned AddrBits = (Depth > 1) ? $clog2(Depth) : 1;
  localparam int unsigned BankBits = (Converters > 1) ? $clog2(Converters) : 1;

  if (TileTokens < 1 || TileTokens > 256 || Tokens < 1 || Tokens > 4 * TileTokens || Heads < 1 ||
      Steps < 1 || Steps > 256) begin : gen_check_range
    $error("xpk_column_memory: Tokens, TileTokens, Heads or Steps out of range");
  end
  if (HeadDim % Converters != 0 || Cols % HeadDim != 0) begin : gen_check_shape
    $error("xpk_column_memory: Converters must divide HeadDim, and HeadDim must divide Cols");
  end

  // Everything that depends on the mux step or the column alone is worked out once for all banks.
  logic [31:0] whead;  // head within the row block
  logic [31:0] wblock_number, rblock_number, wplace;  // wplace: token within its block
  logic [AddrBits-1:0] waddr, raddr;
  logic [BankBits-1:0] rbank, rbank_q;

  assign whead = 32'(wstep_i) / Groups;
  assign wplace = 32'(wtag_i.token) - wblock_number * TileTokens;
  assign waddr = AddrBits'((wblock_number * Steps + 32'(wtag_i.step)) * Groups +
                           32'(wstep_i) % Groups);
  assign raddr = AddrBits'((rblock_number * Steps + 32'(rstep_i)) * Groups +
                           32'(rcol_i) / Converters);
  assign rbank = BankBits'(32'(rcol_i) % Converters);

  // Comparisons with the few borders need no divider.
  if (Blocks > 1) begin : gen_blocks
    always_comb begin
      wblock_number = 0;
      for (int unsigned b = 1; b < Blocks; b++) begin
        if (32'(wtag_i.token) >= b * TileTokens) wblock_number = b;
      end
    end
    assign rblock_number = 32'(rblock_i);
  end else begin : gen_one_block
    logic unused_block;
    assign unused_block = ^rblock_i;
    assign {wblock_number, rblock_number} = '0;
  end

  always_ff @(posedge clk_i) begin
    if (re_i) rbank_q <= rbank;
  end

  for (genvar b = 0; b < RowBlocks; b++) begin : gen_block
    // The last row block may hold fewer heads than the others.
    localparam int unsigned First = b * BlockHeads;
    localparam int unsigned Here = (Heads - First < BlockHeads) ? Heads - First : BlockHeads;
    localparam int unsigned Width = Here * TileTokens;
    localparam int unsigned BitBits = (Width > 1) ? $clog2(Width) : 1;

    logic wblock;
    logic [BitBits-1:0] wbit;
    logic [Converters*Width-1:0] words_q;  // what each bank read last

    assign wblock = we_i && (whead < Here);
    assign wbit = BitBits'(whead * TileTokens + wplace);

    for (genvar c = 0; c < Converters; c++) begin : gen_bank
      logic [Width-1:0] mem[0:Depth-1];

      always_ff @(posedge clk_i) begin
        if (wblock) mem[waddr][wbit] <= wbits_i[b*Converters+c];
        if (re_i && rbank == BankBits'(c)) words_q[c*Width+:Width] <= mem[raddr];
      end
    end

    assign rdata_o[First*TileTokens+:Width] = words_q[rbank_q*Width+:Width];
  end

endmodule

`default_nettype wire
