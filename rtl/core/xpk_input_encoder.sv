// SPDX-License-Identifier: Apache-2.0
// Receives the input packet of one image and turns it into spike vectors, one per token-step,
// tokens outer, time steps inner (numerics, section 4).
//
// | parameter | legal   | meaning                         |
// |-----------|---------|---------------------------------|
// | Tokens    | 1..1024 | tokens held                     |
// | InputRows | 1..1024 | rows of a token                 |
// | Steps     | 1..64   | time steps of a spike packet    |
// | Pages     | 1, 2    | packets held: 2 to receive one while another is encoded |
// | Leap      | 1..32   | register steps per random draw  |
// | Words     | 1, 2, 4, 8, 16 | words of an input beat   |
// | Seeds     | see xpk_lfsr_bank | lanes seeded by one write |
// | CalibrationLanes | 0.. | lanes that a calibration pass uses, 0: none |
//
// Packets come through xpk_input_receiver, whose rules hold here. They lie in bit planes of one bit
// per row and token: plane b holds bit b of an intensity, or the spikes of time step b.
//
// Run: `start_i`, given while full and idle, delivers n_tokens_i * steps_i vectors. First vector 2
// cycles after start, then one per cycle while the sink is ready, across tokens too. The bank draws
// once per vector of an intensity packet, when the vector is captured in the output register, so
// stalls change no bit; a spike packet needs no draws. Release is allowed once the last vector has
// been captured. `mem_re_o`: the nine planes of an intensity, or one plane of spikes, are read.
//
// A calibration pass borrows the bank between two runs: `bytes_o` is what its lanes offer, and
// `calibration_draw_i` draws from the first CalibrationLanes of them. The bank has as many lanes as the
// greater of the two needs.

