// SPDX-License-Identifier: Apache-2.0
// UART receiver: a start bit, eight data bits from the low one on, a stop bit.
//
// | parameter    | legal    | meaning                                  |
// |--------------|----------|------------------------------------------|
// | ClocksPerBit | 4..65535 | cycles of a bit                          |
//
// `valid_o` is a pulse in the middle of the stop bit, `data_o` stands until the next start bit. If the
// stop bit is 0 the pulse is `framing_o` instead, and the next byte begins after the line has been 1.
// A start bit that is gone at its middle is none. `rx_i` may be asynchronous: two flip-flops follow.
// It tolerates a clock of the sender that is wrong by up to 2 % at 4 cycles per bit, 4 % from 16 on.

`default_nettype none

module xpk_uart_rx #(
    parameter int unsigned ClocksPerBit = 4
) (
    input  wire logic  clk_i,
    input  wire logic  rst_ni,
    input  wire logic  rx_i,
    output logic       valid_o,    // pulse: a byte is complete
    output logic       framing_o,  // pulse: it has no stop bit
    output logic [7:0] data_o
);

  localparam int unsigned CountBits = $clog2(ClocksPerBit);
  localparam logic [CountBits-1:0] Whole = CountBits'(ClocksPerBit - 1);
  localparam logic [CountBits-1:0] Half = CountBits'(ClocksPerBit / 2 - 1);

  if (ClocksPerBit < 4 || ClocksPerBit > 65535) begin : gen_check
    $error("xpk_uart_rx: ClocksPerBit must be 4..65535");
  end

  localparam logic [3:0] Stop = 4'd0;
  localparam logic [3:0] Idle = 4'd1;
  localparam logic [3:0] Break = 4'd2;  // until the line is 1
  localparam logic [3:0] Start = 4'd7;  // then 8..15 for the data bits, then Stop

  logic [1:0] line_q;
  logic [3:0] place_q;
  logic [CountBits-1:0] count_q;
  logic [7:0] data_q;
  logic line, tick;

  assign line = line_q[1];
  assign tick = count_q == '0;
  assign data_o = data_q;
  assign valid_o = place_q == Stop && tick && line;
  assign framing_o = place_q == Stop && tick && !line;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      line_q <= '1;
      place_q <= Idle;
      count_q <= '0;
      data_q <= '0;
    end else begin
      line_q <= {line_q[0], rx_i};
      if (place_q == Idle) begin
        count_q <= Half;
      end else begin
        count_q <= tick ? Whole : count_q - 1'b1;
      end
      case (place_q)
        Idle:    if (!line) place_q <= Start;
        Start:   if (tick) place_q <= line ? Idle : place_q + 4'd1;
        Stop:    if (tick) place_q <= line ? Idle : Break;
        Break:   if (line) place_q <= Idle;
        default: if (tick) place_q <= place_q + 4'd1;
      endcase
      if (tick && place_q[3]) data_q <= {line, data_q[7:1]};
    end
  end

endmodule

`default_nettype wire
