// SPDX-License-Identifier: Apache-2.0
// xpk_uart_tx and xpk_uart_rx at the ends of one line, on one clock: every byte that the transmitter
// takes comes out of the receiver once, unchanged, in order, and without a framing error, back to
// back or with any gap between.

module uart_loop_formal #(
    parameter int unsigned ClocksPerBit = 4,
    parameter int unsigned Script = 0,  // not 0: this byte again and again, from 256 on once, for mutants
    localparam int unsigned CountBits = $clog2(ClocksPerBit)
) (
    input wire logic       clk_i,
    input wire logic       rst_ni,
    input wire logic       valid_i,
    input wire logic [7:0] data_i
);

  localparam int unsigned Whole = ClocksPerBit - 1;
  localparam int unsigned Half = ClocksPerBit / 2;

  logic ready, line, valid, framing, take;
  logic [7:0] data;

  xpk_uart_tx #(
      .ClocksPerBit(ClocksPerBit)
  ) u_tx (
      .clk_i, .rst_ni, .valid_i, .ready_o(ready), .data_i, .tx_o(line)
  );

  xpk_uart_rx #(
      .ClocksPerBit(ClocksPerBit)
  ) u_rx (
      .clk_i, .rst_ni, .rx_i(line), .valid_o(valid), .framing_o(framing), .data_o(data)
  );

  first_reset u_reset (.clk_i, .rst_ni);

  assign take = valid_i && ready;

  logic first = 1'b1;
  logic second = 1'b0;
  always_ff @(posedge clk_i) {first, second} <= {1'b0, first};
  always_comb begin
    if (Script != 0) begin
      assume (data_i == 8'(Script) && rst_ni != first);
      assume (valid_i == (Script < 256 || second));
    end
  end

  // ---- Seen from outside --------------------------------------------------------------------------
  // Bytes on their way: the one taken last, and the one before it while the receiver is still at it.
  logic [1:0] under_way;
  logic [7:0] last, before;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) under_way <= '0;
    else under_way <= under_way + 2'(take) - 2'(valid);
  end
  always_ff @(posedge clk_i) begin
    if (take) begin
      last <= data_i;
      before <= last;
    end
  end

  // ---- Where the receiver must be: three cycles behind the transmitter ------------------------------
  logic [2:0] delay_q;           // of a take
  logic at_work;                 // between the edge and the middle of the stop bit
  logic [3:0] bit_no;            // 0 start, 1..8 data, 9 stop
  logic [CountBits-1:0] left;    // cycles to the sample

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      delay_q <= '0;
      {at_work, bit_no, left} <= '0;
    end else begin
      delay_q <= {delay_q[1:0], take};
      if (delay_q[2]) begin
        at_work <= 1'b1;
        bit_no <= '0;
        left <= CountBits'(Half - 1);
      end else if (at_work) begin
        left <= (left == '0) ? CountBits'(Whole) : left - 1'b1;
        if (left == '0) begin
          bit_no <= bit_no + 4'd1;
          at_work <= bit_no != 4'd9;
        end
      end
    end
  end

  // Connected to the inside by name.
  logic [9:0] probe_shift;
  logic [3:0] probe_left, probe_place;
  logic [CountBits-1:0] probe_tx_count, probe_rx_count;
  logic [1:0] probe_line;

  logic [7:0] due;               // what the receiver is at
  assign due = (under_way == 2'd2) ? before : last;

  always_comb begin
    a_no_framing: assert (!framing);
    if (valid) begin
      a_asked: assert (under_way != '0);
      a_data: assert (data == due);
    end
    if (probe_left == '0 && delay_q == '0 && !at_work) a_all: assert (under_way == '0);
    a_two: assert (under_way != 2'd3);
  end

  // ---- Helpers of the induction -------------------------------------------------------------------
  // Cycles of the byte on the line since its first; of the receiver's byte, as the receiver sees it.
  logic [31:0] sent, seen;
  logic [9:0] frame;
  logic was, was_before;         // the line one and two cycles ago
  logic line_before;             // the line before its present bit

  assign sent = (10 - 32'(probe_left)) * ClocksPerBit + Whole - 32'(probe_tx_count);
  assign seen = (bit_no == '0) ? Half - 1 - 32'(left) :
                Half + (32'(bit_no) - 1) * ClocksPerBit + Whole - 32'(left);
  assign frame = {1'b1, last, 1'b0};
  assign line_before = (probe_left == 4'd0 || probe_left == 4'd10) ? 1'b1 : frame[4'd9-probe_left];
  assign was = (probe_left != '0 && 32'(probe_tx_count) == Whole) ? line_before : probe_shift[0];
  assign was_before = (probe_left != '0 && 32'(probe_tx_count) >= Whole - 1) ? line_before : probe_shift[0];

  always_comb begin
    h_left: assert (probe_left <= 4'd10);
    h_tx_count: assert (32'(probe_tx_count) <= Whole);
    h_shift: assert (probe_shift == ((probe_left == '0) ? '1 :
                     ~(~frame >> (4'd10 - probe_left))));
    h_line: assert (probe_line == {was_before, was});
    h_delay: assert (delay_q == {probe_left == 4'd10 && 32'(probe_tx_count) == Whole - 2,
                                 probe_left == 4'd10 && 32'(probe_tx_count) == Whole - 1,
                                 probe_left == 4'd10 && 32'(probe_tx_count) == Whole});
    h_bit: assert (bit_no <= 4'd9 || !at_work);
    if (at_work) begin
      h_place: assert (probe_place == ((bit_no == 4'd9) ? 4'd0 : (bit_no == '0) ? 4'd7 : 4'd7 + bit_no));
      h_rx_count: assert (probe_rx_count == left && 32'(left) <= Whole);
      h_start: assert (bit_no != '0 || 32'(left) < Half);
      // The same byte, or the next one whose edge has not been seen yet.
      h_same: assert ((seen + 3 < 10 * ClocksPerBit) ? probe_left != '0 && sent == seen + 3 :
                      probe_left == '0 || sent == seen + 3 - 10 * ClocksPerBit);
      h_under_way: assert (under_way == ((seen + 3 < 10 * ClocksPerBit || probe_left == '0) ? 2'd1 : 2'd2));
      h_data: assert (((data ^ (due << (4'd9 - bit_no))) & ~(8'hFF >> (bit_no == '0 ? 4'd0 : bit_no - 4'd1))) == '0);
    end else begin
      h_idle: assert (probe_place == 4'd1);
      h_between: assert (probe_left == '0 || sent < 3 || sent > Half + 9 * ClocksPerBit + 2);
      h_none: assert (under_way == ((probe_left != '0 && sent < 3) ? 2'd1 : 2'd0));
    end
  end

  always_ff @(posedge clk_i) begin
    if (rst_ni) c_byte: cover (valid && data == 8'hA5);
  end

endmodule
