// SPDX-License-Identifier: Apache-2.0
// All random lanes of a folded chip: their states in a memory, one set of gates that draws.
//
// | parameter | legal | meaning                             |
// |-----------|-------|-------------------------------------|
// | Lanes     | >= 1  | lanes                               |
// | Leap      | 1..32 | register steps per draw             |
// | Most      | >= 1  | most lanes of one draw              |
//
// draw_i (while busy_o is 0) draws lanes first_i .. first_i + count_i - 1, one after the other, three
// cycles each; busy_o is up from the next cycle on until bytes_o holds all of them, lane first_i + l at
// [32 l +: 32]. A seed has the write port first: a draw waits for it. A lane is not seeded while it is drawn.
// Source: docs/numerics.md section 2.

`default_nettype none

module xpk_fold_random #(
    parameter int unsigned Lanes = 4,
    parameter int unsigned Leap = 32,
    parameter int unsigned Most = 1,
    localparam int unsigned LaneBits = (Lanes > 1) ? $clog2(Lanes) : 1,
    localparam int unsigned CountBits = $clog2(Most + 1)
) (
    input  wire logic                 clk_i,
    input  wire logic                 rst_ni,
    input  wire logic                 clr_i,
    input  wire logic                 seed_we_i,
    input  wire logic [LaneBits-1:0]  seed_lane_i,
    input  wire logic [31:0]          seed_state_i,
    input  wire logic                 draw_i,
    input  wire logic [LaneBits-1:0]  first_i,
    input  wire logic [CountBits-1:0] count_i,  // 1..Most
    output logic                      busy_o,
    output logic      [Most*32-1:0]   bytes_o
);

  typedef enum logic [1:0] {Idle, Read, Leaped, Store} state_e;
  state_e state_q;
  logic [LaneBits-1:0] lane_q;
  logic [CountBits-1:0] done_q, count_q;
  logic [31:0] state, bytes;
  logic store;

  assign busy_o = state_q != Idle;
  assign store = state_q == Store && !seed_we_i;

  xpk_ram_1r1w #(
      .Width(32), .Depth(Lanes), .ReadFirst(1'b0)
  ) u_states (
      .clk_i, .we_i(seed_we_i || store), .waddr_i(seed_we_i ? seed_lane_i : lane_q),
      .wdata_i(seed_we_i ? seed_state_i : bytes), .re_i(state_q == Read), .raddr_i(lane_q),
      .rdata_o(state)
  );

  // A lane that is seeded offers the state after its next draw, which is what is to be stored.
  xpk_lfsr_lane #(
      .Leap(Leap)
  ) u_lane (
      .clk_i, .rst_ni, .seed_we_i(state_q == Leaped), .seed_i(state), .draw_i(1'b0), .bytes_o(bytes)
  );

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= Idle;
      lane_q <= '0;
      done_q <= '0;
      count_q <= '0;
      bytes_o <= '0;
    end else if (clr_i) begin
      state_q <= Idle;
    end else begin
      case (state_q)
        Idle: begin
          if (draw_i) begin
            state_q <= Read;
            lane_q <= first_i;
            count_q <= count_i;
            done_q <= '0;
          end
        end
        Read: state_q <= Leaped;
        Leaped: state_q <= Store;
        Store: begin
          if (store) begin
            for (int unsigned l = 0; l < Most; l++) begin
              if (done_q == CountBits'(l)) bytes_o[32*l+:32] <= bytes;
            end
            lane_q <= lane_q + 1'b1;
            done_q <= done_q + 1'b1;
            state_q <= (done_q + 1'b1 == count_q) ? Idle : Read;
          end
        end
        default: state_q <= Idle;
      endcase
    end
  end

endmodule

`default_nettype wire
