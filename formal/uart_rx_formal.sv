// SPDX-License-Identifier: Apache-2.0
// xpk_uart_rx on a line that does whatever it likes: a byte comes out only for a falling edge, a start
// bit that is still there at its middle, and the eight bits and the stop bit sampled whole bits later.

module uart_rx_formal #(
    parameter int unsigned ClocksPerBit = 4,
    parameter int unsigned Script = 0,  // not 0: what the line does, for mutants; two cycles a bit, the low one first
    localparam int unsigned CountBits = $clog2(ClocksPerBit)
) (
    input wire logic clk_i,
    input wire logic rst_ni,
    input wire logic rx_i
);

  localparam int unsigned Half = ClocksPerBit / 2;         // from the edge to the middle of the start bit
  localparam int unsigned Frame = 9 * ClocksPerBit + Half;  // from the edge to the middle of the stop bit
  localparam int unsigned Past = Frame + 2;

  logic valid, framing;
  logic [7:0] data;

  xpk_uart_rx #(
      .ClocksPerBit(ClocksPerBit)
  ) u_dut (
      .clk_i, .rst_ni, .rx_i, .valid_o(valid), .framing_o(framing), .data_o(data)
  );

  first_reset u_reset (.clk_i, .rst_ni);

  // ---- Seen from outside --------------------------------------------------------------------------
  // The line behind its two flip-flops: line[k] as it was k cycles ago.
  logic meta;
  logic [Past-1:0] line;
  logic [$clog2(Past+1)-1:0] quiet;  // cycles since the last pulse, at most Past

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      meta <= 1'b1;
      line <= '1;
      quiet <= ($clog2(Past + 1))'(Past);
    end else begin
      meta <= rx_i;
      line <= {line[Past-2:0], meta};
      if (valid || framing) quiet <= '0;
      else if (32'(quiet) != Past) quiet <= quiet + 1'b1;
    end
  end

  logic [5:0] place;  // in the script, behind which the line is idle
  logic first = 1'b1;
  always_ff @(posedge clk_i) first <= 1'b0;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) place <= '0;
    else if (place != '1) place <= place + 6'd1;
  end
  always_comb begin
    if (Script != 0) begin
      assume (rst_ni != first);
      assume (rx_i == (place == '1 || Script[place[5:1]]));
    end
  end

  // Connected to the inside by name.
  logic [3:0] probe_place;
  logic [CountBits-1:0] probe_count;
  logic [1:0] probe_line;

  logic [7:0] sampled;
  for (genvar i = 0; i < 8; i++) begin : gen_sampled
    assign sampled[i] = line[(8-i)*ClocksPerBit];
  end

  always_comb begin
    a_one: assert (!(valid && framing));
    if (valid) a_data: assert (data == sampled);
    if (valid || framing) begin
      a_edge: assert (!line[Frame] && line[Frame+1]);
      a_start: assert (!line[9*ClocksPerBit]);
      a_stop: assert (valid == line[0]);
      a_apart: assert (32'(quiet) >= Frame);
    end
  end

  // ---- Helpers of the induction -------------------------------------------------------------------
  localparam int unsigned Whole = ClocksPerBit - 1;

  logic running;               // behind the middle of a start bit
  logic [3:0] bits;            // data bits that have been sampled then
  logic [Past-1:0] then;       // the line up to the last sample
  assign running = probe_place[3] || probe_place == 4'd0;
  assign bits = probe_place[3] ? {1'b0, probe_place[2:0]} : 4'd8;
  assign then = line >> (Whole - 32'(probe_count) + 1);

  logic [8:0] well;            // what has been seen is an edge, a start bit and these data bits
  for (genvar n = 0; n <= 8; n++) begin : gen_well
    logic [7:0] right;
    for (genvar j = 0; j < 8; j++) begin : gen_right
      if (j < n) assign right[j] = data[8-n+j] == then[(n-1-j)*ClocksPerBit];
      else assign right[j] = 1'b1;
    end
    assign well[n] = !then[n*ClocksPerBit+Half] && then[n*ClocksPerBit+Half+1] &&
        !then[n*ClocksPerBit] && right == '1;
  end

  always_comb begin
    h_line: assert (probe_line == {line[0], meta});
    h_place: assert (running || probe_place == 4'd1 || probe_place == 4'd2 || probe_place == 4'd7);
    h_quiet_range: assert (32'(quiet) <= Past);
    h_count: assert (32'(probe_count) <= Whole);
    if (probe_place == 4'd1) h_idle: assert (line[1]);
    if (probe_place == 4'd7) begin
      h_begun: assert (32'(probe_count) < Half && !line[Half-32'(probe_count)] &&
                       line[Half-32'(probe_count)+1]);
      h_quiet: assert (32'(quiet) + 32'(probe_count) >= Half);
    end
    if (running) begin
      h_running: assert (well[bits]);
      h_apart: assert (32'(quiet) + 32'(probe_count) >= (32'(bits) + 1) * ClocksPerBit + Half);
    end
  end

  always_ff @(posedge clk_i) begin
    if (rst_ni) begin
      c_byte: cover (valid && data == 8'h7E);
      c_framing: cover (framing && data == 8'h01);
    end
  end

endmodule
