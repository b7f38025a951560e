// SPDX-License-Identifier: Apache-2.0
// Lets programming and calibration of one layer through, for stages that hold this layer alone and call it layer 0.
//
// | parameter | legal | meaning                |
// |-----------|-------|------------------------|
// | Layer     | 0..15 | number of the layer    |
//
// Combinational. Writes and reads of other layers do not arrive.

`default_nettype none

module xpk_layer_select #(
    parameter logic [3:0] Layer = 4'd0
) (
    input  wire xpk_pkg::par_t  par_i,
    input  wire xpk_pkg::cell_t cell_i,
    input  wire xpk_pkg::calib_t calib_i,
    output xpk_pkg::par_t       par_o,
    output xpk_pkg::cell_t      cell_o,
    output xpk_pkg::calib_t     calib_o
);

  always_comb begin
    par_o = par_i;
    par_o.target.layer = '0;
    par_o.neuron_we = par_i.neuron_we && par_i.target.layer == Layer;
    par_o.converter_we = par_i.converter_we && par_i.target.layer == Layer;
    cell_o = cell_i;
    cell_o.target.layer = '0;
    cell_o.we = cell_i.we && cell_i.target.layer == Layer;
    cell_o.re = cell_i.re && cell_i.target.layer == Layer;
    calib_o = calib_i;
    calib_o.target.layer = '0;
    calib_o.measure = calib_i.measure && calib_i.target.layer == Layer;
    calib_o.sum_re = calib_i.sum_re && calib_i.target.layer == Layer;
    calib_o.gain_we = calib_i.gain_we && calib_i.target.layer == Layer;
  end

endmodule

`default_nettype wire
