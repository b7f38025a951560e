#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# FuseSoC itself takes the core in: target `lint` of xpikeformer.core, which runs Verilator on the example
# system. FuseSoC is no Debian package: without one in PATH it comes from PyPI into BUILD_DIR/fusesoc.
# usage: scripts/fusesoc.sh BUILD_DIR      (generated files built; the core names those of build)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
pypi="fusesoc==2.4.7"
tools=$(realpath -m "$1")/fusesoc/tools
cmp -s build/gen/rtl/xpk_regs_pkg.sv "$1/gen/rtl/xpk_regs_pkg.sv" ||
  { echo "fusesoc: xpikeformer.core names build/gen/rtl/xpk_regs_pkg.sv: run it with BUILD=build" >&2; exit 1; }

if ! command -v fusesoc >/dev/null && [ ! -x "$tools/bin/fusesoc" ]; then
  echo "fusesoc: installing $pypi from PyPI into $tools"
  /usr/bin/python3 -m venv --clear "$tools"
  "$tools/bin/pip" install -q "$pypi" ||
    { echo "fusesoc: $pypi cannot be had from PyPI, and there is no fusesoc in PATH: nothing was checked" >&2; exit 1; }
fi
# Its tools are run by name, edalize's among them.
PATH=$PATH:$tools/bin
cores=$PWD
mkdir -p "$1/fusesoc/work"
cd "$1/fusesoc/work"
fusesoc --cores-root "$cores" run --target lint --work-root elaborated ::xpikeformer
echo "fusesoc: $(fusesoc --version) elaborates the example system"
