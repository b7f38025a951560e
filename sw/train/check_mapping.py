# SPDX-License-Identifier: Apache-2.0
"""Walk the worked example of docs/map-your-network.md to its end.

    python3 -m sw.train.check_mapping build/bin/xpike

Trains the example's network, maps it and runs it on the chip and on the reference. Exit code 1
unless both agree in every tensor and the chip is about as often right as the network.
"""
from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from sw.train.examples import own_network
from sw.train.loop import deterministic
from sw.train.stats import wilson

LEAST = 0.85  # right answers of the chip; guessing gives 0.25


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("xpike", type=Path)
    args = parser.parse_args()
    deterministic()
    with tempfile.TemporaryDirectory() as name:
        own_network.example(Path(name), 60)
        report = Path(name) / "report.json"
        done = subprocess.run([args.xpike, "run", "--model", f"{name}/own.safetensors", "--data", name, "--engine",
                               "both", "--json", report], capture_output=True, text=True)
        if done.returncode:
            print(done.stdout + done.stderr)
            return 1
        found = json.loads(report.read_text())
    low, high = wilson(found["accuracy"] * found["images"], found["images"])
    print(f"chip: {100 * found['accuracy']:.1f} % of {found['images']} images (95 % interval {100 * low:.1f} .. "
          f"{100 * high:.1f} %), {found['mismatches']} mismatches")
    return int(found["mismatches"] != 0 or found["accuracy"] < LEAST)


if __name__ == "__main__":
    sys.exit(main())
