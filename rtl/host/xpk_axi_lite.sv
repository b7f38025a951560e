// SPDX-License-Identifier: Apache-2.0
// AXI4-Lite slave: turns transactions into register requests, one at a time, and answers them.
//
// No parameters. Byte addresses become word addresses. Byte addresses that are no multiple of 4 and
// writes of less than four bytes go nowhere and are answered with SLVERR, as is what `bus_error_i`
// refuses. If a read and a write wait, the write goes first; another one cannot overtake
// the read, as its channels are taken after the first has been answered.
//
// Outputs to the bus come from registers. A transaction takes three cycles from its last channel to
// its response, and the time that the register bus takes. Source: AMBA AXI and ACE protocol
// specification (ARM IHI 0022), AXI4-Lite.

`default_nettype none

module xpk_axi_lite (
    input  wire logic        clk_i,
    input  wire logic        rst_ni,
    // AXI4-Lite.
    input  wire logic        aw_valid_i,
    output logic             aw_ready_o,
    input  wire logic [17:0] aw_addr_i,
    input  wire logic        w_valid_i,
    output logic             w_ready_o,
    input  wire logic [31:0] w_data_i,
    input  wire logic [ 3:0] w_strb_i,
    output logic             b_valid_o,
    input  wire logic        b_ready_i,
    output logic      [ 1:0] b_resp_o,
    input  wire logic        ar_valid_i,
    output logic             ar_ready_o,
    input  wire logic [17:0] ar_addr_i,
    output logic             r_valid_o,
    input  wire logic        r_ready_i,
    output logic      [31:0] r_data_o,
    output logic      [ 1:0] r_resp_o,
    // Register bus: a request stays until it is taken; its response comes in a later cycle.
    output logic             bus_valid_o,
    input  wire logic        bus_ready_i,
    output logic             bus_write_o,
    output logic      [15:0] bus_addr_o,
    output logic      [31:0] bus_wdata_o,
    input  wire logic        bus_rvalid_i,
    input  wire logic [31:0] bus_rdata_i,
    input  wire logic        bus_error_i,
    // Transactions that go nowhere: pulses, with the address and direction above.
    output logic             unaligned_o,
    output logic             strobe_o
);

  localparam logic [1:0] Okay = 2'b00;
  localparam logic [1:0] SlaveError = 2'b10;

  localparam logic [1:0] Idle = 2'd0;
  localparam logic [1:0] Ask = 2'd1;   // the request is on the bus
  localparam logic [1:0] Wait = 2'd2;  // for its response

  logic [1:0] state_q;
  logic write_q;  // of the transaction at work, or the last one
  logic aw_full_q, w_full_q, ar_full_q, strobe_ok_q;
  logic [17:0] aw_addr_q, ar_addr_q, addr;
  logic [31:0] w_data_q;
  logic write_waits, read_waits, unaligned, bad, finish, error;

  assign aw_ready_o = !aw_full_q;
  assign w_ready_o = !w_full_q;
  assign ar_ready_o = !ar_full_q;

  // A transaction begins when there is room for its response.
  assign write_waits = aw_full_q && w_full_q && !b_valid_o;
  assign read_waits = ar_full_q && !r_valid_o;

  assign addr = write_q ? aw_addr_q : ar_addr_q;
  assign unaligned = addr[1:0] != 2'b00;
  assign bad = unaligned || (write_q && !strobe_ok_q);
  assign bus_valid_o = (state_q == Ask) && !bad;
  assign bus_write_o = write_q;
  assign bus_addr_o = addr[17:2];
  assign bus_wdata_o = w_data_q;
  assign unaligned_o = (state_q == Ask) && unaligned;
  assign strobe_o = (state_q == Ask) && write_q && !strobe_ok_q;

  assign finish = (state_q == Ask && bad) || (state_q == Wait && bus_rvalid_i);
  assign error = bad || bus_error_i;

  always_ff @(posedge clk_i) begin
    if (aw_valid_i && aw_ready_o) aw_addr_q <= aw_addr_i;
    if (ar_valid_i && ar_ready_o) ar_addr_q <= ar_addr_i;
    if (w_valid_i && w_ready_o) begin
      w_data_q <= w_data_i;
      strobe_ok_q <= w_strb_i == 4'b1111;
    end
    if (finish && write_q) b_resp_o <= error ? SlaveError : Okay;
    if (finish && !write_q) begin
      r_resp_o <= error ? SlaveError : Okay;
      r_data_o <= error ? '0 : bus_rdata_i;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= Idle;
      write_q <= 1'b0;
      {aw_full_q, w_full_q, ar_full_q} <= '0;
      b_valid_o <= 1'b0;
      r_valid_o <= 1'b0;
    end else begin
      case (state_q)
        Idle: begin
          if (write_waits || read_waits) begin
            state_q <= Ask;
            write_q <= write_waits;
          end
        end
        Ask: begin
          if (bad) state_q <= Idle;
          else if (bus_ready_i) state_q <= Wait;
        end
        default: if (bus_rvalid_i) state_q <= Idle;
      endcase
      aw_full_q <= (aw_full_q || aw_valid_i) && !(finish && write_q);
      w_full_q <= (w_full_q || w_valid_i) && !(finish && write_q);
      ar_full_q <= (ar_full_q || ar_valid_i) && !(finish && !write_q);
      b_valid_o <= (finish && write_q) || (b_valid_o && !b_ready_i);
      r_valid_o <= (finish && !write_q) || (r_valid_o && !r_ready_i);
    end
  end

endmodule

`default_nettype wire
