// SPDX-License-Identifier: Apache-2.0
// A register with an enable and at least GateMin bits gets a gated clock instead of a multiplexer per
// bit. Registers with the same enable share a gate afterwards.

(* techmap_celltype = "$dffe $adffe" *)
module xpk_gate_register (CLK, ARST, EN, D, Q);
  parameter WIDTH = 0;
  parameter CLK_POLARITY = 1;
  parameter EN_POLARITY = 1;
  parameter ARST_POLARITY = 1;
  parameter ARST_VALUE = 0;
  parameter _TECHMAP_CELLTYPE_ = "";
  localparam GateMin = 3;

  input CLK, ARST, EN;
  input [WIDTH-1:0] D;
  output [WIDTH-1:0] Q;

  wire _TECHMAP_FAIL_ = WIDTH < GateMin || !CLK_POLARITY;
  wire held, gated;
  xpk_clock_enable u_enable (.clk(CLK), .enable(EN_POLARITY ? EN : ~EN), .held(held));
  xpk_clock_gate u_gate (.clk(CLK), .held(held), .gated(gated));

  generate
    if (_TECHMAP_CELLTYPE_ == "$adffe")
      \$adff #(.WIDTH(WIDTH), .CLK_POLARITY(1), .ARST_POLARITY(ARST_POLARITY),
               .ARST_VALUE(ARST_VALUE)) u_register (.CLK(gated), .ARST(ARST), .D(D), .Q(Q));
    else
      \$dff #(.WIDTH(WIDTH), .CLK_POLARITY(1)) u_register (.CLK(gated), .D(D), .Q(Q));
  endgenerate
endmodule
