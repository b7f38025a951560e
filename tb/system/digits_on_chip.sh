#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The shipped model on the chip, through the command: no mismatch on 20 digits, the same dumps from
# both engines, a waveform that is not empty, and a wave file that cannot be written is refused.
# usage: tb/system/digits_on_chip.sh XPIKE
set -euo pipefail
xpike=$1
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
digits=(--model models/digits.safetensors --data data/digits --split test)

"$xpike" run "${digits[@]}" --limit 20 --engine both --seed 7 --json "$work/both.json"
grep -q '"mismatches": 0' "$work/both.json"

"$xpike" run "${digits[@]}" --config tiny-overlap --limit 20 --engine both --seed 7 --json "$work/overlap.json"
grep -q '"mismatches": 0' "$work/overlap.json"
status=0
"$xpike" run "${digits[@]}" --config tiny-overlap --limit 1 --engine rtl --timeline "$work/timeline.json" \
  >"$work/out.txt" 2>"$work/err.txt" || status=$?
[ "$status" -eq 2 ]
[ ! -e "$work/timeline.json" ]
grep -q 'images of configuration tiny-overlap overlap' "$work/err.txt"

for engine in rtl reference; do
  "$xpike" run "${digits[@]}" --limit 2 --engine "$engine" --steps 5 --seed 8 \
    --dump-spikes "$work/$engine" >"$work/$engine.txt"
done
diff -r "$work/rtl" "$work/reference"
[ "$(find "$work/rtl" -name '*.npy' | wc -l)" -ge 40 ]

# Through AXI and the driver: the same scores and counters, but for cycles that wait for the host.
for engine in rtl driver; do
  "$xpike" run "${digits[@]}" --limit 3 --engine "$engine" --seed 9 --scores "$work/$engine.npy" \
    --json "$work/$engine.json" >"$work/$engine.txt"
done
cmp "$work/rtl.npy" "$work/driver.npy"
for engine in rtl driver; do
  sed -n '/"events": {/,/}/p' "$work/$engine.json" | grep -vE '"cycles(_wait_input|_readout)?"' >"$work/$engine.counters"
done
[ "$(wc -l <"$work/rtl.counters")" -gt 40 ]
diff "$work/rtl.counters" "$work/driver.counters"

"$xpike" run "${digits[@]}" --limit 1 --engine rtl --steps 2 --wave "$work/wave.fst" >"$work/wave.txt"
[ "$(stat -c %s "$work/wave.fst")" -gt 100000 ]

status=0
"$xpike" run "${digits[@]}" --limit 1 --engine rtl --wave /nonexistent/wave.fst \
  >"$work/out.txt" 2>"$work/err.txt" || status=$?
[ "$status" -eq 2 ]
[ "$(wc -l <"$work/err.txt")" -eq 1 ]
grep -q '/nonexistent/wave.fst' "$work/err.txt"
echo "digits on the chip: all equal"
