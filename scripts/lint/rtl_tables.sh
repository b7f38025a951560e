#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every folder of the RTL has a README with a drawing, a module table and a protocol; each module
# file of the folder stands once in the table, and the table names nothing else.
# usage: scripts/lint/rtl_tables.sh [ROOT]
set -euo pipefail
cd "${1:-"$(dirname "${BASH_SOURCE[0]}")/../.."}"

failed=0
complain() {
  echo "$1" >&2
  failed=1
}

mapfile -t folders < <(find rtl -name '*.sv' -printf '%h\n' | sort -u)
for folder in "${folders[@]}"; do
  page=$folder/README.md
  [ -e "$page" ] || { complain "$page: is missing"; continue; }
  for heading in 'Data path' Protocol; do
    grep -qx "## $heading" "$page" || complain "$page: section '## $heading' is missing"
  done
  # shellcheck disable=SC2016 # a regular expression
  listed=$(grep -oE '^\| `xpk_[a-z0-9_]+` \|' "$page" | grep -oE 'xpk_[a-z0-9_]+' | sort || true)
  files=$(find "$folder" -maxdepth 1 -name '*.sv' -printf '%f\n' | sed 's/\.sv$//' | sort)
  while read -r count name; do
    [ "$count" -eq 1 ] || complain "$page: $name stands in the module table $count times"
  done < <(uniq -c <<<"$listed")
  while read -r name; do
    [ -z "$name" ] || complain "$page: $name.sv is not in the module table"
  done < <(comm -13 <(sort -u <<<"$listed") <(echo "$files"))
  while read -r name; do
    [ -z "$name" ] || complain "$page: the module table names $name, which is no file of $folder"
  done < <(comm -23 <(sort -u <<<"$listed") <(echo "$files"))
done
exit $failed
