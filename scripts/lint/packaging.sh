#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What other projects take in: the file lists are those of the RTL, can be read as YAML, and, as they
# stand, are enough for the example system: Verilator -Wall and Yosys elaborate it from them. Bender has
# its say where it is installed, FuseSoC in `make fusesoc`.
# usage: scripts/lint/packaging.sh BUILD_DIR      (the build of the lists: build)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
/usr/bin/python3 scripts/packaging.py --check

/usr/bin/python3 - <<'END'
import pathlib, sys
try:
    import yaml
except ImportError:
    sys.exit("packaging: needs python3-yaml")
files = [line for line in pathlib.Path("rtl/xpikeformer.f").read_text().splitlines()
         if not line.startswith("//")]
core = yaml.safe_load(pathlib.Path("xpikeformer.core").read_text().removeprefix("CAPI=2:\n"))
assert core["filesets"]["rtl"]["files"] == files
assert set(core["targets"]["lint"]["filesets"]) <= set(core["filesets"])
assert yaml.safe_load(pathlib.Path("Bender.yml").read_text())["sources"] == files
END

# The lists name the default build folder; another one stands in for it here.
mapfile -t files < <(grep -v '^//' rtl/xpikeformer.f | sed "s|^build/|$1/|")
files+=(examples/soc/xpk_soc_example.sv)
verilator --lint-only -Wall -DXPK_ARRAY_RAM -DXPK_ARRAY_SV --top-module xpk_soc_example "${files[@]}"
TOP=xpk_soc_example FILES="${files[*]}" yosys -q -w 'Replacing memory' -c syn/lint/module.tcl
echo "packaging: ${#files[@]} files elaborate"

if [ "$1" = build ]; then
  ! command -v bender >/dev/null || bender sources --flatten >/dev/null
fi
