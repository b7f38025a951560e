#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Formats the C and C++ files of the repository, or, with --check, reports those that need it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
scripts/check-version.sh clang-format
mode=(-i)
[ "${1:-}" != --check ] || mode=(--dry-run --Werror)
git ls-files -z --cached --others --exclude-standard -- '*.cpp' '*.hpp' '*.c' '*.h' |
  xargs -0 -r clang-format "${mode[@]}"
