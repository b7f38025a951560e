// SPDX-License-Identifier: Apache-2.0
// Random numbers of the attention of all heads: banks S and A, and their share for the block at the
// tiles.
//
// | parameter  | legal                 | meaning                                         |
// |------------|-----------------------|-------------------------------------------------|
// | Tokens     | see xpk_ssa_engine    | N, longest sequence                             |
// | TileTokens | see xpk_ssa_engine    | side of a tile; a multiple of 4 if below Tokens |
// | Heads      | 1..32                 | tiles                                           |
// | LeapScore  | 1..32                 | register steps per draw of bank S               |
// | LeapValue  | 1..32                 | register steps per draw of bank A               |
// | Seeds      | see xpk_lfsr_bank     | lanes seeded by one write                       |
//
// Bank S of a head is a ring of Tokens bytes, on offer for all blocks of a time step. The block of
// row block score_row_i and key block score_key_i gets the bytes from number (score_row_i +
// score_key_i) * TileTokens on: as many as its cells can ask for. draw_score_i uses the bytes up.
//
// A row has a number of bank A: byte i mod 4 of lane i / 4 or, if Tokens > 256, half-word i mod 2 of
// lane i / 2. Those of row block value_row_i are on offer; draw_value_i uses them up, and lets only
// their lanes draw. No lane belongs to two row blocks.
//
// Source: docs/numerics.md sections 2 and 7.

`default_nettype none

module xpk_ssa_draws #(
    parameter int unsigned Tokens = 8,
    parameter int unsigned TileTokens = Tokens,
    parameter int unsigned Heads = 2,
    parameter int unsigned LeapScore = 32,
    parameter int unsigned LeapValue = 32,
    parameter int unsigned Seeds = 1,
    localparam int unsigned N = TileTokens,
    localparam int unsigned Blocks = (Tokens + N - 1) / N,
    localparam int unsigned BlockBits = (Blocks > 1) ? $clog2(Blocks) : 1,
    localparam int unsigned DrawBits = (Tokens > 256) ? 16 : 8,
    localparam int unsigned ScoreBytes = (Blocks > 1) ? 2 * N : N
) (
    input  wire logic                          clk_i,
    input  wire logic                          rst_ni,
    // Lane states: bank S of head 0, 1, .., then bank A of head 0, 1, ..
    input  wire logic                          seed_we_i,
    input  wire logic [15:0]                   seed_lane_i,
    input  wire logic [Seeds*32-1:0]           seed_state_i,
    // Bank S; byte b of head h at [(h*ScoreBytes + b)*8 +: 8].
    input  wire logic                          draw_score_i,
    input  wire logic [BlockBits-1:0]          score_row_i,
    input  wire logic [BlockBits-1:0]          score_key_i,
    output logic      [Heads*ScoreBytes*8-1:0] score_bytes_o,
    // Bank A; number of row i of head h at [(h*TileTokens + i)*DrawBits +: DrawBits].
    input  wire logic                          draw_value_i,
    input  wire logic [BlockBits-1:0]          value_row_i,
    output logic      [Heads*N*DrawBits-1:0]   value_numbers_o
);

  localparam int unsigned ScoreHeadLanes = (Tokens + 3) / 4;
  localparam int unsigned ScoreLanes = Heads * ScoreHeadLanes;
  localparam int unsigned ValueHeadLanes = (Tokens * DrawBits + 31) / 32;
  localparam int unsigned ValueLanes = Heads * ValueHeadLanes;
  localparam int unsigned Draws = (Blocks > 1) ? ValueLanes : 1;

  logic [ScoreLanes*32-1:0] bytes_s;
  logic [ValueLanes*32-1:0] bytes_a;
  logic [Draws-1:0] draw_value;

  xpk_lfsr_bank #(
      .Lanes(ScoreLanes),
      .Leap (LeapScore),
      .Seeds(Seeds)
  ) u_score_bank (
      .clk_i, .rst_ni,
      .seed_we_i,
      .seed_lane_i,
      .seed_i (seed_state_i),
      .draw_i (draw_score_i),
      .bytes_o(bytes_s)
  );
  xpk_lfsr_bank #(
      .Lanes(ValueLanes),
      .Leap (LeapValue),
      .Seeds(Seeds),
      .First(ScoreLanes),
      .Draws(Draws)
  ) u_value_bank (
      .clk_i, .rst_ni,
      .seed_we_i,
      .seed_lane_i,
      .seed_i (seed_state_i),
      .draw_i (draw_value),
      .bytes_o(bytes_a)
  );

  if (Blocks > 1) begin : gen_blocks
    localparam int unsigned BlockLanes = N * DrawBits / 32;
    for (genvar l = 0; l < ValueLanes; l++) begin : gen_lane
      assign draw_value[l] =
          draw_value_i && value_row_i == BlockBits'(l % ValueHeadLanes / BlockLanes);
    end

    // Windows begin at multiples of the side; sides that divide the ring lead back to its start.
    localparam int unsigned Windows = (Tokens % N == 0) ? Blocks : 2 * Blocks - 1;
    localparam int unsigned RingBytes = (Windows + 1) * N;
    localparam int unsigned Turns = (RingBytes + Tokens - 1) / Tokens;
    logic [2:0] window;
    always_comb begin
      window = 3'(score_row_i) + 3'(score_key_i);
      if (32'(window) >= Windows) window = 3'(32'(window) - Windows);
    end

    for (genvar h = 0; h < Heads; h++) begin : gen_head
      logic [RingBytes*8-1:0] ring;
      logic [Blocks*N*DrawBits-1:0] rows;
      assign ring = (RingBytes * 8)'({Turns{bytes_s[h*ScoreHeadLanes*32+:Tokens*8]}});
      assign rows = (Blocks * N * DrawBits)'(bytes_a[h*ValueHeadLanes*32+:ValueHeadLanes*32]);
      assign score_bytes_o[h*ScoreBytes*8+:ScoreBytes*8] = ring[32'(window)*N*8+:ScoreBytes*8];
      assign value_numbers_o[h*N*DrawBits+:N*DrawBits] =
          rows[32'(value_row_i)*N*DrawBits+:N*DrawBits];
    end
  end else begin : gen_one_block
    logic unused_blocks;
    assign unused_blocks = ^{score_row_i, score_key_i, value_row_i};
    assign draw_value = draw_value_i;
    for (genvar h = 0; h < Heads; h++) begin : gen_head
      assign score_bytes_o[h*N*8+:N*8] = bytes_s[h*ScoreHeadLanes*32+:N*8];
      assign value_numbers_o[h*N*8+:N*8] = bytes_a[h*ValueHeadLanes*32+:N*8];
    end
  end

  // The last lane of a head may have bytes to spare.
  logic unused_bytes;
  assign unused_bytes = ^{bytes_s, bytes_a};

endmodule

`default_nettype wire
