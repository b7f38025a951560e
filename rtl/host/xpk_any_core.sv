// SPDX-License-Identifier: Apache-2.0
// The core that a configuration asks for: one of three that have the same ports and packets.
//
// | parameter   | legal        | meaning                             |
// |-------------|--------------|-------------------------------------|
// | Overlap     | 0, 1         | images overlap (xpk_overlap_core)   |
// | Folded      | 0, 1         | one of everything (xpk_folded_core) |
// | (others)    | see xpk_core | shapes of the build                 |
//
// With neither it is xpk_core; both at once are refused. Nothing is added: latency is the core's.
// Ports, packets and register protocol: docs/architecture.md, docs/registers.md.
// Source: paper, section IV (architecture, dataflow).

`default_nettype none

module xpk_any_core #(
    parameter bit Overlap = 1'b0,
    parameter bit Folded = 1'b0,
    parameter int unsigned Tokens = 8,
    parameter int unsigned TileTokens = Tokens,
    parameter int unsigned Heads = 2,
    parameter int unsigned HeadDim = 8,
    parameter int unsigned FfDim = 32,
    parameter int unsigned Depth = 1,
    parameter int unsigned Steps = 4,
    parameter int unsigned InputRows = 16,
    parameter int unsigned Classes = 4,
    parameter int unsigned ArrayRows = 32,
    parameter int unsigned ArrayCols = 16,
    parameter int unsigned Converters = 4,
    parameter int unsigned AdcCycles = 1,
    parameter int unsigned InputWords = 1,
    parameter int unsigned LeapEncoder = 32,
    parameter int unsigned LeapScore = 32,
    parameter int unsigned LeapValue = 32,
    parameter bit Calibration = 1'b1
) (
    input  wire logic        clk_i,
    input  wire logic        rst_ni,
    // Register port: requests, and one response per request in order.
    input  wire logic        reg_valid_i,
    output logic             reg_ready_o,
    input  wire logic        reg_write_i,
    input  wire logic [15:0] reg_addr_i,
    input  wire logic [31:0] reg_wdata_i,
    output logic             reg_rvalid_o,
    output logic      [31:0] reg_rdata_o,
    output logic             reg_error_o,
    // Input packets.
    input  wire logic        in_valid_i,
    output logic             in_ready_o,
    input  wire logic [32*InputWords-1:0] in_data_i,
    input  wire logic        in_last_i,
    // Result packets.
    output logic             out_valid_o,
    input  wire logic        out_ready_i,
    output logic      [31:0] out_data_o,
    output logic             out_last_o,
    output logic             irq_o
);

  if (Overlap && Folded) begin : gen_check_kind
    $error("xpk_any_core: images do not overlap in a folded core");
  end
  if ((Overlap || Folded) && TileTokens != Tokens) begin : gen_check_tiles
    $error("xpk_any_core: TileTokens must be Tokens where images overlap and in a folded core");
  end
  if (Folded && Calibration) begin : gen_check_calibration
    $error("xpk_any_core: a folded core has no calibration");
  end

  if (Overlap) begin : gen_overlap
    xpk_overlap_core #(
        .Tokens(Tokens), .Heads(Heads), .HeadDim(HeadDim), .FfDim(FfDim), .Depth(Depth),
        .Steps(Steps), .InputRows(InputRows), .Classes(Classes), .ArrayRows(ArrayRows),
        .ArrayCols(ArrayCols), .Converters(Converters), .AdcCycles(AdcCycles),
        .InputWords(InputWords), .LeapEncoder(LeapEncoder), .LeapScore(LeapScore),
        .LeapValue(LeapValue), .Calibration(Calibration)
    ) u_core (
        .clk_i, .rst_ni, .reg_valid_i, .reg_ready_o, .reg_write_i, .reg_addr_i, .reg_wdata_i, .reg_rvalid_o,
        .reg_rdata_o, .reg_error_o, .in_valid_i, .in_ready_o, .in_data_i, .in_last_i, .out_valid_o,
        .out_ready_i, .out_data_o, .out_last_o, .irq_o
    );
  end else if (Folded) begin : gen_folded
    xpk_folded_core #(
        .Tokens(Tokens), .Heads(Heads), .HeadDim(HeadDim), .FfDim(FfDim), .Depth(Depth),
        .Steps(Steps), .InputRows(InputRows), .Classes(Classes), .ArrayRows(ArrayRows),
        .ArrayCols(ArrayCols), .Converters(Converters), .AdcCycles(AdcCycles),
        .InputWords(InputWords), .LeapEncoder(LeapEncoder), .LeapScore(LeapScore),
        .LeapValue(LeapValue)
    ) u_core (
        .clk_i, .rst_ni, .reg_valid_i, .reg_ready_o, .reg_write_i, .reg_addr_i, .reg_wdata_i, .reg_rvalid_o,
        .reg_rdata_o, .reg_error_o, .in_valid_i, .in_ready_o, .in_data_i, .in_last_i, .out_valid_o,
        .out_ready_i, .out_data_o, .out_last_o, .irq_o
    );
  end else begin : gen_core
    xpk_core #(
        .Tokens(Tokens), .TileTokens(TileTokens), .Heads(Heads), .HeadDim(HeadDim), .FfDim(FfDim),
        .Depth(Depth), .Steps(Steps), .InputRows(InputRows), .Classes(Classes),
        .ArrayRows(ArrayRows), .ArrayCols(ArrayCols), .Converters(Converters),
        .AdcCycles(AdcCycles), .InputWords(InputWords), .LeapEncoder(LeapEncoder),
        .LeapScore(LeapScore), .LeapValue(LeapValue), .Calibration(Calibration)
    ) u_core (
        .clk_i, .rst_ni, .reg_valid_i, .reg_ready_o, .reg_write_i, .reg_addr_i, .reg_wdata_i, .reg_rvalid_o,
        .reg_rdata_o, .reg_error_o, .in_valid_i, .in_ready_o, .in_data_i, .in_last_i, .out_valid_o,
        .out_ready_i, .out_data_o, .out_last_o, .irq_o
    );
  end

endmodule

`default_nettype wire
