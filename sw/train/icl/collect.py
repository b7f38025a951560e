# SPDX-License-Identifier: Apache-2.0
"""Gather the curves of trainings into one small file, which `python3 -m scripts.plots.icl_curves` draws.

    python3 -m sw.train.icl.collect build/icl/* --json models/icl.curves.json

A run that the file has already is replaced, others stay; folders without a measurement are left
out. A point is [iteration, CPU seconds, loss, share of Bernoulli spikes in the attention, bit error
rate]; a stopped run keeps what it had.
"""
from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sw.train.icl.fold import is_quantised
from sw.train.icl.loop import checkpoint
from sw.train.icl.options import Recipe

FIELDS = ("iteration", "cpu", "loss", "noise", "ber")
NEEDED = ("checkpoint.pt", "log.jsonl")  # of a run that has begun to be measured
MOST_POINTS = 60


def thinned(points: list[Any]) -> list[Any]:
    """At most MOST_POINTS of them, the last one among them."""
    step = -(-len(points) // MOST_POINTS)
    return points[::-1][::step][::-1]


def curve(folder: Path) -> dict[str, Any]:
    """What a run was, as far as it differs from the default recipe, and how it went."""
    state = checkpoint(folder)
    usual = asdict(Recipe())
    weights = state["model"]
    kind = "ann" if "embed.weight" in weights else "quantised" if is_quantised(weights) else "spiking"
    lines = [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]
    # A run that was resumed logs some iterations twice; the later line counts.
    last = {line["iteration"]: line for line in lines}
    points = [[round(float(last[i][name]), 4) for name in FIELDS] for i in sorted(last)]
    return {"model": kind, "recipe": {k: v for k, v in state["recipe"].items() if usual.get(k) != v},
            "points": thinned(points)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("runs", type=Path, nargs="+", help="output folders of trainings")
    parser.add_argument("--json", type=Path, required=True)
    args = parser.parse_args()
    known = json.loads(args.json.read_text())["runs"] if args.json.exists() else {}
    known |= {folder.name: curve(folder) for folder in args.runs if all((folder / name).exists() for name in NEEDED)}
    entries = ",\n".join(f" {json.dumps(name)}: {json.dumps(known[name])}" for name in sorted(known))
    args.json.write_text(f'{{"fields": {json.dumps(FIELDS)}, "runs": {{\n{entries}\n}}}}\n')
    for name, run in sorted(known.items()):
        iteration, cpu, _, _, ber = run["points"][-1]
        print(f"{name:16} {run['model']:10} {iteration:7.0f} iterations {cpu:8.0f} s  bit error rate {ber:.4f}")


if __name__ == "__main__":
    main()
