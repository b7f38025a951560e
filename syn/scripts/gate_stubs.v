// SPDX-License-Identifier: Apache-2.0
// The two parts of a clock gate, black boxes until all logic has been mapped: nothing may be moved
// into the clock. `held` is the enable, held while the clock is high.
module xpk_clock_enable (input clk, input enable, output held);
endmodule
module xpk_clock_gate (input clk, input held, output gated);
endmodule
