// SPDX-License-Identifier: Apache-2.0
// Receives the input packet of one image and turns it into spike vectors, one per token-step,
// tokens outer, time steps inner (numerics, section 4).
//
// | parameter | legal   | meaning                         |
// |-----------|---------|---------------------------------|
// | Tokens    | 1..256  | tokens held                     |
// | InputRows | 1..1024 | rows of a token                 |
// | Leap      | 1..32   | register steps per random draw  |
//
// Packet: `in_ready_o` is high while the memory is free. A good packet raises `full_o` until
// `release_i`; a bad one gives one pulse of `packet_error_o` when the fault is seen and is dropped
// up to its last word. Bad: too short, too long, an intensity above 256, or another bit that is not
// 0 (the upper row of a token's last word included, if rows_i is odd). `rows_i` (1..InputRows) and
// `n_tokens_i` (1..Tokens) stand still from the first word to the release.
//
// Run: `start_i`, given while full and idle, delivers n_tokens_i * steps_i vectors. First vector 2
// cycles after start, then one per cycle while the sink is ready, across tokens too. The bank draws
// once per vector, when the vector is captured in the output register, so stalls change no bit.
// Release is allowed once the last vector has been captured.

`default_nettype none

module xpk_input_encoder #(
    parameter int unsigned Tokens = 8,
    parameter int unsigned InputRows = 16,
    parameter int unsigned Leap = 32
) (
    input  wire logic                 clk_i,
    input  wire logic                 rst_ni,
    input  wire logic                 clr_i,
    input  wire logic                 in_valid_i,
    output logic                      in_ready_o,
    input  wire logic [         31:0] in_data_i,
    input  wire logic                 in_last_i,
    input  wire logic [         10:0] rows_i,
    input  wire logic [          8:0] n_tokens_i,
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
    input  wire logic [         31:0] seed_state_i,
    output logic                      out_valid_o,
    input  wire logic                 out_ready_i,
    output logic      [InputRows-1:0] out_bits_o,
    output xpk_pkg::tag_t             out_tag_o,
    output logic                      draw_o,
    output logic                      mem_re_o
);

  localparam int unsigned IntensityBits = xpk_pkg::IntensityBits;
  localparam int unsigned Pairs = (InputRows + 1) / 2;
  localparam int unsigned PairBits = 2 * IntensityBits;
  localparam int unsigned TokenBits = (Tokens > 1) ? $clog2(Tokens) : 1;
  localparam int unsigned Lanes = (InputRows + 3) / 4;
  localparam int unsigned LaneBits = (Lanes > 1) ? $clog2(Lanes) : 1;

  if (Tokens < 1 || Tokens > 256 || InputRows < 1 || InputRows > 1024) begin : gen_check
    $error("xpk_input_encoder: Tokens must be 1..256 and InputRows 1..1024");
  end

  // ---- Receiver -------------------------------------------------------------------------------
  logic full_q, drop_q, error_q;
  logic [7:0] in_token_q;
  logic [9:0] in_pair_q;
  logic accept, last_pair, last_word, bad_word, fault;
  logic [IntensityBits-1:0] low, high;

  assign in_ready_o = !full_q;
  assign full_o = full_q;
  assign packet_error_o = error_q;
  assign accept = in_valid_i && !full_q;
  assign low = in_data_i[0+:IntensityBits];
  assign high = in_data_i[16+:IntensityBits];
  assign last_pair = {1'b0, in_pair_q} == (rows_i - 11'd1) >> 1;
  assign last_word = last_pair && ({1'b0, in_token_q} == n_tokens_i - 9'd1);
  assign bad_word = (low > 9'd256) || (high > 9'd256) || (in_data_i[15:9] != '0) ||
                    (in_data_i[31:25] != '0) || (last_pair && rows_i[0] && high != '0);
  assign fault = accept && !drop_q && (bad_word || (last_word != in_last_i));

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      full_q <= 1'b0;
      drop_q <= 1'b0;
      error_q <= 1'b0;
      in_token_q <= '0;
      in_pair_q <= '0;
    end else if (clr_i) begin
      full_q <= 1'b0;
      drop_q <= 1'b0;
      error_q <= 1'b0;
      in_token_q <= '0;
      in_pair_q <= '0;
    end else begin
      error_q <= fault;
      if (release_i) full_q <= 1'b0;
      if (accept) begin
        drop_q <= (drop_q || fault) && !in_last_i;
        if (in_last_i) full_q <= !drop_q && !fault;
        if (in_last_i || drop_q || fault) begin
          in_token_q <= '0;
          in_pair_q <= '0;
        end else begin
          in_pair_q <= last_pair ? '0 : in_pair_q + 10'd1;
          if (last_pair) in_token_q <= in_token_q + 8'd1;
        end
      end
    end
  end

  // ---- Memory: one word per token, written pair by pair ----------------------------------------
  logic run_q;  // the word read last is that of token_q, and its steps from step_q on are due
  logic [7:0] token_q, step_q;
  logic load, last_step, last_token, read;
  logic [TokenBits-1:0] raddr;
  logic [Pairs*PairBits-1:0] word;

  // The next token is read while the last step of its predecessor leaves: no gap between tokens.
  assign load = run_q && (!out_valid_o || out_ready_i);
  assign last_step = step_q == steps_i - 8'd1;
  assign last_token = {1'b0, token_q} == n_tokens_i - 9'd1;
  assign read = (start_i && !run_q) || (load && last_step && !last_token);
  assign raddr = run_q ? TokenBits'(token_q + 8'd1) : '0;

  // Only one pair is written per cycle, so its place is an index, not one enable per pair. What a
  // bad packet has written does no harm: it is never marked full.
  logic [Pairs*PairBits-1:0] mem[0:Tokens-1];

  always_ff @(posedge clk_i) begin
    if (accept && !drop_q) mem[TokenBits'(in_token_q)][in_pair_q*PairBits+:PairBits] <= {high, low};
    if (read) word <= mem[raddr];
  end

  // ---- Encoders -------------------------------------------------------------------------------
  logic [Lanes*32-1:0] bytes;
  logic [InputRows-1:0] bits;

  xpk_lfsr_bank #(
      .Lanes(Lanes),
      .Leap (Leap)
  ) u_bank (
      .clk_i,
      .rst_ni,
      .seed_we_i  (seed_we_i && seed_lane_i < 16'(Lanes)),
      .seed_lane_i(seed_lane_i[LaneBits-1:0]),
      .seed_i     (seed_state_i),
      .draw_i     (load),
      .bytes_o    (bytes)
  );

  // Worked out only in the cycle in which the vector is captured.
  always_comb begin
    logic [7:0] mask;
    logic [InputRows-1:0] bernoulli, nonzero, sent, first, beyond;
    logic [IntensityBits-1:0] value;
    bits = '0;
    mask = '0;
    bernoulli = '0;
    nonzero = '0;
    sent = '0;
    first = '0;
    beyond = '0;
    value = '0;
    if (load) begin
      mask = 8'((9'd1 << k_input_i) - 9'd1);
      for (int unsigned f = 0; f < InputRows; f++) begin
        value = word[f*IntensityBits+:IntensityBits];
        bernoulli[f] = value > {1'b0, bytes[f*8+:8] & mask};
        nonzero[f] = value != '0;
      end
      // Rows that are not sent read as 0; their memory holds what an earlier packet left.
      sent = ~({InputRows{1'b1}} << rows_i);
      bits = ((binary_i & nonzero) | (~binary_i & bernoulli)) & sent;
      // Position rows come last, so they win: rows from base on, without those n_tokens on.
      if (position_enable_i) begin
        first = {InputRows{1'b1}} << position_base_i;
        beyond = {InputRows{1'b1}} << ({1'b0, position_base_i} + 17'(n_tokens_i));
        bits = (bits & ~(first & ~beyond)) |
               (InputRows'(1) << ({1'b0, position_base_i} + 17'(token_q)));
      end
    end
  end

  assign draw_o = load;
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
        if (last_step) token_q <= last_token ? '0 : token_q + 8'd1;
        if (last_step && last_token) run_q <= 1'b0;
      end else if (out_ready_i) begin
        out_valid_o <= 1'b0;
      end
    end
  end

  // The bank offers whole lanes, and memory words hold whole pairs.
  wire unused = &{1'b0, bytes, word};

endmodule

`default_nettype wire
