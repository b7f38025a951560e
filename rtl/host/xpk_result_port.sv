// SPDX-License-Identifier: Apache-2.0
// Result packets of the core to the AXI4-Stream port or, word by word, to registers.
//
// No parameters. Latency 1 cycle, one word per cycle. A word that has been offered stays until it is
// taken, whatever happens to the core. If `clr_i` cuts a packet off behind its first word, a word
// with `m_last_o` and `m_cut_o` ends it, so that the receiver knows where the next one begins.

`default_nettype none

module xpk_result_port (
    input  wire logic        clk_i,
    input  wire logic        rst_ni,
    input  wire logic        clr_i,      // the core is cleared in this cycle
    input  wire logic        words_i,    // HOST_MODE.words; stands still while open_o
    // Core.
    input  wire logic        out_valid_i,
    output logic             out_ready_o,
    input  wire logic [31:0] out_data_i,
    input  wire logic        out_last_i,
    // AXI4-Stream.
    output logic             m_valid_o,
    input  wire logic        m_ready_i,
    output logic      [31:0] m_data_o,
    output logic             m_last_o,
    output logic             m_cut_o,
    // Registers: the same word, taken by word_re_i.
    output logic             word_valid_o,
    input  wire logic        word_re_i,
    output logic             open_o,     // a packet is in the middle
    output logic             done_o      // pulse: the core has handed over a last word
);

  logic in_valid, in_ready, valid, take;
  logic [33:0] in_word, word;
  logic begun_q;  // a packet has come in without its last word
  logic cut_q;    // it is to be ended
  logic begun, given_q;

  // ---- In: words of the core, and ends of packets that it has forgotten --------------------------
  assign out_ready_o = in_ready && !cut_q;
  assign in_valid = cut_q || out_valid_i;
  assign in_word = cut_q ? {2'b11, 32'd0} : {1'b0, out_last_i, out_data_i};
  assign begun = (out_valid_i && out_ready_o) ? !out_last_i : begun_q;
  assign done_o = out_valid_i && out_ready_o && out_last_i;

  xpk_stream_reg #(
      .Width(34)
  ) u_words (
      .clk_i, .rst_ni, .clr_i(1'b0),
      .in_valid_i(in_valid), .in_ready_o(in_ready), .in_data_i(in_word),
      .out_valid_o(valid), .out_ready_i(words_i ? word_re_i : m_ready_i), .out_data_o(word)
  );

  // ---- Out ---------------------------------------------------------------------------------------
  assign {m_cut_o, m_last_o, m_data_o} = word;
  assign m_valid_o = valid && !words_i;
  assign word_valid_o = valid && words_i;
  assign take = valid && (words_i ? word_re_i : m_ready_i);
  assign open_o = begun_q || cut_q || valid || given_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      begun_q <= 1'b0;
      cut_q <= 1'b0;
      given_q <= 1'b0;
    end else begin
      begun_q <= begun && !clr_i;
      cut_q <= (clr_i && begun) || (cut_q && !in_ready);
      if (take) given_q <= !m_last_o;  // words of a packet have been taken, its last one not
    end
  end

endmodule

`default_nettype wire