`default_nettype none

module xpk_input_encoder #(
    parameter int unsigned Tokens = 8,
    parameter int unsigned InputRows = 16,
    parameter int unsigned Steps = 4,
    parameter int unsigned Pages = 1,
    parameter int unsigned Leap = 32,
    parameter int unsigned Words = 1,
    parameter int unsigned Seeds = 1,
    parameter int unsigned CalibrationLanes = 0,
    localparam int unsigned Lanes = (InputRows + 3) / 4,
    localparam int unsigned BankLanes = (CalibrationLanes > Lanes) ? CalibrationLanes : Lanes
) (
    input  wire logic                 clk_i,
    input  wire logic                 rst_ni,
    input  wire logic                 clr_i,
    input  wire logic                 in_valid_i,
    output logic                      in_ready_o,
    input  wire logic [ 32*Words-1:0] in_data_i,
    input  wire logic                 in_last_i,
    input  wire logic                 spikes_i,        // packets carry spikes, not intensities
    input  wire logic [         10:0] rows_i,
    input  wire logic [xpk_pkg::TokenCountBits-1:0] n_tokens_i,
    output logic                      full_o,          // a complete packet is waiting or in use
    output logic                      packet_error_o,
    input  wire logic                 start_i,
    input  wire logic                 release_i,
    input  wire logic [          7:0] steps_i,
    input  wire logic [          3:0] k_input_i,
    input  wire logic                 position_enable_i,
    input  wire logic [         15:0] position_base_i,
    input  wire logic [InputRows-1:0] binary_i,
    input  wire logic                 seed_we_i,
    input  wire logic [         15:0] seed_lane_i,
    input  wire logic [ Seeds*32-1:0] seed_state_i,
    input  wire logic                 calibration_draw_i,
    output logic [BankLanes*32-1:0]   bytes_o,
    output logic                      out_valid_o,
    input  wire logic                 out_ready_i,
    output logic      [InputRows-1:0] out_bits_o,
    output xpk_pkg::tag_t             out_tag_o,
    output logic                      draw_o,
    output logic                      mem_re_o
);

  localparam int unsigned IntensityBits = xpk_pkg::IntensityBits;
  localparam int unsigned Planes = (Steps > IntensityBits) ? Steps : IntensityBits;
  localparam int unsigned Intensities = 2 * Words;  // of a beat
  localparam int unsigned Spikes = 32 * Words;
  // Planes hold whole beats: those of spikes if there is more than one per token-step, else those
  // of intensities.
  localparam int unsigned PlaneBits = (InputRows > Spikes)
      ? Spikes * ((InputRows + Spikes - 1) / Spikes)
      : Intensities * ((InputRows + Intensities - 1) / Intensities);
  localparam int unsigned BeatBits = (PlaneBits > Spikes) ? Spikes : PlaneBits;
  localparam int unsigned PlaneWords = Pages * Tokens;
  localparam int unsigned AddrBits = (PlaneWords > 1) ? $clog2(PlaneWords) : 1;

  if (Tokens < 1 || Tokens > 1024 || InputRows < 1 || InputRows > 1024 || Steps < 1 || Steps > 64)
  begin : gen_check
    $error("xpk_input_encoder: Tokens must be 1..1024, InputRows 1..1024 and Steps 1..64");
  end

  // ---- Memory: planes of one word per token, written a beat at a time -------------------
  logic we, we_page, page;
  logic [xpk_pkg::TokenBits-1:0] we_token;
  logic [7:0] we_step;
  logic [9:0] we_index;

  xpk_input_receiver #(.Words(Words), .Pages(Pages)) u_receiver (
      .clk_i, .rst_ni, .clr_i, .in_valid_i, .in_ready_o, .in_data_i, .in_last_i,
      .spikes_i, .rows_i, .n_tokens_i, .steps_i, .full_o, .packet_error_o, .release_i,
      .page_o(page), .we_o(we), .we_page_o(we_page), .we_token_o(we_token), .we_step_o(we_step),
      .we_index_o(we_index)
  );

  logic run_q;  // the planes read last are those of token_q, and its steps from step_q on are due
  logic [xpk_pkg::TokenBits-1:0] token_q;
  logic [7:0] step_q;
  logic [7:0] next_step;
  logic load, last_step, last_token, read;
  logic [AddrBits-1:0] raddr, waddr;
  logic [Planes*PlaneBits-1:0] planes;

  // The next token or token-step is read while its predecessor leaves: no gap between them.
  assign load = run_q && (!out_valid_o || out_ready_i);
  assign last_step = step_q == steps_i - 8'd1;
  assign last_token = {1'b0, token_q} == n_tokens_i - 1'b1;
  assign read = (start_i && !run_q) ||
                (load && (last_step ? !last_token : spikes_i));
  assign next_step = (!run_q || last_step) ? '0 : step_q + 8'd1;
  assign raddr = AddrBits'(32'(page) * Tokens + (run_q ? 32'(token_q) + 32'(last_step) : 0));
  assign waddr = AddrBits'(32'(we_page) * Tokens + 32'(we_token));

  for (genvar b = 0; b < Planes; b++) begin : gen_plane
    logic spikes_we, bits_we, plane_re;
    logic [Intensities-1:0] bits_of_plane;  // bit b of every intensity of the beat
    logic [PlaneBits-1:0] mem[0:PlaneWords-1];

    assign spikes_we = we && spikes_i && we_step == 8'(b);
    if (b < IntensityBits) begin : gen_both
      assign bits_we = we && !spikes_i;
      assign plane_re = read && (!spikes_i || next_step == 8'(b));
      for (genvar i = 0; i < Intensities; i++) begin : gen_bit
        assign bits_of_plane[i] = in_data_i[16*i+b];
      end
    end else begin : gen_spikes
      assign bits_we = 1'b0;
      assign plane_re = read && spikes_i && next_step == 8'(b);
      assign bits_of_plane = '0;
    end

    // The place of a beat is an index: no enable per row.
    always_ff @(posedge clk_i) begin
      if (spikes_we) begin
        mem[waddr][32'(we_index)*BeatBits+:BeatBits] <= in_data_i[BeatBits-1:0];
      end else if (bits_we) begin
        mem[waddr][32'(we_index)*Intensities+:Intensities] <= bits_of_plane;
      end
      if (plane_re) planes[b*PlaneBits+:PlaneBits] <= mem[raddr];
    end
  end

  // ---- Encoders -------------------------------------------------------------------------------
  logic [BankLanes-1:0] draws;
  logic [InputRows-1:0] bits;

  for (genvar l = 0; l < BankLanes; l++) begin : gen_draw
    assign draws[l] = (l < Lanes && draw_o) || (l < CalibrationLanes && calibration_draw_i);
  end

  xpk_lfsr_bank #(
      .Lanes(BankLanes),
      .Leap (Leap),
      .Seeds(Seeds),
      .Draws(BankLanes)
  ) u_bank (
      .clk_i,
      .rst_ni,
      .seed_we_i,
      .seed_lane_i,
      .seed_i     (seed_state_i),
      .draw_i     (draws),
      .bytes_o
  );

  // Worked out only in the cycle in which the vector is captured.
  always_comb begin
    logic [InputRows-1:0] first, beyond;
    logic [IntensityBits-1:0] value;
    bits = '0;
    first = '0;
    beyond = '0;
    value = '0;
    if (load) begin
      // Rows that are not sent read as 0; their memory holds what an earlier packet left.
      if (spikes_i) begin
        bits = planes[32'(step_q)*PlaneBits+:InputRows] & ~({InputRows{1'b1}} << rows_i);
      end else begin
        for (int unsigned f = 0; f < InputRows; f++) begin
          if (11'(f) < rows_i) begin
            for (int unsigned b = 0; b < IntensityBits; b++) value[b] = planes[b*PlaneBits+f];
            bits[f] = binary_i[f] ? value != '0 :
                      xpk_pkg::bernoulli(11'(value), 10'(bytes_o[f*8+:8]), k_input_i);
          end
        end
      end
      // Position rows come last, so they win: rows from base on, without those n_tokens on.
      if (position_enable_i) begin
        first = {InputRows{1'b1}} << position_base_i;
        beyond = {InputRows{1'b1}} << ({1'b0, position_base_i} + 17'(n_tokens_i));
        bits = (bits & ~(first & ~beyond)) |
               (InputRows'(1) << ({1'b0, position_base_i} + 17'(token_q)));
      end
    end
  end

  assign draw_o = load && !spikes_i;
  assign mem_re_o = read;

  always_ff @(posedge clk_i) begin
    if (load) begin
      out_bits_o <= bits;
      out_tag_o.token <= token_q;
      out_tag_o.step <= step_q;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      run_q <= 1'b0;
      token_q <= '0;
      step_q <= '0;
      out_valid_o <= 1'b0;
    end else if (clr_i) begin
      run_q <= 1'b0;
      token_q <= '0;
      step_q <= '0;
      out_valid_o <= 1'b0;
    end else begin
      if (start_i) run_q <= 1'b1;
      if (load) begin
        out_valid_o <= 1'b1;
        step_q <= last_step ? '0 : step_q + 8'd1;
        if (last_step) token_q <= last_token ? '0 : token_q + 1'b1;
        if (last_step && last_token) run_q <= 1'b0;
      end else if (out_ready_i) begin
        out_valid_o <= 1'b0;
      end
    end
  end

  // Planes hold whole beats.
  wire unused = &{1'b0, calibration_draw_i, planes};

endmodule

`default_nettype wire
