#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Compares versions of tools with packages/versions.txt.
# usage: scripts/check-version.sh TOOL[=VERSION]...      without VERSION the tool on PATH is asked
# Silent if the version is the tested one; a line on standard error if it is newer; a line and exit
# code 2 if it is not supported.
set -euo pipefail
table=$(dirname "${BASH_SOURCE[0]}")/../packages/versions.txt

# Version of the tool on PATH: the first number with a dot in what it says of itself.
ask() {
  command -v "$1" >/dev/null || { echo "$1: is not installed" >&2; exit 2; }
  local flag=--version
  [ "$1" != yosys ] || flag=-V
  [ "$1" != sta ] || flag=-version
  "$1" "$flag" 2>&1 | grep -oE '[0-9]+(\.[0-9]+)+' | head -n 1 || true
}

# The first as many components of version $1 as $2 has.
cut_like() {
  local dots=${2//[^.]/}
  cut -d . -f "1-$((${#dots} + 1))" <<<"$1"
}

# Whether version $1 is older than $2.
older() {
  [ "$1" != "$2" ] && [ "$(printf '%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]
}

check() {
  local tool=${1%%=*} found oldest tested newer why
  read -r oldest tested newer why < <(awk -v tool="$tool" '$1 == tool { $1 = ""; print }' "$table") ||
    { echo "$0: no tool $tool in $table" >&2; exit 2; }
  case $1 in
    *=*) found=${1#*=} ;;
    *) found=$(ask "$tool") || exit 2 ;;
  esac
  if ! [[ $found =~ ^[0-9]+(\.[0-9]+)*$ ]]; then
    echo "$tool: found version '$found', wanted $oldest or newer ($why)" >&2
    exit 2
  fi
  if older "$(cut_like "$found" "$oldest")" "$oldest"; then
    echo "$tool: found version $found, wanted $oldest or newer ($why)" >&2
    exit 2
  fi
  [ "$(cut_like "$found" "$tested")" != "$tested" ] || return 0
  if [ "$newer" = refuse ]; then
    echo "$tool: found version $found, wanted $tested ($why)" >&2
    exit 2
  fi
  echo "$tool: found version $found, tested with $tested ($why)" >&2
}

[ $# -gt 0 ] || { echo "usage: $0 TOOL[=VERSION]..." >&2; exit 2; }
for argument in "$@"; do
  check "$argument"
done
