// SPDX-License-Identifier: Apache-2.0
// Receives and checks the input packet of one image; says where each of its words belongs.
//
// No parameters. Packets: docs/architecture.md. `in_ready_o` is high while the memory is free. A
// good packet raises `full_o` until `release_i`; a bad one gives one pulse of `packet_error_o`, one
// cycle after the fault was seen, and is dropped up to its last word. Bad: too short, too long, an
// intensity above 256, or another bit that is not 0 (those of rows from rows_i on included).
// `spikes_i`, `rows_i`, `n_tokens_i` and `steps_i` stand still from the first word to the release.
//
// `we_o` is up in the cycle in which a word is taken; the place beside it is that of in_data_i. What
// a bad packet has written does no harm: it is never marked full. One word per cycle.

`default_nettype none

module xpk_input_receiver (
    input  wire logic        clk_i,
    input  wire logic        rst_ni,
    input  wire logic        clr_i,
    input  wire logic        in_valid_i,
    output logic             in_ready_o,
    input  wire logic [31:0] in_data_i,
    input  wire logic        in_last_i,
    input  wire logic        spikes_i,        // words carry spikes, not intensities
    input  wire logic [10:0] rows_i,
    input  wire logic [xpk_pkg::TokenCountBits-1:0] n_tokens_i,
    input  wire logic [ 7:0] steps_i,
    output logic             full_o,          // a complete packet is waiting or in use
    output logic             packet_error_o,
    input  wire logic        release_i,
    output logic             we_o,
    output logic      [xpk_pkg::TokenBits-1:0] we_token_o,
    output logic      [ 7:0] we_step_o,       // 0 for intensities
    output logic      [ 9:0] we_index_o       // of the word within the token or token-step
);

  localparam int unsigned IntensityBits = xpk_pkg::IntensityBits;

  logic full_q, drop_q, error_q;
  logic [xpk_pkg::TokenBits-1:0] token_q;
  logic [7:0] step_q;
  logic [9:0] index_q;
  logic accept, last_index, last_step, last_word, bad_intensity, bad_spikes, fault;
  logic [IntensityBits-1:0] low, high;
  logic [31:0] beyond;  // spikes of rows that do not exist

  assign in_ready_o = !full_q;
  assign full_o = full_q;
  assign packet_error_o = error_q;
  assign accept = in_valid_i && !full_q;
  assign we_o = accept && !drop_q;
  assign we_token_o = token_q;
  assign we_step_o = step_q;
  assign we_index_o = index_q;

  assign last_index = {1'b0, index_q} == (spikes_i ? (rows_i - 11'd1) >> 5 : (rows_i - 11'd1) >> 1);
  assign last_step = !spikes_i || (step_q == steps_i - 8'd1);
  assign last_word = last_index && last_step && ({1'b0, token_q} == n_tokens_i - 1'b1);

  assign low = in_data_i[0+:IntensityBits];
  assign high = in_data_i[16+:IntensityBits];
  assign bad_intensity = (low > 9'd256) || (high > 9'd256) || (in_data_i[15:9] != '0) ||
                         (in_data_i[31:25] != '0) || (last_index && rows_i[0] && high != '0);
  assign beyond = in_data_i >> rows_i[4:0];
  assign bad_spikes = last_index && (rows_i[4:0] != '0) && (beyond != '0);
  assign fault = we_o && ((spikes_i ? bad_spikes : bad_intensity) || (last_word != in_last_i));

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      full_q <= 1'b0;
      drop_q <= 1'b0;
      error_q <= 1'b0;
      token_q <= '0;
      step_q <= '0;
      index_q <= '0;
    end else if (clr_i) begin
      full_q <= 1'b0;
      drop_q <= 1'b0;
      error_q <= 1'b0;
      token_q <= '0;
      step_q <= '0;
      index_q <= '0;
    end else begin
      error_q <= fault;
      if (release_i) full_q <= 1'b0;
      if (accept) begin
        drop_q <= (drop_q || fault) && !in_last_i;
        if (in_last_i) full_q <= !drop_q && !fault;
        if (in_last_i || drop_q || fault) begin
          token_q <= '0;
          step_q <= '0;
          index_q <= '0;
        end else begin
          index_q <= last_index ? '0 : index_q + 10'd1;
          if (last_index && spikes_i) step_q <= last_step ? '0 : step_q + 8'd1;
          if (last_index && last_step) token_q <= token_q + 1'b1;
        end
      end
    end
  end

endmodule

`default_nettype wire
