// SPDX-License-Identifier: Apache-2.0
// Event counters: each adds its own increment every cycle.
//
// | parameter | legal           | meaning                            |
// |-----------|-----------------|------------------------------------|
// | Events    | 1..256          | counters                           |
// | IncBits   | 1..CountBits    | bits of an increment               |
// | CountBits | 1..64           | bits of a counter                  |
//
// An increment shows in the next cycle; a counter that cannot hold its sum stays at its largest
// value. `count_o` is a combinational read of counter `index_i`; indices from Events on read 0. In a
// cycle with `clr_i` all counters become 0 and increments are lost.

`default_nettype none

module xpk_counters #(
    parameter int unsigned Events = 4,
    parameter int unsigned IncBits = 24,
    parameter int unsigned CountBits = 48
) (
    input  wire logic                      clk_i,
    input  wire logic                      rst_ni,
    input  wire logic                      clr_i,
    input  wire logic [Events*IncBits-1:0] inc_i,
    input  wire logic [               7:0] index_i,
    output logic      [              63:0] count_o
);

  if (Events < 1 || Events > 256) begin : gen_check_events
    $error("xpk_counters: Events must be 1..256");
  end
  if (IncBits < 1 || IncBits > CountBits || CountBits > 64) begin : gen_check_bits
    $error("xpk_counters: 1 <= IncBits <= CountBits <= 64 is needed");
  end

  logic [Events*CountBits-1:0] counts;

  // A counter without an event keeps still.
  for (genvar e = 0; e < Events; e++) begin : gen_counter
    logic [CountBits-1:0] count_q;
    logic [CountBits:0] sum;
    logic full;  // one more by one keeps it as it is
    wire logic [IncBits-1:0] inc = inc_i[e*IncBits+:IncBits];

    assign sum = {1'b0, count_q} + (CountBits + 1)'(inc);
    assign full = sum[CountBits];

    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) count_q <= '0;
      else if (clr_i) count_q <= '0;
      else if (inc != '0 && !(IncBits == 1 && full)) begin
        count_q <= (IncBits > 1 && full) ? '1 : sum[CountBits-1:0];
      end
    end

    assign counts[e*CountBits+:CountBits] = count_q;
  end

  always_comb begin
    count_o = '0;
    if ({1'b0, index_i} < 9'(Events)) count_o = 64'(counts[index_i*CountBits+:CountBits]);
  end

endmodule

`default_nettype wire
