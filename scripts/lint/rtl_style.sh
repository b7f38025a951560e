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

# ban FILE REGEX REASON
ban() {
  local hits
  hits=$(code_of "$1" | grep -nE "$2" || true)
  [ -z "$hits" ] || complain "$1: $3:
$hits"
}

mapfile -t files < <(find rtl -name '*.sv' | sort)
for file in "${files[@]}"; do
  name=$(basename "$file" .sv)
  [[ $name == xpk_* ]] || complain "$file: name must start with xpk_"
  units=$(code_of "$file" | grep -oE '^(module|package)[[:space:]]+[a-z0-9_]+' | awk '{ print $2 }')
  [ "$units" = "$name" ] || complain "$file: must hold one module or package '$name', holds: ${units:-none}"
  lines=$(wc -l <"$file")
  [ "$lines" -le 400 ] || complain "$file: $lines lines, at most 400"
  if [ "$name" != xpk_pkg ]; then
    count=$(cat rtl/*/*.f | grep -cxF "$file" || true)
    [ "$count" -eq 1 ] || complain "$file: listed $count times in rtl/*/*.f, must be once"
  fi

  [[ $name != *_sim* ]] || continue
  ban "$file" '_t[[:space:]]*\[' 'packed array of a typedef; Yosys mis-sizes it silently'
  ban "$file" '\bimport\b' 'import; Yosys rejects it (DPI belongs in *_sim*.sv)'
  ban "$file" '\breturn\b' 'return; Yosys rejects it, assign to the function name'
  ban "$file" '\b(break|continue|foreach|while)\b' 'loop construct that Yosys rejects'
  ban "$file" '\bfunction\b.*\bvoid\b' 'void function; Yosys rejects it'
  ban "$file" '\b(logic|wire|reg|bit)[[:space:]]*(signed[[:space:]]*)?\[[^]]*\][[:space:]]*\[' 'packed array of more than one dimension'
  ban "$file" '\bparameter[[:space:]]+(type|string)\b' 'type or string parameter'
  ban "$file" "'\{" 'assignment pattern'
  ban "$file" '\binside\b|==\?|!=\?|\{[[:space:]]*(<<|>>)|\bpriority\b' 'operator that Yosys rejects'
  # shellcheck disable=SC2016 # a regular expression
  ban "$file" '\$(display|write|finish|stop|random|urandom|monitor|strobe|time|fopen|fwrite|value\$plusargs)\b' 'simulation call outside of *_sim*.sv'
  ban "$file" '\balways[[:space:]]*@|\balways_latch\b' 'use always_ff or always_comb'
  ban "$file" '(^|[^#])#[[:space:]]*[0-9]' 'delay'
done

# A list must not name what does not exist.
while read -r path; do
  [ -e "$path" ] || complain "rtl/*/*.f: $path does not exist"
done < <(cat rtl/*/*.f | grep '^rtl/')

exit $failed
