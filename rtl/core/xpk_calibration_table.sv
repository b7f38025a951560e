// SPDX-License-Identifier: Apache-2.0
// What a calibration pass keeps: gain0, sum0, the last sum and the gain in use, one word for every row
// block of every layer, one for the whole head.
//
// | parameter | legal        | meaning             |
// |-----------|--------------|---------------------|
// | (all)     | see xpk_core | shapes of the build |
//
// A converter write of the host (`par_i`) sets gain0 and the gain in use. `host_i` writes sum0 (item
// TableSum0) or reads an item; the answer comes in the next cycle, `host_rdata_o` is 0 in all others.
// The pass reads with `re_i` (gain0 and sum0 from the next cycle on, until the next read) and writes
// sum and gain with `we_i`, sum0 also with `baseline_i`. Host and pass take turns (`pass_i`). Targets
// exist; their array does not matter. A memory, hence without reset. Numerics section 11.

`default_nettype none

module xpk_calibration_table #(
    parameter int unsigned Dim = 16,
    parameter int unsigned FfDim = 32,
    parameter int unsigned Depth = 1,
    parameter int unsigned ArrayCols = 16,
    localparam int unsigned SumBits = xpk_pkg::SumBits,
    localparam int unsigned GainBits = xpk_pkg::GainBits
) (
    input  wire logic                clk_i,
    input  wire logic                rst_ni,
    // Host. Only converter writes and the targets of row blocks concern the table.
    /* verilator lint_off UNUSEDSIGNAL */
    input  wire xpk_pkg::par_t       par_i,
    input  wire xpk_pkg::table_t     host_i,
    input  wire xpk_pkg::target_t    target_i,
    /* verilator lint_on UNUSEDSIGNAL */
    output logic      [SumBits-1:0]  host_rdata_o,
    output logic                     host_rvalid_o,
    // Pass.
    input  wire logic                pass_i,
    input  wire logic                re_i,
    input  wire logic                we_i,
    input  wire logic                baseline_i,
    input  wire logic [ SumBits-1:0] sum_i,
    input  wire logic [GainBits-1:0] gain_i,
    output logic      [GainBits-1:0] gain0_o,
    output logic      [ SumBits-1:0] sum0_o
);

  localparam int unsigned DimBlocks = (Dim + ArrayCols - 1) / ArrayCols;
  localparam int unsigned FfBlocks = (FfDim + ArrayCols - 1) / ArrayCols;
  localparam int unsigned LayerWords = 5 * DimBlocks + FfBlocks;  // Q, K, V, PROJ, FF1, FF2
  localparam int unsigned Words = DimBlocks + Depth * LayerWords + 1;  // EMBED first, HEAD last
  localparam int unsigned AddrBits = $clog2(Words);

  if (SumBits != 2 * GainBits) begin : gen_check
    $error("xpk_calibration_table: a sum must be as wide as two gains");
  end

  // ---- Word of a target ----------------------------------------------------------------------
  /* verilator lint_off UNUSEDSIGNAL */
  xpk_pkg::target_t target;  // its array does not matter
  /* verilator lint_on UNUSEDSIGNAL */
  logic [31:0] first;  // word of row block 0
  logic [AddrBits-1:0] addr;

  assign target = pass_i ? target_i : par_i.converter_we ? par_i.target : host_i.target;

  always_comb begin
    first = DimBlocks + 32'(target.layer) * LayerWords;
    case (target.matrix)
      xpk_pkg::MatrixEmbed: first = '0;
      xpk_pkg::MatrixQ:     ;
      xpk_pkg::MatrixK:     first = first + DimBlocks;
      xpk_pkg::MatrixV:     first = first + 2 * DimBlocks;
      xpk_pkg::MatrixProj:  first = first + 3 * DimBlocks;
      xpk_pkg::MatrixFf1:   first = first + 4 * DimBlocks;
      xpk_pkg::MatrixFf2:   first = first + 4 * DimBlocks + FfBlocks;
      default:              first = Words - 1;
    endcase
  end

  assign addr = AddrBits'(first + (target.matrix == xpk_pkg::MatrixHead ? 0 : 32'(target.row_block)));

  // ---- Memory: {gain, gain0, sum0, sum}, lanes as wide as a gain --------------------------------
  logic [5:0] we;
  logic gain0_we, sum0_we, host_re;
  logic [GainBits-1:0] gain;
  logic [SumBits-1:0] sum;
  logic [2*GainBits+2*SumBits-1:0] rdata;

  assign gain0_we = !pass_i && par_i.converter_we;
  assign sum0_we = !pass_i && host_i.we && host_i.item == xpk_pkg::TableSum0;
  assign host_re = !pass_i && host_i.re;
  assign we = {gain0_we || we_i, gain0_we, {2{sum0_we || (we_i && baseline_i)}}, {2{we_i}}};
  assign gain = gain0_we ? par_i.gain : gain_i;
  assign sum = sum0_we ? host_i.data : sum_i;

  xpk_ram_1r1w #(
      .Width(2 * GainBits + 2 * SumBits),
      .Depth(1 << AddrBits),  // all places that an address can name: Yosys leaves others undriven
      .LaneBits(GainBits)
  ) u_ram (
      .clk_i,
      .we_i(we),
      .waddr_i(addr),
      .wdata_i({gain, gain, sum, sum}),
      .re_i(re_i || host_re),
      .raddr_i(addr),
      .rdata_o(rdata)
  );

  assign sum0_o = rdata[SumBits+:SumBits];
  assign gain0_o = rdata[2*SumBits+:GainBits];

  // ---- Answers to the host -------------------------------------------------------------------
  logic [1:0] item_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      host_rvalid_o <= 1'b0;
      item_q <= '0;
    end else begin
      host_rvalid_o <= host_re;
      if (host_re) item_q <= host_i.item;
    end
  end

  always_comb begin
    host_rdata_o = '0;
    if (host_rvalid_o) begin
      case (item_q)
        xpk_pkg::TableSum:  host_rdata_o = rdata[0+:SumBits];
        xpk_pkg::TableSum0: host_rdata_o = sum0_o;
        default:            host_rdata_o = SumBits'(rdata[2*SumBits+GainBits+:GainBits]);
      endcase
    end
  end

endmodule

`default_nettype wire
