// SPDX-License-Identifier: Apache-2.0
// One row block with its neurons: Converters LIF lanes, and the membranes of all mux steps.
//
// Parameters are those of xpk_row_block. One set of membranes serves all layers, because every
// token starts from V = 0: `first_i`, sampled with `conv_i`, marks time step 0 of a token. A
// conversion with `measure_i` belongs to a calibration pass and reaches no neuron.
//
// `spike_valid_o` comes AdcCycles + 2 enabled edges after `conv_i`, one mux step per AdcCycles
// cycles; lanes without a column in use give 0. `fetch_o` and `sum_valid_o` mark the two pipeline
// stages before, for a user whose own data travels along. Numerics section 6; paper: neuron tile.

`default_nettype none

module xpk_neuron_tile #(
    parameter int unsigned Inputs = 16,
    parameter int unsigned Columns = 16,
    parameter int unsigned Layers = 1,
    parameter int unsigned Rows = 32,
    parameter int unsigned Cols = 16,
    parameter int unsigned Converters = 4,
    parameter int unsigned AdcCycles = 1,
    parameter bit Calibration = 1'b1,
    localparam int unsigned MuxSteps = (Cols + Converters - 1) / Converters,
    localparam int unsigned StepBits = (MuxSteps > 1) ? $clog2(MuxSteps) : 1
) (
    input  wire logic clk_i,
    input  wire logic rst_ni,
    input  wire logic clr_i,
    input  wire logic en_i,

    input  wire logic [3:0]          layer_i,
    input  wire logic                conv_i,
    input  wire logic                measure_i,
    input  wire logic                first_i,
    input  wire logic [StepBits-1:0] step_i,
    input  wire logic [Inputs-1:0]   x_i,

    // Constants: what the programming windows call this row block.
    input  wire logic [2:0]     matrix_i,
    input  wire logic [7:0]     row_block_i,
    input  wire xpk_pkg::par_t  par_i,
    input  wire xpk_pkg::cell_t cell_i,
    input  wire xpk_pkg::calib_t calib_i,
    output logic [xpk_pkg::CellBits-1:0] cell_rdata_o,
    output logic                         cell_rvalid_o,

    output logic                  fetch_o,
    output logic                  sum_valid_o,
    output logic                  spike_valid_o,
    output logic [StepBits-1:0]   spike_step_o,
    output logic [Converters-1:0] spikes_o,
    output logic                  busy_o
);

  localparam int unsigned V = xpk_pkg::MembraneBits;

  logic [StepBits-1:0] fetch_step, sum_step;
  logic sums_busy;
  logic [Converters*xpk_pkg::CurrentBits-1:0] current;
  logic [Converters*xpk_pkg::ThresholdBits-1:0] threshold;
  logic [Converters*xpk_pkg::BiasBits-1:0] bias;
  logic [Converters*V-1:0] membrane, membrane_d;
  logic [Converters-1:0] spikes_d;

  xpk_row_block #(
      .Inputs(Inputs),
      .Columns(Columns),
      .Layers(Layers),
      .Rows(Rows),
      .Cols(Cols),
      .Converters(Converters),
      .AdcCycles(AdcCycles),
      .Calibration(Calibration)
  ) u_row_block (
      .clk_i,
      .rst_ni,
      .clr_i,
      .en_i,
      .layer_i,
      .conv_i,
      .measure_i,
      .step_i,
      .x_i,
      .matrix_i,
      .row_block_i,
      .par_i,
      .cell_i,
      .calib_i,
      .cell_rdata_o,
      .cell_rvalid_o,
      .fetch_o,
      .fetch_step_o(fetch_step),
      .sum_valid_o,
      .sum_step_o(sum_step),
      .current_o(current),
      .threshold_o(threshold),
      .bias_o(bias),
      .busy_o(sums_busy)
  );

  // "First" travels with the conversion, as step and layer do in the row block.
  logic first_convert_q, first_sum_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      first_convert_q <= 1'b0;
      first_sum_q <= 1'b0;
    end else if (en_i) begin
      if (conv_i) first_convert_q <= first_i;
      if (fetch_o) first_sum_q <= first_convert_q;
    end
  end

  // A membrane may be read in the cycle that writes it, when one mux step of one cycle makes up
  // the whole token-step.
  xpk_rmw_ram #(
      .Width(Converters * V),
      .Depth(MuxSteps)
  ) u_membranes (
      .clk_i,
      .we_i(en_i && sum_valid_o),
      .waddr_i(sum_step),
      .wdata_i(membrane_d),
      .re_i(en_i && fetch_o),
      .raddr_i(fetch_step),
      .rdata_o(membrane)
  );

  for (genvar c = 0; c < Converters; c++) begin : gen_lane
    logic spike, in_use;

    xpk_lif_lane u_lif (
        .membrane_i(membrane[c*V+:V]),
        .fresh_i(first_sum_q),
        .current_i(current[c*xpk_pkg::CurrentBits+:xpk_pkg::CurrentBits]),
        .bias_i(bias[c*xpk_pkg::BiasBits+:xpk_pkg::BiasBits]),
        .threshold_i(threshold[c*xpk_pkg::ThresholdBits+:xpk_pkg::ThresholdBits]),
        .spike_o(spike),
        .membrane_o(membrane_d[c*V+:V])
    );

    // Columns beyond those in use have no neuron parameters and must stay silent.
    assign in_use = 32'(sum_step) * Converters + c < Columns;
    assign spikes_d[c] = spike && in_use;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      spike_valid_o <= 1'b0;
      spike_step_o <= '0;
      spikes_o <= '0;
    end else if (clr_i) begin
      spike_valid_o <= 1'b0;
    end else if (en_i) begin
      spike_valid_o <= sum_valid_o;
      if (sum_valid_o) begin
        spike_step_o <= sum_step;
        spikes_o <= spikes_d;
      end
    end
  end

  assign busy_o = sums_busy || spike_valid_o;

endmodule

`default_nettype wire
