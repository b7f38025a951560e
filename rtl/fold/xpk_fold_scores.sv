// SPDX-License-Identifier: Apache-2.0
// Scores of a folded chip: sums of HEAD by time step and class, and the result packet.
//
// | parameter | legal   | meaning    |
// |-----------|---------|------------|
// | Tokens    | 1..64   | tokens     |
// | Steps     | 1..64   | time steps |
// | Classes   | 1..1024 | classes    |
//
// add_i adds value_i to the sum of time step and class, or writes it (first_i: the first token that
// counts). Two of them are at least three cycles apart. readout_i sends the packet: class by class the
// running sum over the time steps, after each of them (anytime_i) or after the last one, then the
// number of the largest last one. done_o is up when the last word is taken.
// Source: docs/numerics.md section 9; packet: docs/architecture.md.

`default_nettype none

module xpk_fold_scores #(
    parameter int unsigned Tokens = 64,
    parameter int unsigned Steps = 8,
    parameter int unsigned Classes = 10,
    localparam int unsigned ValueBits = xpk_pkg::CurrentBits + 1,
    localparam int unsigned ClassBits = (Classes > 1) ? $clog2(Classes) : 1,
    localparam int unsigned StepBits = (Steps > 1) ? $clog2(Steps) : 1
) (
    input  wire logic                       clk_i,
    input  wire logic                       rst_ni,
    input  wire logic                       clr_i,
    input  wire logic                       add_i,
    input  wire logic                       first_i,
    input  wire logic [StepBits-1:0]        step_i,
    input  wire logic [ClassBits-1:0]       class_i,
    input  wire logic signed [ValueBits-1:0] value_i,
    input  wire logic                       readout_i,
    input  wire logic [7:0]                 steps_i,
    input  wire logic [10:0]                classes_i,
    input  wire logic                       anytime_i,
    output logic                            busy_o,     // a sum is being written
    output logic                            done_o,
    output logic                            out_valid_o,
    input  wire logic                       out_ready_i,
    output logic      [31:0]                out_data_o,
    output logic                            out_last_o
);

  // As wide as what can be summed up: over the tokens, then over the time steps.
  localparam int unsigned SumBits = ValueBits + $clog2(Tokens);
  localparam int unsigned RunningBits = SumBits + $clog2(Steps);

  typedef enum logic [2:0] {Idle, Sum, Read, Add, Send, Answer} state_e;
  state_e state_q;
  logic [StepBits-1:0] step_q;
  logic [ClassBits-1:0] class_q, best_q;
  logic signed [SumBits-1:0] sum, value_q, next_sum;
  logic signed [RunningBits-1:0] running_q, best_score_q;
  logic keep_q, last_step, last_class;
  logic [StepBits+ClassBits-1:0] address, address_q;

  assign address = (state_q == Read) ? {step_q, class_q} : {step_i, class_i};
  assign last_step = 8'(step_q) == steps_i - 8'd1;
  assign last_class = 11'(class_q) == classes_i - 11'd1;

  assign next_sum = value_q + (keep_q ? sum : SumBits'(0));

  xpk_ram_1r1w #(
      .Width(SumBits), .Depth(1 << (StepBits + ClassBits)), .ReadFirst(1'b0)
  ) u_sums (
      .clk_i, .we_i(state_q == Sum), .waddr_i(address_q), .wdata_i(next_sum),
      .re_i(add_i || state_q == Read), .raddr_i(address), .rdata_o(sum)
  );

  assign busy_o = state_q == Sum;
  assign out_valid_o = state_q == Send || state_q == Answer;
  assign out_last_o = state_q == Answer;
  assign out_data_o = out_last_o ? 32'(best_q) : 32'(running_q);
  assign done_o = out_last_o && out_ready_i;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= Idle;
      step_q <= '0;
      {class_q, best_q} <= '0;
      {running_q, best_score_q, value_q} <= '0;
      keep_q <= 1'b0;
      address_q <= '0;
    end else if (clr_i) begin
      state_q <= Idle;
    end else begin
      case (state_q)
        Idle: begin
          if (add_i) begin
            state_q <= Sum;
            value_q <= SumBits'(value_i);
            keep_q <= !first_i;
            address_q <= address;
          end else if (readout_i) begin
            state_q <= Read;
            step_q <= '0;
            class_q <= '0;
            running_q <= '0;
          end
        end
        Sum: state_q <= Idle;
        Read: state_q <= Add;
        Add: begin
          running_q <= running_q + RunningBits'(sum);
          step_q <= step_q + 1'b1;
          state_q <= (anytime_i || last_step) ? Send : Read;
        end
        Send: begin
          // The first class is the best one so far, whatever its score.
          if (out_ready_i) begin
            state_q <= Read;
            if (step_q == StepBits'(steps_i)) begin
              if (class_q == '0 || running_q > best_score_q) begin
                best_q <= class_q;
                best_score_q <= running_q;
              end
              step_q <= '0;
              running_q <= '0;
              class_q <= class_q + 1'b1;
              if (last_class) state_q <= Answer;
            end
          end
        end
        Answer: if (out_ready_i) state_q <= Idle;
        default: state_q <= Idle;
      endcase
    end
  end

endmodule

`default_nettype wire
