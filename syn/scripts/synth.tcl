# SPDX-License-Identifier: Apache-2.0
# Synthesizes module $TOP of $FILES with parameters $PARAMS ("Name value ...") to the cells of $LIBERTY.
# Modules listed in $KEEP are mapped once each and copied ("hierarchical"); those in $CUT are cut out,
# their ports become ports named MODULE INSTANCE PORT. $GATING 1: enables become gated clocks.
# $CELLS: the modules of gate_stubs.v in the library's cells. Writes $OUT.json.
yosys -import
set out $::env(OUT)
set params {}
foreach {name value} $::env(PARAMS) { lappend params -chparam $name $value }

read_liberty -lib -ignore_miss_func $::env(LIBERTY)
read_verilog -sv -DSYNTHESIS {*}$::env(FILES)
hierarchy -check -top $::env(TOP) {*}$params
procs
foreach pattern $::env(CUT) { blackbox $pattern }
foreach pattern $::env(KEEP) { select -assert-min 1 $pattern; setattr -mod -set keep_hierarchy 1 $pattern }
flatten
opt_clean -purge
yosys rename -top synthesized
check -assert

# As in `synth`, but without registers with a synchronous reset: no library has them, and they would
# hide enables.
opt_expr
opt_clean
opt -nodffe -nosdff
fsm
opt -nosdff
wreduce
peepopt
opt_clean
alumacc
share
opt -nosdff
memory -nomap
opt_clean
opt -nosdff -fast -full
memory_map
opt -nosdff -undriven -fine
opt_clean
if {$::env(GATING)} {
  read_verilog -lib $::env(GATE_STUBS)
  techmap -map $::env(GATE_MAP)
  opt_clean
  opt_merge -share_all t:xpk_clock_enable
  opt_merge -share_all t:xpk_clock_gate
}
techmap
opt -nosdff -fast
opt_clean
dfflegalize -cell {$_DFF_P_} x -cell {$_DFF_P??_} x -cell {$_DFFSR_PPP_} x -cell {$_DLATCH_?_} x
dfflibmap -liberty $::env(LIBERTY)
opt_clean
select -assert-none {t:$_DLATCH_*} {t:$_DLATCHSR_*}
abc -liberty $::env(LIBERTY) -constr $::env(CONSTR) -D $::env(PERIOD_PS)
opt_clean -purge

# One flat netlist of library cells with plain names.
if {$::env(GATING)} { read_verilog -overwrite $::env(CELLS) }
setattr -mod -unset keep_hierarchy *
hierarchy -top synthesized
flatten
setundef -zero
opt_clean -purge
foreach pattern $::env(CUT) { expose -evert -sep "__" "t:$pattern" }
opt_clean -purge
yosys rename -hide {c:*} {w:*}
yosys rename -enumerate -pattern u% {c:*}
yosys rename -enumerate -pattern n% {w:*}
check -assert
write_json $out.json
