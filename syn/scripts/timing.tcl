# SPDX-License-Identifier: Apache-2.0
# Timing of a block between flip-flops. $NETLIST holds module `registered`: the block as `dut`, each of
# its data inputs from a flip-flop, each data output into one, all on port clk. The reset is static.
# Prints "min_period_ns X", the shortest period without a violation, to 0.5 %; the worst path at it; and
# writes to $SLEWS, per driving pin of the block, "instance pin rise_ns fall_ns".
read_liberty $::env(LIBERTY)
foreach file $::env(NETLIST) { read_verilog $file }
link_design registered
set_input_transition $::env(CLOCK_SLEW_NS) [get_ports clk]
foreach port [all_inputs] {
  if {[get_property $port full_name] ne "clk"} { set_driving_cell -lib_cell $::env(DRIVER) $port }
}

proc clock {period} {
  create_clock -name clk -period $period [get_ports clk]
  set_propagated_clock clk
}
# Time borrowed through a latch shows as a slack of 0, so one slack does not tell the shortest period.
set low 0.0
set high 4.0
clock $high
while {[worst_slack -max] < 0} {
  set low $high
  set high [expr {2 * $high}]
  if {$high > 5000} { puts "Error: no period below 5 us is long enough"; exit 1 }
  clock $high
}
while {$high - $low > 0.005 * $high} {
  set middle [expr {($low + $high) / 2}]
  clock $middle
  if {[worst_slack -max] < 0} { set low $middle } else { set high $middle }
}
clock $high
puts "min_period_ns [format %.3f $high]"
report_checks -path_delay max -format full_clock -fields {slew cap} -digits 3

set out [open $::env(SLEWS) w]
foreach pin [get_pins dut/*/*] {
  if {[get_property $pin direction] eq "output"} {
    puts $out "[get_property $pin full_name] [get_property $pin actual_rise_transition_max] [get_property $pin actual_fall_transition_max]"
  }
}
close $out
exit
