// SPDX-License-Identifier: Apache-2.0
// UART transmitter: a start bit, eight data bits from the low one on, a stop bit.
//
// | parameter    | legal    | meaning         |
// |--------------|----------|-----------------|
// | ClocksPerBit | 4..65535 | cycles of a bit |
//
// A byte is taken while `ready_o`, and is on the line from the next cycle on, for ten bits. Bytes
// follow each other without a gap.

`default_nettype none

module xpk_uart_tx #(
    parameter int unsigned ClocksPerBit = 4
) (
    input  wire logic       clk_i,
    input  wire logic       rst_ni,
    input  wire logic       valid_i,
    output logic            ready_o,
    input  wire logic [7:0] data_i,
    output logic            tx_o
);

  localparam int unsigned CountBits = $clog2(ClocksPerBit);
  localparam logic [CountBits-1:0] Whole = CountBits'(ClocksPerBit - 1);

  if (ClocksPerBit < 4 || ClocksPerBit > 65535) begin : gen_check
    $error("xpk_uart_tx: ClocksPerBit must be 4..65535");
  end

  // Bits to send, the one on the line first. Ones move in: behind the stop bit the line is idle.
  logic [9:0] shift_q;
  logic [3:0] left_q;  // bits, the one on the line included
  logic [CountBits-1:0] count_q;
  logic tick;

  assign tick = count_q == '0;
  assign tx_o = shift_q[0];
  assign ready_o = left_q == 4'd0 || (left_q == 4'd1 && tick);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      shift_q <= '1;
      left_q <= '0;
      count_q <= '0;
    end else if (valid_i && ready_o) begin
      shift_q <= {1'b1, data_i, 1'b0};
      left_q <= 4'd10;
      count_q <= Whole;
    end else if (left_q != 4'd0) begin
      count_q <= tick ? Whole : count_q - 1'b1;
      if (tick) begin
        shift_q <= {1'b1, shift_q[9:1]};
        left_q <= left_q - 4'd1;
      end
    end
  end

endmodule

`default_nettype wire
