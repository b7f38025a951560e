// SPDX-License-Identifier: Apache-2.0
// Receives and checks the input packet of one image; says where each of its beats belongs.
//
// | parameter | legal          | meaning                              |
// |-----------|----------------|--------------------------------------|
// | Words     | 1, 2, 4, 8, 16 | words of 32 bits that a beat carries |
// | Pages     | 1, 2           | packets that the memory can hold     |
//
// Packets: docs/architecture.md. `in_ready_o` is high while a page is free. A good packet raises
// `full_o` until `release_i`, or longer if the other page is full, too; a bad one gives one pulse of
// `packet_error_o`, one cycle after the fault was seen, and is dropped up to its last beat. Bad: too
// short, too long, an intensity above 256, or another bit that is not 0 (those of rows from rows_i on
// included).
// `spikes_i`, `rows_i`, `n_tokens_i` and `steps_i` stand still from the first beat to the release.
//
// `we_o` is up in the cycle in which a beat is taken; the place beside it is that of in_data_i. What
// a bad packet has written does no harm: it is never marked full. One beat per cycle.

`default_nettype none

module xpk_input_receiver #(
    parameter int unsigned Words = 1,
    parameter int unsigned Pages = 1
) (
    input  wire logic        clk_i,
    input  wire logic        rst_ni,
    input  wire logic        clr_i,
    input  wire logic        in_valid_i,
    output logic             in_ready_o,
    input  wire logic [32*Words-1:0] in_data_i,
    input  wire logic        in_last_i,
    input  wire logic        spikes_i,        // beats carry spikes, not intensities
    input  wire logic [10:0] rows_i,
    input  wire logic [xpk_pkg::TokenCountBits-1:0] n_tokens_i,
    input  wire logic [ 7:0] steps_i,
    output logic             full_o,          // a complete packet is waiting or in use
    output logic             packet_error_o,
    input  wire logic        release_i,
    output logic             page_o,          // of the packet that full_o speaks of
    output logic             we_o,
    output logic             we_page_o,
    output logic      [xpk_pkg::TokenBits-1:0] we_token_o,
    output logic      [ 7:0] we_step_o,       // 0 for intensities
    output logic      [ 9:0] we_index_o       // of the beat within the token or token-step
);

  localparam int unsigned Intensities = 2 * Words;  // of a beat
  localparam int unsigned Spikes = 32 * Words;
  localparam int unsigned IntensityShift = $clog2(Intensities);
  localparam int unsigned SpikeShift = $clog2(Spikes);

  if (Words < 1 || Words > 16 || (Words & (Words - 1)) != 0) begin : gen_check
    $error("xpk_input_receiver: Words must be 1, 2, 4, 8 or 16");
  end

  if (Pages < 1 || Pages > 2) begin : gen_check_pages
    $error("xpk_input_receiver: Pages must be 1 or 2");
  end

  logic page_free, drop_q, error_q;
  logic [xpk_pkg::TokenBits-1:0] token_q;
  logic [7:0] step_q;
  logic [9:0] index_q;
  logic accept, last_index, last_step, last_beat, bad_intensity, bad_spikes, fault;
  logic [10:0] last_row, last_beat_index;
  logic [Intensities-1:0] beyond;  // intensities of the last beat of a token without a row
  logic [Spikes-1:0] beyond_spikes;

  assign in_ready_o = page_free;
  assign packet_error_o = error_q;
  assign accept = in_valid_i && page_free;
  assign we_o = accept && !drop_q;
  assign we_token_o = token_q;
  assign we_step_o = step_q;
  assign we_index_o = index_q;

  assign last_row = rows_i - 11'd1;
  assign last_beat_index = spikes_i ? last_row >> SpikeShift : last_row >> IntensityShift;
  assign last_index = {1'b0, index_q} == last_beat_index;
  assign last_step = !spikes_i || (step_q == steps_i - 8'd1);
  assign last_beat = last_index && last_step && ({1'b0, token_q} == n_tokens_i - 1'b1);

  // The last row's place within its beat says which rows behind it do not exist.
  assign beyond = ~{{Intensities - 1{1'b0}}, 1'b1} << last_row[IntensityShift-1:0];
  always_comb begin
    bad_intensity = 1'b0;
    for (int unsigned i = 0; i < Intensities; i++) begin
      if (in_data_i[16*i+:16] > 16'd256) bad_intensity = 1'b1;
      if (last_index && beyond[i] && in_data_i[16*i+:16] != '0) bad_intensity = 1'b1;
    end
  end
  assign beyond_spikes = ~{{Spikes - 1{1'b0}}, 1'b1} << last_row[SpikeShift-1:0];
  assign bad_spikes = last_index && (in_data_i & beyond_spikes) != '0;
  assign fault = we_o && ((spikes_i ? bad_spikes : bad_intensity) || (last_beat != in_last_i));

  // ---- Pages ---------------------------------------------------------------------------------
  logic good;  // a packet is complete
  assign good = accept && in_last_i && !drop_q && !fault;

  if (Pages == 1) begin : gen_one_page
    logic full_q;
    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) full_q <= 1'b0;
      else if (clr_i) full_q <= 1'b0;
      else full_q <= good || (full_q && !release_i);
    end
    assign full_o = full_q;
    assign page_free = !full_q;
    assign page_o = 1'b0;
    assign we_page_o = 1'b0;
  end else begin : gen_two_pages
    // Filled and released in turn.
    logic [1:0] full_q;
    logic wpage_q, rpage_q;
    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) begin
        full_q <= '0;
        {wpage_q, rpage_q} <= '0;
      end else if (clr_i) begin
        full_q <= '0;
        {wpage_q, rpage_q} <= '0;
      end else begin
        if (release_i && full_o) begin
          full_q[rpage_q] <= 1'b0;
          rpage_q <= !rpage_q;
        end
        if (good) begin
          full_q[wpage_q] <= 1'b1;
          wpage_q <= !wpage_q;
        end
      end
    end
    assign full_o = full_q[rpage_q];
    assign page_free = !full_q[wpage_q];
    assign page_o = rpage_q;
    assign we_page_o = wpage_q;
  end

  // ---- Beats ---------------------------------------------------------------------------------
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      drop_q <= 1'b0;
      error_q <= 1'b0;
      token_q <= '0;
      step_q <= '0;
      index_q <= '0;
    end else if (clr_i) begin
      drop_q <= 1'b0;
      error_q <= 1'b0;
      token_q <= '0;
      step_q <= '0;
      index_q <= '0;
    end else begin
      error_q <= fault;
      if (accept) begin
        drop_q <= (drop_q || fault) && !in_last_i;
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
