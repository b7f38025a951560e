# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Functions on the RTL file lists, for the scripts beside this one.

# rtl_files GENERATED_RTL_DIR: all listed files in compile order, packages first.
rtl_files() {
  local room
  [ ! -e rtl/xpk_pkg.sv ] || echo rtl/xpk_pkg.sv
  echo "$1/xpk_regs_pkg.sv"
  for room in common ssa aimc core fold host; do
    [ ! -e "rtl/$room/$room.f" ] || grep '^rtl/' "rtl/$room/$room.f"
  done
}

# The same without simulation models, as synthesis sees them.
synthesis_files() {
  rtl_files "$1" | grep -v '_sim[^/]*\.sv$'
}
