// SPDX-License-Identifier: Apache-2.0
// Input of a folded chip: keeps the words of one packet and encodes a token-step, row by row.
//
// | parameter | legal   | meaning                  |
// |-----------|---------|--------------------------|
// | Tokens    | 1..64   | tokens of a packet       |
// | InputRows | 1..1024 | rows of a token          |
// | Steps     | 1..64   | time steps               |
//
// start_i (while busy_o is 0) encodes token token_i at time step step_i: for every row f, in order,
// bit_we_o with its number and its spike. Tokens outer, time steps inner, from 0 on. A row takes three
// cycles, and every fourth one a draw of lane f / 4 of the input bank before it.
// Source: docs/numerics.md section 4; packets: docs/architecture.md.

`default_nettype none

module xpk_fold_encoder #(
    parameter int unsigned Tokens = 8,
    parameter int unsigned InputRows = 16,
    parameter int unsigned Steps = 8,
    localparam int unsigned RowBits = (InputRows > 1) ? $clog2(InputRows) : 1,
    localparam int unsigned LaneBits = (InputRows > 4) ? $clog2((InputRows + 3) / 4) : 1
) (
    input  wire logic                clk_i,
    input  wire logic                rst_ni,
    input  wire logic                clr_i,
    // Packets.
    input  wire logic                in_valid_i,
    output logic                     in_ready_o,
    input  wire logic [31:0]         in_data_i,
    input  wire logic                in_last_i,
    output logic                     full_o,
    output logic                     packet_error_o,
    input  wire logic                release_i,
    // Settings; those of other parts are not used.
    /* verilator lint_off UNUSEDSIGNAL */
    input  wire xpk_pkg::ctrl_t      ctrl_i,
    /* verilator lint_on UNUSEDSIGNAL */
    input  wire logic [InputRows-1:0] binary_i,
    // Token-steps.
    input  wire logic                start_i,
    input  wire logic [xpk_pkg::TokenBits-1:0] token_i,
    input  wire logic [ 7:0]         step_i,
    output logic                     busy_o,
    output logic                     bit_we_o,
    output logic      [RowBits-1:0]  bit_row_o,
    output logic                     bit_o,
    // Random bytes.
    output logic                     draw_o,
    output logic      [LaneBits-1:0] draw_lane_o,
    input  wire logic                draw_busy_i,
    input  wire logic [31:0]         bytes_i
);

  localparam int unsigned IntensityWords = Tokens * ((InputRows + 1) / 2);
  localparam int unsigned SpikeWords = Tokens * Steps * ((InputRows + 31) / 32);
  localparam int unsigned Words = (IntensityWords > SpikeWords) ? IntensityWords : SpikeWords;
  localparam int unsigned WordBits = (Words > 1) ? $clog2(Words) : 1;

  // ---- Packet --------------------------------------------------------------------------------
  logic we, first_word;
  logic unused_page, unused_we_page;
  logic [xpk_pkg::TokenBits-1:0] we_token;
  logic [7:0] we_step;
  logic [9:0] we_index;
  logic [WordBits-1:0] waddr, waddr_q;
  logic [31:0] word;

  xpk_input_receiver u_receiver (
      .clk_i, .rst_ni, .clr_i, .in_valid_i, .in_ready_o, .in_data_i, .in_last_i,
      .spikes_i(ctrl_i.input_spikes), .rows_i(ctrl_i.input_rows), .n_tokens_i(ctrl_i.n_tokens),
      .steps_i(ctrl_i.steps), .full_o, .packet_error_o, .release_i, .page_o(unused_page),
      .we_o(we), .we_page_o(unused_we_page), .we_token_o(we_token), .we_step_o(we_step),
      .we_index_o(we_index)
  );

  // Words lie in the order of the packet.
  assign first_word = we_token == '0 && we_step == '0 && we_index == '0;
  assign waddr = first_word ? '0 : waddr_q;

  // ---- Token-step ----------------------------------------------------------------------------
  typedef enum logic [2:0] {Idle, Draw, Wait, Read, Use} state_e;
  state_e state_q;
  logic [RowBits-1:0] row_q;
  logic [WordBits-1:0] base_q, words, offset;
  logic [10:0] last_row;
  logic [15:0] beyond_base;  // row - position_base
  logic [8:0] intensity;
  logic [7:0] draw;
  logic exists, position, last;

  assign last_row = ctrl_i.input_rows - 11'd1;
  assign words = ctrl_i.input_spikes ? WordBits'(32'(last_row) >> 5) + 1'b1 : WordBits'(32'(last_row) >> 1) + 1'b1;
  assign offset = ctrl_i.input_spikes ? WordBits'(32'(row_q) >> 5) : WordBits'(32'(row_q) >> 1);
  assign last = 32'(row_q) == InputRows - 1;

  xpk_ram_1r1w #(
      .Width(32), .Depth(Words), .ReadFirst(1'b0)
  ) u_words (
      .clk_i, .we_i(we), .waddr_i(waddr), .wdata_i(in_data_i), .re_i(state_q == Read),
      .raddr_i(base_q + offset), .rdata_o(word)
  );

  assign exists = 11'(row_q) < ctrl_i.input_rows;
  assign beyond_base = 16'(row_q) - ctrl_i.position_base;
  assign position = ctrl_i.position_enable && beyond_base < 16'(ctrl_i.n_tokens);
  assign intensity = !exists ? '0 : row_q[0] ? word[24:16] : word[8:0];
  assign draw = bytes_i[8*2'(row_q)+:8];

  always_comb begin
    if (position) bit_o = beyond_base == 16'(token_i);
    else if (ctrl_i.input_spikes) bit_o = exists && word[5'(row_q)];
    else if (binary_i[row_q]) bit_o = intensity != '0;
    else bit_o = xpk_pkg::bernoulli(11'(intensity), 10'(draw), ctrl_i.k_input);
  end

  assign busy_o = state_q != Idle;
  assign bit_we_o = state_q == Use;
  assign bit_row_o = row_q;
  assign draw_o = state_q == Draw && 2'(row_q) == '0 && !ctrl_i.input_spikes;
  assign draw_lane_o = LaneBits'(11'(row_q) >> 2);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= Idle;
      row_q <= '0;
      base_q <= '0;
      waddr_q <= '0;
    end else begin
      if (we) waddr_q <= waddr + 1'b1;
      if (clr_i) begin
        state_q <= Idle;
      end else begin
        case (state_q)
          Idle: begin
            if (start_i) begin
              state_q <= Draw;
              row_q <= '0;
              if (token_i == '0 && step_i == '0) base_q <= '0;
              else if (step_i == '0 || ctrl_i.input_spikes) base_q <= base_q + words;
            end
          end
          Draw: state_q <= draw_o ? Wait : Read;
          Wait: if (!draw_busy_i) state_q <= Read;
          Read: state_q <= Use;
          Use: begin
            row_q <= row_q + 1'b1;
            state_q <= last ? Idle : Draw;
          end
          default: state_q <= Idle;
        endcase
      end
    end
  end

endmodule

`default_nettype wire
