#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# CMakeLists.txt, CITATION.cff and the newest section of CHANGELOG.md name one version and date.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

built=$(sed -nE 's/^project\(.* VERSION ([0-9.]+) .*/\1/p' CMakeLists.txt)
released=$(sed -nE 's/^## \[([0-9.]+)\] - ([0-9-]+)$/\1 \2/p' CHANGELOG.md | head -n 1)
cited=$(sed -nE 's/^version: (.*)/\1/p' CITATION.cff)
dated=$(sed -nE 's/^date-released: "(.*)"/\1/p' CITATION.cff)
if [ -z "$built" ] || [ "$released" != "$built $dated" ] || [ "$cited" != "$built" ]; then
  echo "CMakeLists.txt has version '$built', CHANGELOG.md '$released', CITATION.cff '$cited $dated'" >&2
  exit 1
fi
