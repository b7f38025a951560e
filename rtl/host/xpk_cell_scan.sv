// SPDX-License-Identifier: Apache-2.0
// Reads cells through the window of the core, one after the other, for whoever watches the bus.
//
// No parameters. The window counts its own address up. A read that is refused ends the scan. One
// cell at a time, as long as the window takes. `clr_i` ends a scan.

`default_nettype none

module xpk_cell_scan (
    input  wire logic        clk_i,
    input  wire logic        rst_ni,
    input  wire logic        clr_i,
    input  wire logic        start_i,   // while active_o is 0
    input  wire logic [16:0] cells_i,
    // Register bus: reads, each answered once, in a later cycle.
    output logic             bus_valid_o,
    input  wire logic        bus_ready_i,
    input  wire logic        bus_rvalid_i,
    input  wire logic        bus_error_i,
    output logic             active_o,
    output logic             refused_o  // pulse
);

  logic [16:0] left_q;
  logic asked_q;

  assign bus_valid_o = left_q != '0 && !asked_q;
  assign active_o = left_q != '0 || asked_q;
  assign refused_o = asked_q && bus_rvalid_i && bus_error_i;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      left_q <= '0;
      asked_q <= 1'b0;
    end else begin
      asked_q <= (bus_valid_o && bus_ready_i) || (asked_q && !bus_rvalid_i);
      if (clr_i || refused_o) left_q <= '0;
      else if (start_i) left_q <= cells_i;
      else if (bus_valid_o && bus_ready_i) left_q <= left_q - 17'd1;
    end
  end

endmodule

`default_nettype wire
