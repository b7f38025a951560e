// SPDX-License-Identifier: Apache-2.0
// A register with an enable and at least GateMin bits gets gated clocks, one per GateFanout bits,
// instead of a multiplexer per bit.

(* techmap_celltype = "$dffe $adffe" *)
module xpk_gate_register (CLK, ARST, EN, D, Q);
  parameter WIDTH = 0;
  parameter CLK_POLARITY = 1;
  parameter EN_POLARITY = 1;
  parameter ARST_POLARITY = 1;
  parameter ARST_VALUE = 0;
  parameter _TECHMAP_CELLTYPE_ = "";
  localparam GateMin = 3;
  localparam GateFanout = 16;
  localparam Gates = (WIDTH + GateFanout - 1) / GateFanout;

  input CLK, ARST, EN;
  input [WIDTH-1:0] D;
  output [WIDTH-1:0] Q;

  wire _TECHMAP_FAIL_ = WIDTH < GateMin || !CLK_POLARITY;
  wire held;
  xpk_clock_enable u_enable (.clk(CLK), .enable(EN_POLARITY ? EN : ~EN), .held(held));

  genvar g;
  generate
    for (g = 0; g < Gates; g = g + 1) begin : gen_gate
      localparam First = g * GateFanout;
      localparam Bits = (WIDTH - First < GateFanout) ? WIDTH - First : GateFanout;
      wire gated;
      xpk_clock_gate u_gate (.clk(CLK), .held(held), .gated(gated));
      if (_TECHMAP_CELLTYPE_ == "$adffe")
        \$adff #(.WIDTH(Bits), .CLK_POLARITY(1), .ARST_POLARITY(ARST_POLARITY),
                 .ARST_VALUE(ARST_VALUE[First+:Bits])) u_register
          (.CLK(gated), .ARST(ARST), .D(D[First+:Bits]), .Q(Q[First+:Bits]));
      else
        \$dff #(.WIDTH(Bits), .CLK_POLARITY(1)) u_register
          (.CLK(gated), .D(D[First+:Bits]), .Q(Q[First+:Bits]));
    end
  endgenerate
endmodule
