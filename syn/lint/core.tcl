# SPDX-License-Identifier: Apache-2.0
# Synthesizes module $TOP from $FILES to gates; the synaptic arrays stay black boxes.
yosys -import
read_verilog -sv {*}[split $::env(FILES)]
hierarchy -check -top $::env(TOP)
synth -top $::env(TOP) -run begin:fine
memory_map
opt -fast
check -assert
select -assert-none t:\$dlatch t:\$adlatch t:\$dlatchsr
