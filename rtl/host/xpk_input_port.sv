// SPDX-License-Identifier: Apache-2.0
// Input packets from the AXI4-Stream port or, word by word, from registers, to the core.
//
// | parameter | legal          | meaning          |
// |-----------|----------------|------------------|
// | Words     | 1, 2, 4, 8, 16 | words of a beat  |
//
// The stream passes through without delay. Words are collected into a beat; the last one of a packet
// ends its beat, whose other words are then 0. `clr_i` drops the rest of a packet that has begun:
// what is left of it never looks like the beginning of another one.

`default_nettype none

module xpk_input_port #(
    parameter int unsigned Words = 1
) (
    input  wire logic                clk_i,
    input  wire logic                rst_ni,
    input  wire logic                clr_i,
    input  wire logic                words_i,       // HOST_MODE.words; stands still while open_o
    // AXI4-Stream.
    input  wire logic                s_valid_i,
    output logic                     s_ready_o,
    input  wire logic [32*Words-1:0] s_data_i,
    input  wire logic                s_last_i,
    // Registers.
    input  wire logic                word_we_i,     // while room_o
    input  wire logic [31:0]         word_i,
    input  wire logic                word_last_i,
    output logic                     room_o,
    // Core.
    output logic                     in_valid_o,
    input  wire logic                in_ready_i,
    output logic [32*Words-1:0]      in_data_o,
    output logic                     in_last_o,
    output logic                     open_o         // a packet is in the middle
);

  localparam int unsigned FillBits = (Words > 1) ? $clog2(Words) : 1;

  logic [32*Words-1:0] beat_q;
  logic [FillBits-1:0] fill_q;
  logic full_q, last_q;  // of the beat
  logic open_q, drop_q;  // of the stream
  logic s_take, begun;

  assign room_o = words_i && !full_q;
  assign s_ready_o = !words_i && (drop_q || in_ready_i);
  assign s_take = s_valid_i && s_ready_o;

  assign in_valid_o = words_i ? full_q : (s_valid_i && !drop_q);
  assign in_data_o = words_i ? beat_q : s_data_i;
  assign in_last_o = words_i ? last_q : s_last_i;
  assign begun = s_take ? !s_last_i : open_q;
  assign open_o = open_q || full_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      beat_q <= '0;
      fill_q <= '0;
      {full_q, last_q, open_q, drop_q} <= '0;
    end else begin
      if (words_i) begin
        // Words have no rest to drop: their host knows that it has cleared the chip.
        if (clr_i) begin
          open_q <= 1'b0;
        end else if (word_we_i) begin
          open_q <= !word_last_i;
        end
      end else begin
        open_q <= begun;
        drop_q <= (drop_q || clr_i) && begun;
      end

      if (clr_i || (full_q && in_ready_i)) begin
        beat_q <= '0;
        fill_q <= '0;
        full_q <= 1'b0;
      end else if (word_we_i) begin
        for (int unsigned i = 0; i < Words; i++) begin
          if (fill_q == FillBits'(i)) beat_q[32*i+:32] <= word_i;
        end
        fill_q <= fill_q + 1'b1;
        full_q <= word_last_i || (fill_q == FillBits'(Words - 1));
        last_q <= word_last_i;
      end
    end
  end

endmodule

`default_nettype wire
