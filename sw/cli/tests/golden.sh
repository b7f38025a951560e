#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Golden vectors of the shipped model and of a model of spike streams equal what the model in plain
# Python computes from their registers and packets; one wrong bit is found.
# usage: sw/cli/tests/golden.sh XPIKE
set -euo pipefail
xpike=$1
cd "$(dirname "${BASH_SOURCE[0]}")/../../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONDONTWRITEBYTECODE=1
check() { /usr/bin/python3 scripts/check_golden.py "$1"; }

"$xpike" golden --model models/digits.safetensors --data data/digits --steps 5 --seed 77 "$work/digits"
check "$work/digits"

PYTHONPATH=scripts /usr/bin/python3 - "$work/spikes.npy" <<'PYTHON'
import sys
from pathlib import Path
import numerics_files as files
from vector_text import Numbers
count = 3 * 4 * 6 * 11  # images, time steps, tokens, rows
files.write_npy(Path(sys.argv[1]), files.Array("|u1", (3, 4, 6, 11), Numbers(3).many(count, 0, 1)))
PYTHON
"$xpike" golden --model docs/vectors/network-nano-spikes.safetensors --data "$work/spikes.npy" \
  --images 3 "$work/spikes"
check "$work/spikes"

printf '\x02' | dd of="$work/spikes/img00001/tensors/layer0.a.npy" bs=1 seek=200 conv=notrunc status=none
if check "$work/spikes" >"$work/out.txt"; then
  echo "a wrong bit was not found" >&2
  exit 1
fi
grep -qx 'img00001: different: layer0.a' "$work/out.txt"

# An existing folder is left alone.
status=0
"$xpike" golden --model models/digits.safetensors --data data/digits "$work/digits" 2>"$work/err.txt" || status=$?
[ "$status" -eq 2 ]
grep -q 'exists and is not empty' "$work/err.txt"
echo "golden vectors: all equal"
