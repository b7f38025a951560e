#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every committed source file names its licence in one of its first three lines.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
mapfile -t files < <(git ls-files -- '*.sv' '*.svh' '*.f' '*.cpp' '*.hpp' '*.c' '*.h' '*.py' '*.sh' \
  '*.tcl' '*.cmake' '*CMakeLists.txt' '*Makefile' .ci/run .clang-format .clang-tidy)
failed=0
for file in "${files[@]}"; do
  [ -e "$file" ] || continue
  head -n 3 "$file" | grep -q 'SPDX-License-Identifier: Apache-2.0' || {
    echo "$file: no SPDX-License-Identifier in its first three lines" >&2
    failed=1
  }
done
exit $failed
