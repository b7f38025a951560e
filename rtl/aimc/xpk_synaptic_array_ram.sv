// SPDX-License-Identifier: Apache-2.0
// Digital twin of a synaptic array for chips without one, such as FPGAs: the conductances lie in
// block RAM, and a conversion adds them up, some rows per cycle.
//
// | parameter  | legal   | meaning                                |
// |------------|---------|----------------------------------------|
// | Rows       | 1..256  | word lines                             |
// | Cols       | 1..256  | bit line pairs                         |
// | Converters | 1..Cols | converters, shared by mux steps        |
// | AdcCycles  | 5..16   | enabled clock edges of one conversion  |
//
// Ports and timing of xpk_synaptic_array, bit for bit, with two limits: cells are accessed only
// while no conversion is under way (the register port of a core sees to that), and accesses to cells
// that do not exist do nothing. `Side` rows are read at once from Side * Converters memories, one word
// per mux step and group of rows; a conversion reads all groups of its mux step and needs four cycles
// more. Cells are 0 when the chip is configured. Numerics section 5.

`default_nettype none

module xpk_synaptic_array_ram #(
    parameter int unsigned Rows = 32,
    parameter int unsigned Cols = 16,
    parameter int unsigned Converters = 4,
    parameter int unsigned AdcCycles = 8,
    localparam int unsigned MuxSteps = (Cols + Converters - 1) / Converters,
    localparam int unsigned StepBits = (MuxSteps > 1) ? $clog2(MuxSteps) : 1
) (
    input  wire logic clk_i,
    input  wire logic rst_ni,
    input  wire logic prog_we_i,
    input  wire logic prog_re_i,
    input  wire logic [7:0]                    prog_row_i,
    input  wire logic [7:0]                    prog_col_i,
    input  wire logic [xpk_pkg::CellBits-1:0]  prog_data_i,
    output logic      [xpk_pkg::CellBits-1:0]  prog_data_o,
    input  wire logic                          en_i,
    input  wire logic                          conv_i,
    input  wire logic [StepBits-1:0]           step_i,
    input  wire logic [Rows-1:0]               x_i,
    input  wire logic [xpk_pkg::ShiftBits-1:0] shift_i,
    input  wire logic [xpk_pkg::GainBits-1:0]  gain_i,
    output logic      [Converters*xpk_pkg::CodeBits-1:0] code_o
);

  localparam int unsigned DeviceBits = xpk_pkg::DeviceBits;
  localparam int unsigned CellBits = xpk_pkg::CellBits;
  localparam int unsigned CodeBits = xpk_pkg::CodeBits;
  localparam int unsigned GainBits = xpk_pkg::GainBits;
  localparam int unsigned Reads = (AdcCycles > 4) ? AdcCycles - 4 : 1;  // cycles that may read
  localparam int unsigned Side = 1 << $clog2((Rows + Reads - 1) / Reads);
  localparam int unsigned Groups = (Rows + Side - 1) / Side;
  localparam int unsigned Words = MuxSteps * Groups;
  localparam int unsigned AddrBits = (Words > 1) ? $clog2(Words) : 1;
  localparam int unsigned PartBits = DeviceBits + 1 + $clog2(Side);
  localparam int unsigned SumBits = DeviceBits + 1 + $clog2(Rows);
  localparam int unsigned ProductBits = SumBits + GainBits + 1;
  localparam int unsigned ValueBits = ProductBits - 15;  // the other bits cannot change a code

  if (AdcCycles < 5 || AdcCycles > 16) begin : gen_check_cycles
    $error("xpk_synaptic_array_ram: AdcCycles must be 5..16");
  end

  // ---- Conversion under way -----------------------------------------------------------------------
  logic [4:0] cycle_q;       // cycles since it began; 0: none
  logic [StepBits-1:0] step, step_q;
  logic [xpk_pkg::ShiftBits-1:0] shift_q;
  logic [GainBits-1:0] gain_q;
  logic reading, read_q, first_q, part_q, part_first_q, ends;
  logic [4:0] group, group_q;

  assign reading = conv_i || (cycle_q != '0 && 32'(cycle_q) < Groups);
  assign group = conv_i ? '0 : cycle_q;
  assign step = conv_i ? step_i : step_q;
  assign ends = 32'(cycle_q) == AdcCycles - 1;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      cycle_q <= '0;
      step_q <= '0;
      shift_q <= '0;
      gain_q <= '0;
      {read_q, first_q, part_q, part_first_q} <= '0;
      group_q <= '0;
    end else if (en_i) begin
      if (conv_i) begin
        cycle_q <= 5'd1;
        step_q <= step_i;
        shift_q <= shift_i;
        gain_q <= gain_i;
      end else if (cycle_q != '0) begin
        cycle_q <= ends ? '0 : cycle_q + 5'd1;
      end
      read_q <= reading;
      first_q <= conv_i;
      group_q <= group;
      part_q <= read_q;
      part_first_q <= first_q;
    end
  end

  // ---- Cells --------------------------------------------------------------------------------------
  logic in_range, re;
  logic [AddrBits-1:0] prog_addr, raddr;
  logic [Side-1:0] prog_side;
  logic [Converters-1:0] prog_lane;
  logic [Side*Converters-1:0] prog_ram, prog_ram_q;  // one-hot: the memory that holds the cell
  logic [Side*Converters*CellBits-1:0] words;        // [lane][row of the group]

  assign in_range = (32'(prog_row_i) < Rows) && (32'(prog_col_i) < Cols);
  assign prog_addr = AddrBits'(32'(prog_col_i) / Converters * Groups + 32'(prog_row_i) / Side);
  assign prog_side = Side'(1) << (32'(prog_row_i) % Side);
  assign prog_lane = Converters'(1) << (32'(prog_col_i) % Converters);
  assign re = (en_i && reading) || prog_re_i;
  assign raddr = (en_i && reading) ?
      AddrBits'(32'(step) * Groups + 32'(group)) : prog_addr;

  for (genvar c = 0; c < Converters; c++) begin : gen_lane
    for (genvar r = 0; r < Side; r++) begin : gen_row
      localparam int unsigned Index = c * Side + r;
      (* no_rw_check *) logic [CellBits-1:0] mem[0:Words-1];
      logic [CellBits-1:0] word_q;

      initial begin
        for (int unsigned i = 0; i < Words; i++) mem[i] = '0;
      end

      assign prog_ram[Index] = in_range && prog_lane[c] && prog_side[r];
      always_ff @(posedge clk_i) begin
        if (prog_we_i && prog_ram[Index]) mem[prog_addr] <= prog_data_i;
        if (re) word_q <= mem[raddr];
      end
      assign words[Index*CellBits+:CellBits] = word_q;
    end
  end

  // A memory shows a cell until it is read again.
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) prog_ram_q <= '0;
    else if (prog_re_i) prog_ram_q <= prog_ram;
  end

  always_comb begin
    prog_data_o = '0;
    for (int unsigned i = 0; i < Side * Converters; i++) begin
      if (prog_ram_q[i]) prog_data_o = prog_data_o | words[i*CellBits+:CellBits];
    end
  end

  // ---- Bit lines and converters -------------------------------------------------------------------
  logic [Side-1:0] x_group;

  assign x_group = Side'((Groups * Side)'(x_i) >> (32'(group_q) * Side));

  function automatic logic signed [PartBits-1:0] add_rows(
      input logic [Side*CellBits-1:0] cells, input logic [Side-1:0] x);
    logic signed [DeviceBits:0] difference;
    add_rows = '0;
    for (int unsigned r = 0; r < Side; r++) begin
      difference = $signed({1'b0, cells[r*CellBits+DeviceBits+:DeviceBits]}) -
                   $signed({1'b0, cells[r*CellBits+:DeviceBits]});
      if (x[r]) add_rows = add_rows + PartBits'(difference);
    end
  endfunction

  // floor((p + 2^(s+15)) / 2^(s+16)) is (floor(p / 2^(s+15)) + 1) / 2 rounded down.
  function automatic logic [CodeBits-1:0] convert(
      input logic signed [ValueBits-1:0] value, input logic [xpk_pkg::ShiftBits-1:0] shift);
    logic signed [ValueBits-1:0] floored;
    logic signed [ValueBits:0] code;
    floored = value >>> shift;
    code = ((ValueBits + 1)'(floored) + (ValueBits + 1)'(1)) >>> 1;
    if (code > (ValueBits + 1)'(15)) convert = CodeBits'(15);
    else if (code < -(ValueBits + 1)'(16)) convert = {1'b1, {(CodeBits - 1) {1'b0}}};
    else convert = CodeBits'(code);
  endfunction

  for (genvar c = 0; c < Converters; c++) begin : gen_converter
    logic signed [PartBits-1:0] part;
    logic signed [SumBits-1:0] sum;
    logic signed [ValueBits-1:0] value;

    always_ff @(posedge clk_i) begin
      if (en_i) begin
        if (read_q) part <= add_rows(words[c*Side*CellBits+:Side*CellBits], x_group);
        if (part_q) sum <= SumBits'(part) + (part_first_q ? '0 : sum);
        if (32'(cycle_q) == Groups + 2) begin
          value <= ValueBits'((ProductBits'(sum) * ProductBits'($signed({1'b0, gain_q}))) >>> 15);
        end
      end
    end

    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) code_o[c*CodeBits+:CodeBits] <= '0;
      else if (en_i && ends) code_o[c*CodeBits+:CodeBits] <= convert(value, shift_q);
    end
  end

endmodule

`default_nettype wire
