#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A simulated chip behind a serial device, and the command as its host, as if it were a board: scores
# equal the reference; a second program finds the chip as the first one has left it; wrong models and
# silent devices are named.
# usage: tb/system/serial_device.sh XPIKE
set -euo pipefail
xpike=$1
work=$(mktemp -d)
chip=
finish() {
  [ -z "$chip" ] || kill "$chip" 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT

"$xpike" serve --config nano >"$work/device.txt" &
chip=$!
for _ in $(seq 100); do
  [ -s "$work/device.txt" ] && break
  sleep 0.1
done
device=$(cat "$work/device.txt")

run=(run --config nano --random-model 3 --images 2)
"$xpike" "${run[@]}" --engine reference --scores "$work/reference.npy" >"$work/out.txt"
for rate in 115200 1000000; do
  "$xpike" "${run[@]}" --engine driver --transport "uart:$device@$rate" --scores "$work/uart.npy" >"$work/out.txt"
  cmp "$work/reference.npy" "$work/uart.npy"
done

refused() { # refused MESSAGE XPIKE_ARGUMENTS...: one line, exit code 2
  local status=0 message=$1
  shift
  "$xpike" "$@" >"$work/out.txt" 2>"$work/err.txt" || status=$?
  [ "$status" -eq 2 ] || { echo "exit code $status: $*" >&2; return 1; }
  grep -q "$message" "$work/err.txt" || { cat "$work/err.txt" >&2; return 1; }
  [ "$(wc -l <"$work/err.txt")" -eq 1 ]
}
refused 'for another build of the chip' run --config odd-a --random-model 3 --images 1 --engine driver --transport "uart:$device"
refused 'is not in this build' serve --config vit-8-768

kill "$chip"
wait "$chip"
chip=
refused "$device: --transport: cannot be opened" "${run[@]}" --engine driver --transport "uart:$device"
echo "serial device: all equal"
