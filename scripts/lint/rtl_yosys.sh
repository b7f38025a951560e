#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Yosys elaborates every synthesizable module alone; then it synthesizes the smallest core with the
# synaptic arrays as black boxes. No conflicts, undriven signals or latches may remain.
# The warning that a small memory becomes registers is expected, and kept quiet (-w).
# usage: scripts/lint/rtl_yosys.sh BUILD_DIR
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
scripts/check-version.sh yosys
# shellcheck source=scripts/lint/rtl_files.sh
. scripts/lint/rtl_files.sh
generated=$1/gen/rtl

mapfile -t files < <(synthesis_files "$generated")
for file in "${files[@]}"; do
  [[ $file != *_pkg.sv ]] || continue
  top=$(basename "$file" .sv)
  ! grep -q '^(\* blackbox \*)' "$file" || continue
  TOP=$top FILES="${files[*]}" yosys -q -w 'Replacing memory' -c syn/lint/module.tcl
done
echo "yosys: modules clean"

if [ -e rtl/core/xpk_core.sv ]; then
  TOP=xpk_core_nano FILES="${files[*]} $generated/xpk_core_nano.sv" yosys -q -w 'Replacing memory' -c syn/lint/core.tcl
  echo "yosys: xpk_core_nano synthesizes"
fi
