// SPDX-License-Identifier: Apache-2.0
// Simulation only: delays converter codes so that they appear when a real conversion would end.
//
// | parameter | legal | meaning                                        |
// |-----------|-------|------------------------------------------------|
// | Width     | >= 1  | bits of all codes                              |
// | AdcCycles | 1..16 | enabled clock edges of one conversion          |
//
// `data_i` is loaded with the edge that takes `conv_i` and is stable until the next one;
// `data_o` shows it AdcCycles - 1 enabled edges later, and the previous codes before.

`default_nettype none

module xpk_adc_delay_sim #(
    parameter int unsigned Width = 20,
    parameter int unsigned AdcCycles = 1
) (
    input  wire logic             clk_i,
    input  wire logic             rst_ni,
    input  wire logic             en_i,
    input  wire logic             conv_i,
    input  wire logic [Width-1:0] data_i,
    output logic      [Width-1:0] data_o
);

  if (AdcCycles == 1) begin : gen_wire
    // The register in front of this module is the whole conversion.
    logic unused;
    assign unused = &{1'b0, clk_i, rst_ni, en_i, conv_i};
    assign data_o = data_i;
  end else begin : gen_delay
    logic [AdcCycles-2:0] busy_q;  // one token walks up, bit k set k + 1 edges after the start
    logic [Width-1:0] data_q;

    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) begin
        busy_q <= '0;
        data_q <= '0;
      end else if (en_i) begin
        busy_q <= (AdcCycles - 1)'({busy_q, conv_i});
        if (busy_q[AdcCycles-2]) data_q <= data_i;
      end
    end

    assign data_o = data_q;
  end

endmodule

`default_nettype wire
