#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Committed pages that are generated equal what the generator writes now.
# usage: scripts/lint/generated.sh BUILD_DIR
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
diff -u docs/registers.md "$1/gen/docs/registers.md" || {
  echo "docs/registers.md is out of date: run make docs" >&2
  exit 1
}
