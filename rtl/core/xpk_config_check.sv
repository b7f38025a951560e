// SPDX-License-Identifier: Apache-2.0
// Says whether a run-time configuration is one that this build can run. Combinational.
//
// | parameter | legal          | meaning                       |
// |-----------|----------------|-------------------------------|
// | (all)     | see xpk_core   | shapes of the build           |

`default_nettype none

module xpk_config_check #(
    parameter int unsigned Tokens = 8,
    parameter int unsigned HeadDim = 8,
    parameter int unsigned Depth = 1,
    parameter int unsigned Steps = 4,
    parameter int unsigned InputRows = 16,
    parameter int unsigned Classes = 4,
    localparam int unsigned LayerBits = xpk_regs_pkg::LayerRes2Lsb + xpk_regs_pkg::LayerRes2Width
) (
    // Seeds, flags and offsets are legal in every state.
    /* verilator lint_off UNUSEDSIGNAL */
    input  wire xpk_pkg::ctrl_t              ctrl_i,
    input  wire logic [Depth*LayerBits-1:0]  layers_i,  // words of the layer table
    /* verilator lint_on UNUSEDSIGNAL */
    output logic                             ok_o
);

  localparam int unsigned ScorePlanes = $clog2(HeadDim);
  localparam logic [3:0] LargestKA = (Tokens > 256) ? 4'd10 : 4'd8;

  logic layers_ok, position_ok;

  always_comb begin
    layers_ok = 1'b1;
    for (int unsigned l = 0; l < Depth; l++) begin
      if (5'(l) < ctrl_i.depth) begin
        if (32'(layers_i[l*LayerBits+xpk_regs_pkg::LayerKSLsb+:xpk_regs_pkg::LayerKSWidth]) >
            ScorePlanes) layers_ok = 1'b0;
        if (layers_i[l*LayerBits+xpk_regs_pkg::LayerKALsb+:xpk_regs_pkg::LayerKAWidth] >
            LargestKA) layers_ok = 1'b0;
        if (layers_i[l*LayerBits+xpk_regs_pkg::LayerRes1Lsb+:xpk_regs_pkg::LayerRes1Width] >
            xpk_pkg::ResidualXor) layers_ok = 1'b0;
        if (layers_i[l*LayerBits+xpk_regs_pkg::LayerRes2Lsb+:xpk_regs_pkg::LayerRes2Width] >
            xpk_pkg::ResidualXor) layers_ok = 1'b0;
      end
    end
  end

  assign position_ok = !ctrl_i.position_enable ||
      (32'(ctrl_i.position_base) + 32'(ctrl_i.n_tokens) <= InputRows);

  assign ok_o = layers_ok && position_ok &&
      ctrl_i.n_tokens != '0 && 32'(ctrl_i.n_tokens) <= Tokens &&
      ctrl_i.steps != '0 && 32'(ctrl_i.steps) <= Steps &&
      ctrl_i.depth != '0 && 32'(ctrl_i.depth) <= Depth &&
      ctrl_i.input_rows != '0 && 32'(ctrl_i.input_rows) <= InputRows &&
      ctrl_i.classes != '0 && 32'(ctrl_i.classes) <= Classes &&
      ctrl_i.k_input <= 4'd8 && ctrl_i.pooling <= xpk_pkg::PoolLast;

endmodule

`default_nettype wire
