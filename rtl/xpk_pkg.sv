// SPDX-License-Identifier: Apache-2.0
// Widths, constants and run-time structs shared by every room.
//
// Numbers come from docs/numerics.md. Shapes (tokens, heads, ...) are module parameters; only what
// is the same in every configuration lives here.

package xpk_pkg;

  // A module that is checked alone uses only a part of the package.
  /* verilator lint_off UNUSEDPARAM */

  // Random numbers (numerics, section 2).
  localparam logic [31:0] LfsrTaps = 32'h8020_0003;
  localparam logic [31:0] MixSeed = 32'h5850_4b31;
  // Column b (bits 32b+31:32b) is the lane state reached from state 2^b after 2^20 steps.
  localparam logic [1023:0] LfsrJump = {
    32'h7551_ef57, 32'hba88_f7a8, 32'h5d44_7bd4, 32'h2ea2_3dea,
    32'h1751_1ef5, 32'h8b88_8f79, 32'hc5e4_47bf, 32'he2d2_23dc,
    32'h7169_11ee, 32'h38b4_88f7, 32'h9c7a_4478, 32'h4e3d_223c,
    32'h271e_911e, 32'h138f_488f, 32'h89e7_a444, 32'h44f3_d222,
    32'h2279_e911, 32'h911c_f48b, 32'hc8ae_7a46, 32'h6457_3d23,
    32'hb20b_9e92, 32'h5905_cf49, 32'haca2_e7a7, 32'hd671_73d0,
    32'h6b38_b9e8, 32'h359c_5cf4, 32'h1ace_2e7a, 32'h0d67_173d,
    32'h8693_8b9d, 32'hc369_c5cd, 32'he194_e2e5, 32'hf0ea_7171
  };

  // Number widths.
  localparam int unsigned ExponentBits = 4;
  localparam int unsigned IntensityBits = 9;
  localparam int unsigned DeviceBits = 13;
  localparam int unsigned CellBits = 2 * DeviceBits;  // {g+, g-}
  localparam int unsigned CodeBits = 5;
  localparam int unsigned ShiftBits = 3;
  localparam int unsigned GainBits = 16;
  localparam int unsigned CurrentBits = 16;  // 4 * sum of codes of at most 256 arrays
  localparam int unsigned MembraneBits = 12;
  localparam int unsigned ThresholdBits = 11;
  localparam int unsigned BiasBits = 12;
  localparam int unsigned ScoreBits = 32;
  localparam int unsigned TokenBits = 10;  // number of a token
  localparam int unsigned TagBits = TokenBits + 8;  // of tag_t
  localparam int unsigned TokenCountBits = 11;  // how many tokens
  localparam int unsigned SpikeCountBits = 14;  // 32 heads of 256 tokens or columns
  localparam int unsigned SumBits = 32;  // of a calibration pass

  // Matrix numbers, as the programming windows name them.
  localparam logic [2:0] MatrixEmbed = 3'd0;
  localparam logic [2:0] MatrixQ = 3'd1;
  localparam logic [2:0] MatrixK = 3'd2;
  localparam logic [2:0] MatrixV = 3'd3;
  localparam logic [2:0] MatrixProj = 3'd4;
  localparam logic [2:0] MatrixFf1 = 3'd5;
  localparam logic [2:0] MatrixFf2 = 3'd6;
  localparam logic [2:0] MatrixHead = 3'd7;

  localparam logic [1:0] ResidualIand = 2'd0;
  localparam logic [1:0] ResidualOr = 2'd1;
  localparam logic [1:0] ResidualXor = 2'd2;

  localparam logic [1:0] PoolAll = 2'd0;
  localparam logic [1:0] PoolFirst = 2'd1;
  localparam logic [1:0] PoolLast = 2'd2;

  // Bernoulli encoder (numerics, section 3). Ones below the exponent make the mask: a shift moves
  // the zeros in, which needs no subtraction. Draws of fewer bits are filled up with zeros, so that
  // exponents beyond their width act like the width.
  function automatic logic bernoulli(input logic [10:0] value, input logic [9:0] draw,
                                     input logic [3:0] exponent);
    bernoulli = value > {1'b0, draw & ~(10'h3FF << exponent)};
  endfunction

  // Phases of the controller, as register STATUS shows them.
  localparam logic [3:0] PhaseIdle = 4'd0;
  localparam logic [3:0] PhaseWaitInput = 4'd1;
  localparam logic [3:0] PhaseWaitSeed = 4'd2;
  localparam logic [3:0] PhaseAimc = 4'd3;
  localparam logic [3:0] PhaseSsa = 4'd4;
  localparam logic [3:0] PhaseReadout = 4'd5;
  localparam logic [3:0] PhaseCalibration = 4'd6;

  // A token-step: token n, time step t. Travels with every spike vector through the chain.
  typedef struct packed {
    logic [TokenBits-1:0] token;
    logic [7:0] step;
  } tag_t;

  // Run-time configuration of one inference (same for all layers).
  typedef struct packed {
    logic [TokenCountBits-1:0] n_tokens;  // 1..Tokens
    logic [7:0] steps;     // 1..Steps
    logic [4:0] depth;     // 1..Depth
    logic       causal;
    logic [1:0] pooling;
    logic       anytime;
    logic [3:0] k_input;
    logic [10:0] input_rows;  // rows sent per token, or per token-step of spikes
    logic       input_spikes;  // the packet carries spikes, not intensities
    logic       position_enable;
    logic [15:0] position_base;
    logic [10:0] classes;
    logic [31:0] seed;
    logic [31:0] image;
  } ctrl_t;

  // Run-time configuration of one layer (one word of the layer table).
  typedef struct packed {
    logic [1:0] res2;
    logic [1:0] res1;
    logic signed [3:0] row_offset;
    logic       row_exponent;
    logic [3:0] k_a;
    logic [3:0] k_s;
  } layer_t;

  // Programming: which row block the parameter and cell windows point at.
  typedef struct packed {
    logic [2:0] matrix;
    logic [3:0] layer;
    logic [7:0] row_block;
    logic [7:0] array;
  } target_t;

  // Neuron and converter parameters, one write per cycle.
  typedef struct packed {
    logic       neuron_we;     // threshold and bias of one column
    logic       converter_we;  // gain and shift of the row block
    target_t    target;        // array is not used
    logic [7:0] column;        // within the row block
    logic [ThresholdBits-1:0] threshold;
    logic signed [BiasBits-1:0] bias;
    logic [GainBits-1:0] gain;
    logic [ShiftBits-1:0] shift;
  } par_t;

  // One cell of one array: written, or read back.
  typedef struct packed {
    logic       we;
    logic       re;
    target_t    target;
    logic [7:0] row;
    logic [7:0] col;
    logic [CellBits-1:0] data;
  } cell_t;

  // Settings of a calibration pass (numerics, section 11).
  typedef struct packed {
    logic        baseline;  // the sums become sum0, the gains stay gain0
    logic [ 8:0] density;   // D, 1..256
    logic [10:0] vectors;   // K, 1..1024
    logic [31:0] seed;
  } pass_t;

  // What a calibration pass asks of the row blocks. A sum is read in two halves, as wide as a gain.
  typedef struct packed {
    logic    measure;       // a vector beside this, for all arrays of target.layer
    logic    sum_re;        // the row block of the target answers half of its sum
    logic    sum_high;      // the upper half; the sum then starts again at 0
    logic    gain_we;       // the row block, or every one of the head, takes the gain
    logic [GainBits-1:0] gain;
    target_t target;        // array is not used
  } calib_t;

  // A word of the calibration table, read or written by the host.
  localparam logic [1:0] TableSum = 2'd0;
  localparam logic [1:0] TableSum0 = 2'd1;
  localparam logic [1:0] TableGain = 2'd2;
  typedef struct packed {
    logic       we;
    logic       re;
    logic [1:0] item;
    target_t    target;
    logic [SumBits-1:0] data;
  } table_t;

  // A spike vector passed a point of the chain: when, and with how many spikes. For the counters.
  typedef struct packed {
    logic        fire;
    logic [SpikeCountBits-1:0] spikes;
  } count_t;

  // What goes on in a cycle, for the counters.
  typedef struct packed {
    logic aimc;        // an AIMC phase
    logic ssa;         // an SSA phase
    logic wait_input;
    logic wait_seed;
    logic readout;
  } activity_t;

  // What the AIMC chain did, one cycle late.
  typedef struct packed {
    count_t rows;   // encoded input rows into EMBED
    count_t a;      // attention output into PROJ
    count_t proj;
    count_t res1;   // into FF1
    count_t ff1;    // into FF2
    count_t ff2;
    count_t x;      // x after EMBED or res2
    count_t q;      // one mux step of Q, K, V
    count_t k;
    count_t v;
    logic   embed;  // x comes from EMBED
    logic   qkv;    // x goes to Q, K and V
    logic   head;   // x is multiplied by HEAD
    logic   converting;
  } chain_events_t;

  /* verilator lint_on UNUSEDPARAM */

endpackage
