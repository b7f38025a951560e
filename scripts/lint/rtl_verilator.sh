#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Verilator -Wall on every module alone, with its default parameters, on every configuration of the
# core, and on some with host interface or UART, which see only two of their parameters.
# usage: scripts/lint/rtl_verilator.sh BUILD_DIR
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
scripts/check-version.sh verilator
# shellcheck source=scripts/lint/rtl_files.sh
. scripts/lint/rtl_files.sh
generated=$1/gen/rtl

mapfile -t files < <(rtl_files "$generated")
tops=()
for file in "${files[@]}"; do
  # This monitor looks into the core that it is bound to, so it is checked there.
  [[ $file == *_pkg.sv || $file == */xpk_score_monitor_sim.sv ]] || tops+=("$(basename "$file" .sv)")
done
if [ -e rtl/core/xpk_core.sv ]; then
  for file in "$generated"/xpk_core_*.sv "$generated"/xpk_axi_{nano,odd_a_overlap,tiny}.sv \
    "$generated"/xpk_uart_{nano,odd_a_overlap,micro_folded}.sv; do
    files+=("$file")
    tops+=("$(basename "$file" .sv)")
  done
fi

# Two at a time; a failing one makes xargs fail.
printf '%s\n' "${tops[@]}" |
  xargs -P 2 -I TOP verilator --lint-only -Wall --top-module TOP "${files[@]}"
echo "verilator: ${#tops[@]} tops clean"
