// SPDX-License-Identifier: Apache-2.0
// Stops the elaboration of a core whose parameters are illegal. No ports, no hardware.
//
// | parameter | legal        | meaning                                    |
// |-----------|--------------|--------------------------------------------|
// | MinDepth  | 1..16        | fewest layers of this kind of core         |
// | (others)  | see xpk_core | shapes of the build                        |

`default_nettype none

module xpk_shape_check #(
    parameter int unsigned Tokens = 8,
    parameter int unsigned TileTokens = Tokens,
    parameter int unsigned Heads = 2,
    parameter int unsigned HeadLanes = 4,  // lanes of banks S and A of a head
    parameter int unsigned HeadDim = 8,
    parameter int unsigned FfDim = 32,
    parameter int unsigned MinDepth = 1,
    parameter int unsigned Depth = MinDepth,
    parameter int unsigned Steps = 4,
    parameter int unsigned InputRows = 16,
    parameter int unsigned Classes = 4,
    parameter int unsigned ArrayRows = 32,
    parameter int unsigned ArrayCols = 16,
    parameter int unsigned Converters = 4,
    parameter int unsigned AdcCycles = 1,
    parameter int unsigned LeapEncoder = 32,
    parameter int unsigned LeapScore = 32,
    parameter int unsigned LeapValue = 32
) ();

  if (TileTokens < 1 || TileTokens > 256 || Tokens < TileTokens || Tokens > 4 * TileTokens ||
      (Tokens > TileTokens && TileTokens % 4 != 0)) begin : gen_tokens_check
    $error("xpk_core: TileTokens 1..256, a multiple of 4 if below Tokens; Tokens 1 to 4 times that");
  end
  if (Heads < 1 || Heads > 32 || Heads * HeadLanes > 4096) begin : gen_heads_check
    $error("xpk_core: Heads must be 1..32, with at most 4096 lanes of banks S and A");
  end
  if (HeadDim < 1 || HeadDim > 256 || HeadDim % Converters != 0) begin : gen_head_dim_check
    $error("xpk_core: HeadDim must be 1..256 and a multiple of Converters");
  end
  if (FfDim < 1 || FfDim > 4096 || Depth < MinDepth || Depth > 16 || Steps < 1 || Steps > 64 ||
      InputRows < 1 || InputRows > 1024 || Classes < 1 || Classes > 1024) begin : gen_size_check
    $error("xpk_core: FfDim, Depth, Steps, InputRows or Classes out of range");
  end
  if (ArrayRows < 1 || ArrayRows > 256 || ArrayCols < 1 || ArrayCols > 256 ||
      ArrayCols % HeadDim != 0 || AdcCycles < 1 || AdcCycles > 16) begin : gen_array_check
    $error("xpk_core: ArrayRows, ArrayCols (a multiple of HeadDim) or AdcCycles out of range");
  end
  if (LeapEncoder < 1 || LeapEncoder > 32 || LeapScore < 1 || LeapScore > 32 ||
      LeapValue < 1 || LeapValue > 32 || Tokens * Steps * LeapEncoder >= 2 ** 20)
  begin : gen_leap_check
    $error("xpk_core: Leap parameters must be 1..32, and Tokens * Steps * LeapEncoder below 2^20");
  end

endmodule

`default_nettype wire
