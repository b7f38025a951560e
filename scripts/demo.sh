#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs the main job on a finished build: the shipped model on the shipped test images, by the
# Verilated chip and by the reference model, compared bit for bit.
# usage: scripts/demo.sh BUILD_DIR [IMAGES]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
build=$1
images=${2:-100}

mkdir -p "$build/demo"
"$build/bin/xpike" run --model models/digits.safetensors --data data/digits --split test \
  --limit "$images" --engine both --json "$build/demo/result.json"
echo "result: $build/demo/result.json"
