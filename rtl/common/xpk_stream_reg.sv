// SPDX-License-Identifier: Apache-2.0
// Register slice of a valid/ready stream: no combinational path crosses it in either direction.
//
// | parameter | legal | meaning        |
// |-----------|-------|----------------|
// | Width     | >= 1  | bits of a word |
//
// Latency 1 cycle, one word per cycle. The word that arrives in the cycle in which the sink stops
// goes to a second register, the skid, so that `in_ready_o` may lag behind by one cycle.

`default_nettype none

module xpk_stream_reg #(
    parameter int unsigned Width = 8
) (
    input  wire logic             clk_i,
    input  wire logic             rst_ni,
    input  wire logic             clr_i,
    input  wire logic             in_valid_i,
    output logic                  in_ready_o,
    input  wire logic [Width-1:0] in_data_i,
    output logic                  out_valid_o,
    input  wire logic             out_ready_i,
    output logic      [Width-1:0] out_data_o
);

  if (Width < 1) begin : gen_check
    $error("xpk_stream_reg: Width must be at least 1");
  end

  logic out_valid_q, skid_valid_q;
  logic [Width-1:0] out_q, skid_q;
  logic load, stop;

  assign in_ready_o = !skid_valid_q;
  assign out_valid_o = out_valid_q;
  assign out_data_o = out_q;
  assign load = !out_valid_q || out_ready_i;                // the output register is free
  assign stop = in_valid_i && !skid_valid_q && !load;  // an accepted word finds it taken

  always_ff @(posedge clk_i) begin
    if (load && (skid_valid_q || in_valid_i)) out_q <= skid_valid_q ? skid_q : in_data_i;
    if (stop) skid_q <= in_data_i;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      out_valid_q <= 1'b0;
      skid_valid_q <= 1'b0;
    end else if (clr_i) begin
      out_valid_q <= 1'b0;
      skid_valid_q <= 1'b0;
    end else begin
      if (load) begin
        out_valid_q <= skid_valid_q || in_valid_i;
        skid_valid_q <= 1'b0;
      end
      if (stop) skid_valid_q <= 1'b1;
    end
  end

endmodule

`default_nettype wire
