#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Rules of the RTL that no tool reports: what Yosys 0.23 rejects late or, worse, reads wrongly;
# simulation constructs outside of *_sim*.sv; one module per file, listed once.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

failed=0
complain() {
  echo "$1" >&2
  failed=1
}

# Comments and texts do not count; lines keep their numbers.
code_of() {
  sed -E -e 's/"([^"\\]|\\.)*"/""/g' -e 's://.*$::' -e 's:/\*([^*]|\*[^/])*\*/::g' -e 's:\(\*[^)]*\*\)::g' "$1"
}

# ban REGEX REASON: searches $code, the code of $file
ban() {
  local hits
  hits=$(grep -nE "$1" <<<"$code") || return 0
  complain "$file: $2:
$hits"
}

mapfile -t files < <(find rtl -name '*.sv' | sort)
for file in "${files[@]}"; do
  name=$(basename "$file" .sv)
  code=$(code_of "$file")
  [[ $name == xpk_* ]] || complain "$file: name must start with xpk_"
  units=$(grep -oE '^(module|package)[[:space:]]+[a-z0-9_]+' <<<"$code" | awk '{ print $2 }')
  [ "$units" = "$name" ] || complain "$file: must hold one module or package '$name', holds: ${units:-none}"
  lines=$(wc -l <"$file")
  [ "$lines" -le 400 ] || complain "$file: $lines lines, at most 400"
  if [ "$name" != xpk_pkg ]; then
    count=$(cat rtl/*/*.f | grep -cxF "$file" || true)
    [ "$count" -eq 1 ] || complain "$file: listed $count times in rtl/*/*.f, must be once"
  fi

  [[ $name != *_sim* ]] || continue
  ban "(localparam|parameter)[^=]*=[[:space:]]*'1" "Yosys 0.23 takes '1 for the number 1 in a parameter; write all its bits"
  ban '_t[[:space:]]*\[' 'packed array of a typedef; Yosys mis-sizes it silently'
  ban '\bimport\b' 'import; Yosys rejects it (DPI belongs in *_sim*.sv)'
  ban '\breturn\b' 'return; Yosys rejects it, assign to the function name'
  ban '\b(break|continue|foreach|while)\b' 'loop construct that Yosys rejects'
  ban '\bfunction\b.*\bvoid\b' 'void function; Yosys rejects it'
  ban '\b(logic|wire|reg|bit)[[:space:]]*(signed[[:space:]]*)?\[[^]]*\][[:space:]]*\[' 'packed array of more than one dimension'
  ban '\bparameter[[:space:]]+(type|string)\b' 'type or string parameter'
  ban "'\{" 'assignment pattern'
  ban '\binside\b|==\?|!=\?|\{[[:space:]]*(<<|>>)|\bpriority\b' 'operator that Yosys rejects'
  # shellcheck disable=SC2016 # a regular expression
  ban '\$(display|write|finish|stop|random|urandom|monitor|strobe|time|fopen|fwrite|value\$plusargs)\b' 'simulation call outside of *_sim*.sv'
  ban '\balways[[:space:]]*@|\balways_latch\b' 'use always_ff or always_comb'
  ban '(^|[^#])#[[:space:]]*[0-9]' 'delay'
done

# A list must not name what does not exist.
while read -r path; do
  [ -e "$path" ] || complain "rtl/*/*.f: $path does not exist"
done < <(cat rtl/*/*.f | grep '^rtl/')

exit $failed
