#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every RTL module has a bench that drives it directly: it is the top of a Verilated model, or an
# instance in a bench top below tb/.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# Modules that only exist inside of another one, and where they are driven.
declare -A inside=(
  [xpk_core]="the generated tops of sim/, tb/system"
  [xpk_lfsr_lane]="a bank of one lane, tb/common/xpk_lfsr_leaps_sim.sv"
  [xpk_overlap_core]="the generated tops of sim/, tb/system/tb_core_overlap.cpp"
  [xpk_chain_copy]="in the overlap core, which compares every tensor of every copy"
  [xpk_layer_select]="as xpk_chain_copy, whose layers are programmed one by one"
  [xpk_chain_end]="in a chain, tb/core/tb_chain.cpp waits for it at the end of every phase"
  [xpk_shape_check]="no hardware: it stops the elaboration of illegal cores"
  [xpk_layer_room]="as xpk_chain_copy; its memory and its queue have benches of their own"
  [xpk_attention_server]="as xpk_chain_copy; engine, seeder and corner turn have benches of their own"
  [xpk_layer_chain]="in a chain, tb/core/tb_chain.cpp checks what leaves it and all its events"
  [xpk_qkv]="in a chain, tb/core/tb_chain.cpp checks every mux step"
  [xpk_monitor_sim]="bound to the core, tb/system compares every tensor it shows"
  [xpk_score_monitor_sim]="as xpk_monitor_sim"
  [xpk_timeline_sim]="bound to the core, tb/system compares it with the counters"
  [xpk_folded_core]="the generated tops of sim/, tb/system/tb_core_folded.cpp"
  [xpk_fold_monitor_sim]="bound to the folded core, tb/system compares every tensor it shows"
  [xpk_host_bus]="in the whole accelerator, tb/host/tb_axi_faults.cpp asks for everything it refuses"
  [xpk_host_registers]="as xpk_host_bus; tb/host reads and writes every register"
  [xpk_host]="as xpk_host_bus; its other parts have benches of their own"
  [xpk_any_core]="as xpk_axi_top and xpk_uart_top, with each of the three cores"
  [xpk_axi_top]="the generated tops of sim/, tb/host/tb_axi_chip.cpp"
  [xpk_uart_top]="the generated tops of sim/, tb/host/tb_uart_chip.cpp"
  [xpk_synaptic_array]="in the twin of an array bank, tb/aimc/bank_pair_sim.sv"
  [xpk_synaptic_array_ram]="as xpk_synaptic_array, which it stands behind in block RAM builds"
  [xpk_synaptic_array_sim]="as xpk_synaptic_array"
)

failed=0
for file in rtl/*/*.sv; do
  name=$(basename "$file" .sv)
  driven=0
  grep -rqE --include=CMakeLists.txt "\bTOP[[:space:]]+${name}\b" tb && driven=1
  grep -rqE --include='*.sv' "^[[:space:]]*${name}[[:space:]]+(#|u_)" tb && driven=1
  if [ -n "${inside[$name]:-}" ]; then
    [ $driven -eq 0 ] || { echo "$0: $name has a bench, take it off the list" >&2; failed=1; }
  elif [ $driven -eq 0 ]; then
    echo "$file: no bench below tb/ drives it directly" >&2
    failed=1
  fi
done
for name in "${!inside[@]}"; do
  compgen -G "rtl/*/$name.sv" >/dev/null || { echo "$0: $name does not exist" >&2; failed=1; }
done
exit $failed
