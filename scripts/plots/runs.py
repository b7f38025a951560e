# SPDX-License-Identifier: Apache-2.0
"""Runs `xpike` for the pictures of one task. Everything goes into one folder."""
from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

LANE_SEEDS = (1, 2, 3, 4, 5)
DUMPED_IMAGES = 40


def largest_steps(xpike: Path, configuration: str) -> int:
    """Time steps that the memories of a configuration hold."""
    text = subprocess.run([xpike, "configs", "--json"], check=True, capture_output=True,
                          text=True).stdout
    return next(int(c["steps"]) for c in json.loads(text) if c["name"] == configuration)


def run_all(xpike: Path, model: Path, data: Path, folder: Path) -> None:
    """The runs, in the order of their use; raises CalledProcessError if one fails."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)

    def run(*options: object) -> None:
        words = [xpike, "run", "--model", model, "--data", data, *options]
        print("  " + " ".join(map(str, words)), flush=True)
        subprocess.run(list(map(str, words)), check=True, stdout=subprocess.DEVNULL)

    threads = ("--threads", os.cpu_count() or 1)
    run("--json", folder / "report.json", *threads)
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    # The reference gives the same scores as the chip, and is faster.
    steps = largest_steps(xpike, report["configuration"])
    for seed in LANE_SEEDS:
        run("--steps", steps, "--seed", seed, "--json", folder / f"seed{seed}.json", *threads)
    run("--engine", "rtl", "--limit", DUMPED_IMAGES, "--dump-spikes", folder / "spikes",
        "--timeline", folder / "timeline.json")
