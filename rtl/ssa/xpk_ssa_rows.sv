// SPDX-License-Identifier: Apache-2.0
// Query rows of the attention tile: per row N stochastic attention cells, the row sum and the
// output encoder.
//
// | parameter   | legal         | meaning                                                |
// |-------------|---------------|--------------------------------------------------------|
// | N           | 1..256        | cells of a row                                         |
// | Rows        | 1..N          | rows of this instance                                  |
// | First       | 0..N-Rows     | number of its first row                                |
// | ScorePlanes | 1..8          | bits of a random number of a cell, ceil(log2(HeadDim)) |
// | Blocks      | 1..4          | blocks of N rows and of N keys that share the cells    |
// | DrawBits    | 8, 16         | bits of a random number of a row                       |
//
// A cell compares its count C with a random r, S = C > r, without storing C: load_i stores r, every
// hit counts it down, and the borrow out of 0 sets a sticky bit. The sticky bit is S, and from then
// on the cell is quiet. Counters are bit-sliced: plane p holds bit p of all N cells of a row, so
// that a word operation serves a whole row; the sticky bits are the plane on top. Cell (i, j) sits
// at position (i + j) mod N of row i, which is the number of its random byte: the random numbers
// go straight to all rows, and the keys are rotated instead. If Blocks > 1 the ring of bytes is
// longer than N: planes_i holds numbers i + j < N, next_planes_i those from N on.
//
// Timing: a column enters with count_i (per row: valid and the row's Q bit); last_i in the same
// cycle keeps S, this column included; load_i may coincide and replaces the random numbers for the
// next block. s_o shows the scores kept of one row, for observation. A V column enters with
// v_valid_i; one cycle later total_o is its sum and that of the key blocks before, partial_i (if Blocks > 1).
// compare_i in that cycle compares it with bytes_a_i, a_o holds the spikes another cycle later. One
// column per cycle each. Row i sees keys 0..i if causal_i. Rows are numbered from row_block_i * N
// on where exponents depend on them; layer_i is stable.
//
// Source: arXiv 2408.08794, stochastic attention cell; docs/numerics.md section 7.

