#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Adds to fuzz/corpus those inputs kept by `make fuzz` that reach code of the project which the
# corpus does not reach yet and have at most 600 bytes. Only functions of the project count (project_functions.txt): libraries
# have many more paths than the corpus should hold. Builds everything once more, for that list.
# usage: fuzz/minimise.sh BUILD_DIR            the folder of make fuzz, build/fuzzing
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
build=$1
list=$PWD/fuzz/project_functions.txt

cmake -S . -B "$build/minimise" -G Ninja -DXPIKE_FUZZ=ON -DCMAKE_CXX_COMPILER=clang++-14 \
  -DCMAKE_CXX_FLAGS="-fsanitize-coverage-allowlist=$list" >/dev/null
cmake --build "$build/minimise" --target fuzz_targets
for corpus in fuzz/corpus/*; do
  target=$(basename "$corpus")
  [ -d "$build/corpus/$target" ] || continue
  before=$(find "$corpus" -type f | wc -l)
  small=$build/minimise/small/$target
  rm -rf "$small"
  mkdir -p "$small"
  find "$build/corpus/$target" -type f -size -601c -exec cp -t "$small" {} +
  "$build/minimise/bin/fuzz_$target" -merge=1 -use_counters=0 "$corpus" "$small" \
    2>"$build/minimise/$target.log"
  echo "$target: $before inputs, now $(find "$corpus" -type f | wc -l)"
done
