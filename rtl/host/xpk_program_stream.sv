// SPDX-License-Identifier: Apache-2.0
// Executes program packets: streams of register writes with a CRC at their end.
//
// No parameters. A packet is any number of records, then a word with `in_last_i`: the CRC-32 of all
// words before it. A record is a header (bits 15:0 word address, 30:16 number of words 1..32767,
// bit 31: the address counts up from word to word) and as many words. Only configuration and
// windows, N_TOKENS up to EVENTS, can be written. A packet with a fault is dropped from there on; what it has written
// before stays. One word per cycle while the bus takes it.
//
// `clr_i` drops the rest of a packet that has begun.

`default_nettype none

module xpk_program_stream (
    input  wire logic        clk_i,
    input  wire logic        rst_ni,
    input  wire logic        clr_i,
    input  wire logic        in_valid_i,
    output logic             in_ready_o,
    input  wire logic [31:0] in_data_i,
    input  wire logic        in_last_i,
    // Register bus: writes, each answered once, in order, in a later cycle.
    output logic             bus_valid_o,
    input  wire logic        bus_ready_i,
    output logic      [15:0] bus_addr_o,
    output logic      [31:0] bus_wdata_o,
    input  wire logic        bus_rvalid_i,
    input  wire logic        bus_error_i,
    output logic             active_o,   // a packet is being executed
    output logic             good_o,     // pulse: executed, and its CRC is right
    output logic             length_o,   // pulses: what is wrong
    output logic             refused_o,
    output logic             crc_o
);

  localparam int unsigned CountBits = 15;

  localparam logic [1:0] Head = 2'd0;  // a header or the CRC comes next
  localparam logic [1:0] Data = 2'd1;
  localparam logic [1:0] Drop = 2'd2;  // up to the end of the packet

  logic [1:0] state_q;
  logic open_q;  // words of this packet have been taken
  logic asked_q;  // a write is not answered yet
  logic [15:0] addr_q;
  logic increment_q;
  logic [CountBits-1:0] left_q;  // words of the record
  logic [31:0] crc_q, crc_next;
  logic take, allowed, write, answered_badly;

  xpk_crc32 u_crc (
      .crc_i(open_q ? crc_q : 32'd0),
      .data_i(in_data_i),
      .crc_o(crc_next)
  );

  assign allowed = addr_q >= xpk_regs_pkg::AddrNTokens && addr_q < xpk_regs_pkg::AddrEvents;
  assign answered_badly = asked_q && bus_rvalid_i && bus_error_i && state_q != Drop;
  assign write = state_q == Data && allowed && !in_last_i && !answered_badly;

  assign bus_valid_o = in_valid_i && write;
  assign bus_addr_o = addr_q;
  assign bus_wdata_o = in_data_i;

  // Headers wait for the answer to the last write: what follows a refused one is dropped.
  always_comb begin
    case (state_q)
      Head:    in_ready_o = !asked_q;
      Data:    in_ready_o = write ? bus_ready_i : !answered_badly;
      default: in_ready_o = 1'b1;
    endcase
  end
  assign take = in_valid_i && in_ready_o;

  assign active_o = (open_q && state_q != Drop) || asked_q;
  assign good_o = take && state_q == Head && in_last_i && in_data_i == (open_q ? crc_q : 32'd0);
  assign crc_o = take && state_q == Head && in_last_i && !good_o;
  assign length_o = take && ((state_q == Data && in_last_i) ||
                             (state_q == Head && !in_last_i && in_data_i[16+:CountBits] == '0));
  assign refused_o = answered_badly || (take && state_q == Data && !in_last_i && !allowed);

  always_ff @(posedge clk_i) begin
    if (take) begin
      crc_q <= crc_next;
      if (state_q == Head) begin
        addr_q <= in_data_i[15:0];
        left_q <= in_data_i[16+:CountBits];
        increment_q <= in_data_i[31];
      end else begin
        addr_q <= addr_q + 16'(increment_q);
        left_q <= left_q - 1'b1;
      end
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= Head;
      open_q <= 1'b0;
      asked_q <= 1'b0;
    end else begin
      asked_q <= (bus_valid_o && bus_ready_i) || (asked_q && !bus_rvalid_i);
      if (take) open_q <= !in_last_i;
      if (take && in_last_i) begin
        state_q <= Head;
      end else if (clr_i) begin
        state_q <= (open_q || take) ? Drop : Head;
      end else if (length_o || refused_o) begin
        state_q <= Drop;
      end else if (take && state_q == Head) begin
        state_q <= Data;
      end else if (take && state_q == Data && left_q == CountBits'(1)) begin
        state_q <= Head;
      end
    end
  end

endmodule

`default_nettype wire
