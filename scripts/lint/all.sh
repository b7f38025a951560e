#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# All static checks; runs every one of them, then fails if any failed.
# usage: scripts/lint/all.sh BUILD_DIR        (a finished build)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
build=$1
failed=()

check() { # check NAME COMMAND...
  local name=$1 begin=$SECONDS
  shift
  if "$@"; then
    printf 'lint %-12s ok    %4d s\n' "$name" $((SECONDS - begin))
  else
    printf 'lint %-12s FAILED\n' "$name"
    failed+=("$name")
  fi
}

check spdx scripts/lint/spdx.sh
check version scripts/lint/version.sh
check shell sh -c 'git ls-files -z -- "*.sh" .ci/run | xargs -0 shellcheck'
check generated scripts/lint/generated.sh "$build"
check self-test /usr/bin/python3 -m unittest discover -q -s scripts/lint
check self-test /usr/bin/python3 -m unittest discover -q -s tb/coverage
check self-test /usr/bin/python3 -m unittest discover -q -s syn/flow/tests -t .
check results /usr/bin/python3 scripts/lint/results.py
check format scripts/lint/cpp_format.sh --check
check rtl-style scripts/lint/rtl_style.sh
check benches scripts/lint/benches.sh
check rtl-tables scripts/lint/rtl_tables.sh
check verilator scripts/lint/rtl_verilator.sh "$build"
check packaging scripts/lint/packaging.sh "$build"
check yosys scripts/lint/rtl_yosys.sh "$build"
check tidy scripts/lint/cpp_tidy.sh "$build"

[ ${#failed[@]} -eq 0 ] || { echo "lint failed: ${failed[*]}" >&2; exit 1; }
