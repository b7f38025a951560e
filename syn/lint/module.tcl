# SPDX-License-Identifier: Apache-2.0
# Elaborates module $TOP from $FILES and checks it. Run by scripts/lint/rtl_yosys.sh.
yosys -import
read_verilog -sv {*}[split $::env(FILES)]
hierarchy -check -top $::env(TOP)
procs
opt_clean
check -assert
select -assert-none t:\$dlatch t:\$adlatch t:\$dlatchsr