`default_nettype none

module xpk_ssa_rows #(
    parameter int unsigned N = 8,
    parameter int unsigned Rows = N,
    parameter int unsigned First = 0,
    parameter int unsigned ScorePlanes = 3,
    parameter int unsigned Blocks = 1,
    parameter int unsigned DrawBits = 8,
    localparam int unsigned RowBits = (Rows > 1) ? $clog2(Rows) : 1,
    localparam int unsigned BlockBits = (Blocks > 1) ? $clog2(Blocks) : 1,
    localparam int unsigned TotalBits = $clog2(Blocks * N + 1)
) (
    input  wire logic                     clk_i,
    // Scores.
    input  wire logic                     load_i,
    input  wire logic [ScorePlanes*N-1:0] planes_i,  // bit p of the random numbers at [p*N +: N]
    input  wire logic [ScorePlanes*N-1:0] next_planes_i,
    input  wire logic [Rows-1:0]          count_i,
    input  wire logic [N-1:0]             k_i,       // bit j is key j, as in v_i and s_o
    input  wire logic                     last_i,
    input  wire logic [RowBits-1:0]       s_row_i,   // of the instance
    output logic      [N-1:0]             s_o,
    // Outputs.
    input  wire logic                     v_valid_i,
    input  wire logic [N-1:0]             v_i,
    input  wire logic [Rows*TotalBits-1:0] partial_i,
    output logic      [Rows*TotalBits-1:0] total_o,
    input  wire logic                     compare_i,
    input  wire logic [Rows*DrawBits-1:0] bytes_a_i,
    input  wire logic [BlockBits-1:0]     row_block_i,
    output logic      [Rows-1:0]          a_o,
    // Run-time configuration.
    input  wire logic                     causal_i,
    input  wire xpk_pkg::layer_t          layer_i
);

  // Simulated once for all tiles of an engine.
  /*verilator no_inline_module*/

  localparam int unsigned SumBits = $clog2(N + 1);
  // Planes that are clocked with every column of a row. The others, and the sticky bits, wait for a
  // borrow into them, which is rare: with all planes below, or with one enable each, a row would cost
  // more energy (docs/synthesis.md).
  localparam int unsigned LowPlanes = (ScorePlanes < 3) ? ScorePlanes : 3;

  if (N < 1 || N > 256 || Rows < 1 || First + Rows > N) begin : gen_check_n
    $error("xpk_ssa_rows: N must be 1..256, and the rows must exist");
  end
  if (ScorePlanes < 1 || ScorePlanes > 8) begin : gen_check_planes
    $error("xpk_ssa_rows: ScorePlanes must be 1..8");
  end
  if (Blocks < 1 || Blocks > 4 || (DrawBits != 8 && DrawBits != 16)) begin : gen_check_blocks
    $error("xpk_ssa_rows: Blocks must be 1..4, and DrawBits 8 or 16");
  end

  // Residual codes and the score exponent belong to others.
  logic unused_layer;
  assign unused_layer = ^{layer_i.res1, layer_i.res2, layer_i.k_s};

  // ceil(log2(i + 1)) of every row i, for outputs that are weighed by the keys the row sees.
  function automatic logic [4*Blocks*N-1:0] row_exponents();
    row_exponents = '0;
    for (int unsigned i = 0; i < Blocks * N; i++) row_exponents[4*i+:4] = 4'($clog2(i + 1));
  endfunction
  localparam logic [4*Blocks*N-1:0] RowExponents = row_exponents();

  // Exponents beyond the bits of a random number act like that many.
  function automatic logic [3:0] exponent_of(input int unsigned row);
    logic signed [5:0] exponent;
    exponent = 6'(RowExponents[4*row+:4]) + 6'(layer_i.row_offset);
    exponent_of = exponent[3:0];
    if (exponent < 6'sd0) exponent_of = 4'd0;
    if (DrawBits > 8 && exponent > 6'sd15) exponent_of = 4'd15;
    if (!layer_i.row_exponent) exponent_of = layer_i.k_a;
  endfunction

  logic [31:0] first_row;  // number of row 0 of the block
  if (Blocks > 1) begin : gen_first_row
    assign first_row = 32'(row_block_i) * N;
  end else begin : gen_one_block
    logic unused_blocks;
    assign unused_blocks = ^{row_block_i, next_planes_i, partial_i};
    assign first_row = '0;
  end

  // Data without a reset: loaded before it is looked at.
  (* mem2reg *) logic [N-1:0] plane_q[0:Rows*ScorePlanes-1];
  (* mem2reg *) logic [N-1:0] sticky_q[0:Rows-1];
  (* mem2reg *) logic [N-1:0] s_q[0:Rows-1];
  (* mem2reg *) logic [SumBits-1:0] sum_q[0:Rows-1];

  // One process for all rows, in the order output, sum, scores, cells, so that each reads what the
  // next one has not yet written. The arrays are local to it, hence the blocking assignments, which
  // keep the loops over hundreds of rows loops in a simulation.
  // verilator lint_off BLKSEQ
  always_ff @(posedge clk_i) begin
    logic [N-1:0] borrow, key, plane, score, wrapped;
    logic upper;  // something borrows from the planes above the low ones
    logic [Rows-1:0] spikes;
    logic [10:0] sum;
    if (compare_i) begin
      for (int unsigned r = 0; r < Rows; r++) begin
        sum = (Blocks > 1) ? 11'(total_o[r*TotalBits+:TotalBits]) : 11'(sum_q[r]);
        spikes[r] = xpk_pkg::bernoulli(sum, 10'(bytes_a_i[DrawBits*r+:DrawBits]),
                                       exponent_of(first_row + First + r));
      end
      a_o <= spikes;
    end
    if (v_valid_i) begin
      for (int unsigned r = 0; r < Rows; r++) sum_q[r] = SumBits'($countones(s_q[r] & v_i));
    end
    // Subtracts the hits from the cells of a row; borrows that leave the last plane set sticky
    // bits. A row whose Q bit is 0 keeps still, its logic as well as its registers. The score kept is
    // worked out beside the sticky bits, not from their next value: synthesis only finds an enable
    // where nothing else uses that.
    if (count_i != '0 || last_i) begin
      for (int unsigned r = 0; r < Rows; r++) begin
        borrow = '0;
        upper = 1'b0;
        if (count_i[r]) begin
          key = k_i & {N{count_i[r]}};
          if (causal_i) key = key & ({N{1'b1}} >> (N - 1 - First - r));
          key = (key << (First + r)) | (key >> (N - First - r));
          borrow = key & ~sticky_q[r];
          for (int unsigned p = 0; p < LowPlanes; p++) begin
            plane = plane_q[r*ScorePlanes+p];
            plane_q[r*ScorePlanes+p] = plane ^ borrow;
            borrow = borrow & ~plane;
          end
          upper = borrow != '0;
          if (upper) begin
            for (int unsigned p = LowPlanes; p < ScorePlanes; p++) begin
              plane = plane_q[r*ScorePlanes+p];
              plane_q[r*ScorePlanes+p] = plane ^ borrow;
              borrow = borrow & ~plane;
            end
          end
        end
        if (last_i) begin
          score = sticky_q[r] | borrow;
          s_q[r] = (score >> (First + r)) | (score << (N - First - r));
        end
        if (upper) sticky_q[r] = sticky_q[r] | borrow;
      end
    end
    if (load_i) begin
      for (int unsigned r = 0; r < Rows; r++) begin
        for (int unsigned p = 0; p < ScorePlanes; p++) begin
          plane = planes_i[p*N+:N];
          if (Blocks > 1) begin
            wrapped = ~({N{1'b1}} << (First + r));  // i + j >= N
            plane = (plane & ~wrapped) | (next_planes_i[p*N+:N] & wrapped);
          end
          plane_q[r*ScorePlanes+p] = plane;
        end
        sticky_q[r] = '0;
      end
    end
  end
  // verilator lint_on BLKSEQ

  always_comb begin
    total_o = '0;
    if (Blocks > 1) begin
      for (int unsigned r = 0; r < Rows; r++) begin
        total_o[r*TotalBits+:TotalBits] =
            TotalBits'(sum_q[r]) + partial_i[r*TotalBits+:TotalBits];
      end
    end
  end

  assign s_o = s_q[s_row_i];

endmodule

`default_nettype wire
